#pragma once

#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "actors/command_protocol.hpp"
#include "domain/recommendation.hpp"

// What may be asked about recommendations (contract 16); beside protocol.hpp for http/ to see.

namespace cloudpods::actors {

/// Recommendations, newest first.
struct list_recommendations {
  list_recommendations() = default;

  std::optional<domain::tenant_id> tenant; ///< absent: all
  std::vector<domain::recommendation_status> statuses;
  std::optional<std::string> before; ///< the last one of the page before
  int limit = 50;
};

struct recommendation_page {
  std::vector<domain::recommendation> items;
  bool has_more = false;
};

struct recommendations_reply {
  domain::expected<recommendation_page> value;
};

struct show_recommendation {
  show_recommendation() = default;
  explicit show_recommendation(std::string which) : id(std::move(which)) {}

  std::string id;
};

/// From outside; answered once it is durable. One that is open for the same rule and subject stands
/// for it.
struct post_recommendation {
  post_recommendation() = default;

  domain::recommendation_wish wish;
  requester by;
  std::optional<idempotency> key;
};

/// Has it applied, with all its actions, or dismissed.
struct settle_recommendation {
  settle_recommendation() = default;

  std::string id;
  bool applies = false;
  std::string reason; ///< of a dismissal
  domain::user_id user;
  requester by;
  std::optional<idempotency> key;
};

/// A recommendation as an answer shows it.
struct shown_recommendation {
  domain::recommendation it;
  int status = 200;
  bool existing = false; ///< it was open already: `X-Existing`
  bool replayed = false; ///< the answer that was given before: `Idempotency-Replayed`
};

struct recommendation_reply {
  domain::expected<shown_recommendation> value;
};

/// From HTTP: so often a limit of the tenant refused something since the last word.
struct note_refusals {
  note_refusals() = default;
  note_refusals(domain::tenant_id whose, std::int64_t times)
      : tenant(std::move(whose)), count(times) {}

  domain::tenant_id tenant;
  std::int64_t count = 0;
};

/// FOCALPILOT: one, with a thread and a connection of its own; owns the recommendations.
using focalpilot_actor =
    caf::typed_actor<caf::replies_to<list_recommendations>::with<recommendations_reply>,
                     caf::replies_to<show_recommendation>::with<recommendation_reply>,
                     caf::replies_to<post_recommendation>::with<recommendation_reply>,
                     caf::replies_to<settle_recommendation>::with<recommendation_reply>,
                     caf::reacts_to<note_refusals>>;

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::list_recommendations)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::recommendations_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::show_recommendation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::post_recommendation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::settle_recommendation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::recommendation_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::note_refusals)
