#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/words.hpp"

namespace cloudpods::domain {

/// Why something was refused: stable, known to callers (contract 5).
enum class problem_code {
  invalid_json,
  validation_failed,
  unauthorized,
  forbidden,
  tenant_mismatch,
  tenant_required,
  not_found,
  method_not_allowed,
  payload_too_large,
  headers_too_large,
  unsupported_media_type,
  bad_request,
  plan_not_found,
  blueprint_not_found,
  user_data_unsupported,
  vmid_protected,
  idempotency_key_reused,
  version_mismatch,
  vmid_in_use,
  name_in_use,
  pod_busy,
  protected_pod,
  suspended,
  subscription_in_use,
  invalid_state,
  no_capacity,
  ip_pool_exhausted,
  ip_in_use,
  quota_exceeded,
  rate_limited,
  too_many_jobs,
  overloaded,
  starting,
  standby,
  store_unavailable,
  internal_error,
};

template <>
struct words<problem_code> {
  static constexpr auto values = word_list(
      "INVALID_JSON", "VALIDATION_FAILED", "UNAUTHORIZED", "FORBIDDEN", "TENANT_MISMATCH",
      "TENANT_REQUIRED", "NOT_FOUND", "METHOD_NOT_ALLOWED", "PAYLOAD_TOO_LARGE",
      "HEADERS_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "BAD_REQUEST", "PLAN_NOT_FOUND",
      "BLUEPRINT_NOT_FOUND", "USER_DATA_UNSUPPORTED", "VMID_PROTECTED", "IDEMPOTENCY_KEY_REUSED",
      "VERSION_MISMATCH", "VMID_IN_USE", "NAME_IN_USE", "POD_BUSY", "PROTECTED", "SUSPENDED",
      "SUBSCRIPTION_IN_USE", "INVALID_STATE", "NO_CAPACITY", "IP_POOL_EXHAUSTED", "IP_IN_USE",
      "QUOTA_EXCEEDED", "RATE_LIMITED", "TOO_MANY_JOBS", "OVERLOADED", "STARTING", "STANDBY",
      "STORE_UNAVAILABLE", "INTERNAL_ERROR");
};

/// One named fact of a refusal, shown in its `details`.
struct detail {
  std::string name;
  std::variant<std::int64_t, std::string, bool> value;

  friend bool operator==(const detail&, const detail&) = default;
};

/// One broken rule of a request's body, path or query (contract 5).
struct field_error {
  std::string field; ///< JSON pointer into the body, or the parameter's name
  std::string code;  ///< `required`, `unknown_field`, `out_of_range`, `invalid_format`, …
  std::string message;

  friend bool operator==(const field_error&, const field_error&) = default;
};

/// A refusal: a stable code and a sentence for a person; never secret.
struct problem {
  problem_code code = problem_code::internal_error;
  std::string message;
  std::vector<detail> details;
  std::vector<field_error> errors;
  /// The request's effect may have happened (contract 5, `outcome: "unknown"`).
  bool outcome_unknown = false;

  problem() = default;
  problem(problem_code why, std::string sentence) : code(why), message(std::move(sentence)) {}
  problem(problem_code why, std::string sentence, std::vector<detail> facts)
      : code(why), message(std::move(sentence)), details(std::move(facts)) {}

  friend bool operator==(const problem&, const problem&) = default;
};

template <class T>
using expected = std::expected<T, problem>;

/// A refusal, ready to be returned.
template <class... Arguments>
std::unexpected<problem> refused(problem_code code, Arguments&&... arguments) {
  return std::unexpected<problem>{problem{code, std::forward<Arguments>(arguments)...}};
}

} // namespace cloudpods::domain
