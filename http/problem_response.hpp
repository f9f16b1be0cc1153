#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "domain/problem.hpp"
#include "http/response.hpp"

namespace cloudpods::http {

/// What a refusal says about the request it answers.
struct problem_context {
  std::string_view target; ///< its path becomes `instance`
  std::string_view request_id;
  /// How long to wait before another try, where somebody knows better than the code's default.
  std::optional<std::chrono::seconds> retry_after;
};

/// What a code such as `PLAN_NOT_FOUND` is about: something the request named, or the resource
/// that its path names.
enum class subject { named, resource };

/// The problem document of a refusal (RFC 9457 with the members of contract 5), its status and the
/// headers that go with it. The only place that knows status numbers of refusals.
response problem_response(const domain::problem& why, const problem_context& context,
                          subject about = subject::named);

/// Whether the same request may be answered otherwise a moment later.
bool is_retryable(domain::problem_code code);

} // namespace cloudpods::http
