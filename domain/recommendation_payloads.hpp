#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/ids.hpp"
#include "domain/json_text.hpp"
#include "domain/recommended_action.hpp"

// The facts of contract 9 about recommendations, and of lines that nodes log (contract 16).

namespace cloudpods::domain {

struct recommendation_opened {
  std::string recommendation;
  std::string rule;    ///< what was seen; one is open for each rule and subject
  std::string subject; ///< `pod:P`, `tenant:T`, `node:N`
  domain::severity severity = domain::severity::warning;
  std::string issue;
  std::vector<recommended_action> actions;
  std::vector<std::int64_t> evidence; ///< seqs
  std::optional<node_name> node;      ///< where a node is meant

  static constexpr std::string_view event_name = "recommendation.opened";
  static constexpr auto fields =
      std::tuple{field{"recommendationId", &recommendation_opened::recommendation},
                 field{"rule", &recommendation_opened::rule},
                 field{"subject", &recommendation_opened::subject},
                 field{"severity", &recommendation_opened::severity},
                 field{"issue", &recommendation_opened::issue},
                 field{"recommendedActions", &recommendation_opened::actions},
                 field{"evidence", &recommendation_opened::evidence},
                 field{"node", &recommendation_opened::node}};
  friend bool operator==(const recommendation_opened&, const recommendation_opened&) = default;
};

/// In one append with all that its actions made.
struct recommendation_applied {
  std::string recommendation;
  std::string rule;
  std::string subject;
  std::vector<job_id> jobs;
  bool automatic = false; ///< `[focalpilot] auto_apply`: nobody asked

  static constexpr std::string_view event_name = "recommendation.applied";
  static constexpr auto fields =
      std::tuple{field{"recommendationId", &recommendation_applied::recommendation},
                 field{"rule", &recommendation_applied::rule},
                 field{"subject", &recommendation_applied::subject},
                 field{"jobIds", &recommendation_applied::jobs},
                 field{"automatic", &recommendation_applied::automatic}};
  friend bool operator==(const recommendation_applied&, const recommendation_applied&) = default;
};

struct recommendation_dismissed {
  std::string recommendation;
  std::string rule;
  std::string subject;
  std::string reason;

  static constexpr std::string_view event_name = "recommendation.dismissed";
  static constexpr auto fields =
      std::tuple{field{"recommendationId", &recommendation_dismissed::recommendation},
                 field{"rule", &recommendation_dismissed::rule},
                 field{"subject", &recommendation_dismissed::subject},
                 field{"reason", &recommendation_dismissed::reason}};
  friend bool operator==(const recommendation_dismissed&,
                         const recommendation_dismissed&) = default;
};

/// Nobody wanted it, and what it was about has passed or is long ago.
struct recommendation_expired {
  std::string recommendation;
  std::string rule;
  std::string subject;
  std::string reason;

  static constexpr std::string_view event_name = "recommendation.expired";
  static constexpr auto fields =
      std::tuple{field{"recommendationId", &recommendation_expired::recommendation},
                 field{"rule", &recommendation_expired::rule},
                 field{"subject", &recommendation_expired::subject},
                 field{"reason", &recommendation_expired::reason}};
  friend bool operator==(const recommendation_expired&, const recommendation_expired&) = default;
};

/// The panel tells the tenant what the key stands for.
struct tenant_notified {
  std::string message_key;
  std::string recommendation;

  static constexpr std::string_view event_name = "tenant.notified";
  static constexpr auto fields =
      std::tuple{field{"messageKey", &tenant_notified::message_key},
                 field{"recommendationId", &tenant_notified::recommendation}};
  friend bool operator==(const tenant_notified&, const tenant_notified&) = default;
};

/// Somebody should look at what this tenant does.
struct tenant_flagged {
  std::string reason;
  std::string recommendation;

  static constexpr std::string_view event_name = "tenant.flagged";
  static constexpr auto fields =
      std::tuple{field{"reason", &tenant_flagged::reason},
                 field{"recommendationId", &tenant_flagged::recommendation}};
  friend bool operator==(const tenant_flagged&, const tenant_flagged&) = default;
};

/// One line of the node's log file, and where the next one begins.
struct node_log {
  json_text line;                  ///< `null` where it is no JSON object
  std::optional<std::string> text; ///< what else it is; at most 4 KiB
  std::string file;                ///< its inode: a rotated file keeps it
  std::int64_t next_offset = 0;

  static constexpr std::string_view event_name = "node.log";
  static constexpr auto fields =
      std::tuple{field{"line", &node_log::line}, field{"text", &node_log::text},
                 field{"file", &node_log::file}, field{"nextOffset", &node_log::next_offset}};
  friend bool operator==(const node_log&, const node_log&) = default;
};

} // namespace cloudpods::domain
