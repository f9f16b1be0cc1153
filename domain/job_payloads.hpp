#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/action_parameters.hpp"
#include "domain/ids.hpp"
#include "domain/instant.hpp"
#include "domain/json_text.hpp"
#include "domain/outcome.hpp"

// The facts of contract 9 about jobs and their queue items.

namespace cloudpods::domain {

struct job_queued {
  job_type type = job_type::provision;
  user_id user;
  json_text payload;
  std::optional<std::string> retry_of;

  static constexpr std::string_view event_name = "job.queued";
  static constexpr auto fields =
      std::tuple{field{"type", &job_queued::type}, field{"userId", &job_queued::user},
                 field{"payload", &job_queued::payload}, field{"retryOf", &job_queued::retry_of}};
  friend bool operator==(const job_queued&, const job_queued&) = default;
};

struct job_started {
  static constexpr std::string_view event_name = "job.started";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const job_started&, const job_started&) = default;
};

/// What a successful job tells (contract 6).
struct job_result {
  std::optional<std::string> ip_address;
  std::optional<vmid> guest;
  std::string output; ///< the last 64 KiB of what the node said, redacted
  std::optional<bool> pending_reboot{};
  std::optional<bool> disk_kept{};
  std::optional<std::string> backup{};

  static constexpr auto fields = std::tuple{field{"ipAddress", &job_result::ip_address},
                                            field{"vmid", &job_result::guest},
                                            field{"output", &job_result::output},
                                            field{"pendingReboot", &job_result::pending_reboot},
                                            field{"diskKept", &job_result::disk_kept},
                                            field{"backupId", &job_result::backup}};
  friend bool operator==(const job_result&, const job_result&) = default;
};

struct job_succeeded {
  job_result result;

  static constexpr std::string_view event_name = "job.succeeded";
  static constexpr auto fields = std::tuple{field{"result", &job_succeeded::result}};
  friend bool operator==(const job_succeeded&, const job_succeeded&) = default;
};

struct job_failed {
  std::string code;
  std::string message;

  static constexpr std::string_view event_name = "job.failed";
  static constexpr auto fields =
      std::tuple{field{"code", &job_failed::code}, field{"message", &job_failed::message}};
  friend bool operator==(const job_failed&, const job_failed&) = default;
};

struct job_cancel_requested {
  std::string reason;

  static constexpr std::string_view event_name = "job.cancel_requested";
  static constexpr auto fields = std::tuple{field{"reason", &job_cancel_requested::reason}};
  friend bool operator==(const job_cancel_requested&, const job_cancel_requested&) = default;
};

struct job_cancelled {
  static constexpr std::string_view event_name = "job.cancelled";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const job_cancelled&, const job_cancelled&) = default;
};

struct item_queued {
  item_id item;
  item_action action = item_action::create;
  json_text payload;
  action_parameters parameters{};

  static constexpr std::string_view event_name = "item.queued";
  static constexpr auto fields = std::tuple{
      field{"itemId", &item_queued::item}, field{"action", &item_queued::action},
      field{"payload", &item_queued::payload}, field{"parameters", &item_queued::parameters}};
  friend bool operator==(const item_queued&, const item_queued&) = default;
};

struct item_started {
  item_id item;
  item_action action = item_action::create;

  static constexpr std::string_view event_name = "item.started";
  static constexpr auto fields =
      std::tuple{field{"itemId", &item_started::item}, field{"action", &item_started::action}};
  friend bool operator==(const item_started&, const item_started&) = default;
};

/// The intent of one attempt of a step: durable before anything is sent to the node.
struct item_step_started {
  item_id item;
  step which = step::clone;
  int attempt = 1;          ///< counts through the item; names the attempt on the node
  bool undoing = false;     ///< the step removes what the item had made
  bool vmid_unseen = false; ///< the cluster's list, read just before, lacked the vmid

  static constexpr std::string_view event_name = "item.step_started";
  static constexpr auto fields = std::tuple{
      field{"itemId", &item_step_started::item}, field{"step", &item_step_started::which},
      field{"attempt", &item_step_started::attempt}, field{"undoing", &item_step_started::undoing},
      field{"vmidUnseen", &item_step_started::vmid_unseen}};
  friend bool operator==(const item_step_started&, const item_step_started&) = default;
};

struct item_step_done {
  item_id item;
  step which = step::clone;
  int attempt = 1;
  step_result result = step_result::succeeded;
  follow_up then = follow_up::proceed;
  std::string message;                   ///< a warning, or why it failed
  std::optional<std::string> ip_address; ///< learned by this step
  std::vector<std::string> volumes;      ///< still on a storage although the guest is gone
  std::string output;                    ///< the last of what the node said, redacted
  std::string code;                      ///< of the job's error, where it is a special one
  std::optional<guest_reading> seen;
  std::optional<archive_reading> archive;
  std::optional<health_reading> health;

  static constexpr std::string_view event_name = "item.step_done";
  static constexpr auto fields = std::tuple{field{"itemId", &item_step_done::item},
                                            field{"step", &item_step_done::which},
                                            field{"attempt", &item_step_done::attempt},
                                            field{"result", &item_step_done::result},
                                            field{"then", &item_step_done::then},
                                            field{"message", &item_step_done::message},
                                            field{"ipAddress", &item_step_done::ip_address},
                                            field{"volumes", &item_step_done::volumes},
                                            field{"output", &item_step_done::output},
                                            field{"code", &item_step_done::code},
                                            field{"seen", &item_step_done::seen},
                                            field{"archive", &item_step_done::archive},
                                            field{"health", &item_step_done::health}};
  friend bool operator==(const item_step_done&, const item_step_done&) = default;
};

struct item_retry_scheduled {
  item_id item;
  failure_class why = failure_class::transient;
  std::string message;
  instant run_after;
  bool counted = false; ///< it uses up one of the attempts

  static constexpr std::string_view event_name = "item.retry_scheduled";
  static constexpr auto fields = std::tuple{field{"itemId", &item_retry_scheduled::item},
                                            field{"class", &item_retry_scheduled::why},
                                            field{"message", &item_retry_scheduled::message},
                                            field{"runAfter", &item_retry_scheduled::run_after},
                                            field{"counted", &item_retry_scheduled::counted}};
  friend bool operator==(const item_retry_scheduled&, const item_retry_scheduled&) = default;
};

struct item_ended {
  item_id item;
  item_action action = item_action::create;
  item_status status = item_status::success;
  std::string message;

  static constexpr std::string_view event_name = "item.ended";
  static constexpr auto fields =
      std::tuple{field{"itemId", &item_ended::item}, field{"action", &item_ended::action},
                 field{"status", &item_ended::status}, field{"message", &item_ended::message}};
  friend bool operator==(const item_ended&, const item_ended&) = default;
};

} // namespace cloudpods::domain
