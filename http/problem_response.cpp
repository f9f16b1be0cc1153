#include "http/problem_response.hpp"

#include <string>

#include "http/router.hpp"
#include "http/target.hpp"
#include "http/text.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::http {

namespace {

using domain::problem_code;
using std::chrono::seconds;

unsigned status_of(problem_code code, subject about) {
  switch (code) {
  case problem_code::invalid_json:
  case problem_code::bad_request:
    return 400;
  case problem_code::unauthorized:
    return 401;
  case problem_code::forbidden:
  case problem_code::tenant_mismatch:
  case problem_code::quota_exceeded:
    return 403;
  case problem_code::not_found:
    return 404;
  case problem_code::plan_not_found:
  case problem_code::blueprint_not_found:
    return about == subject::resource ? 404 : 422;
  case problem_code::method_not_allowed:
    return 405;
  case problem_code::vmid_in_use:
  case problem_code::name_in_use:
  case problem_code::pod_busy:
  case problem_code::protected_pod:
  case problem_code::suspended:
  case problem_code::subscription_in_use:
  case problem_code::invalid_state:
  case problem_code::no_capacity:
  case problem_code::ip_pool_exhausted:
  case problem_code::ip_in_use:
    return 409;
  case problem_code::version_mismatch:
    return 412;
  case problem_code::payload_too_large:
    return 413;
  case problem_code::unsupported_media_type:
    return 415;
  case problem_code::validation_failed:
  case problem_code::tenant_required:
  case problem_code::user_data_unsupported:
  case problem_code::vmid_protected:
  case problem_code::idempotency_key_reused:
    return 422;
  case problem_code::rate_limited:
  case problem_code::too_many_jobs:
    return 429;
  case problem_code::headers_too_large:
    return 431;
  case problem_code::overloaded:
  case problem_code::starting:
  case problem_code::standby:
  case problem_code::store_unavailable:
    return 503;
  case problem_code::internal_error:
    break;
  }
  return 500;
}

/// For whom the daemon has no better answer than "soon".
std::optional<seconds> usual_wait(problem_code code) {
  switch (code) {
  case problem_code::rate_limited:
  case problem_code::overloaded:
    return seconds{1};
  case problem_code::starting:
  case problem_code::store_unavailable:
    return seconds{2};
  case problem_code::standby:
  case problem_code::too_many_jobs:
    return seconds{5};
  default:
    return std::nullopt;
  }
}

/// `QUOTA_EXCEEDED` → `Quota exceeded`
std::string title_of(problem_code code) {
  auto title = folded(domain::text(code));
  std::ranges::replace(title, '_', ' ');
  title.front() = domain::text(code).front();
  return title;
}

void write_details(wire::json_writer& out, const std::vector<domain::detail>& details) {
  out.key("details").begin_object();
  for (const auto& [name, value] : details)
    std::visit([&, &key = name](const auto& fact) { out.field(key, fact); }, value);
  out.end_object();
}

void write_errors(wire::json_writer& out, const std::vector<domain::field_error>& errors) {
  out.key("errors").begin_array();
  for (const auto& each : errors)
    out.begin_object()
        .field("field", each.field)
        .field("code", each.code)
        .field("message", each.message)
        .end_object();
  out.end_array();
}

/// `error` is in lower case there (contract 5).
bool is_of_platform(std::string_view asked) {
  const auto where = target::parse(asked);
  return where ? is_internal(where->segments())
               : asked.starts_with("/internal/") || asked.starts_with("/api/internal/");
}

std::string document(const domain::problem& why, unsigned status, const problem_context& context,
                     std::optional<seconds> wait) {
  const auto code = domain::text(why.code);
  wire::json_writer out;
  out.begin_object()
      .field("type", "urn:cloudpods:problem:" + folded(code))
      .field("title", title_of(why.code))
      .field("status", status)
      .field("detail", why.message)
      .field("instance", context.target.substr(0, context.target.find('?')))
      .field("code", code)
      .field("error", is_of_platform(context.target) ? folded(code) : std::string{code})
      .field("message", why.message)
      .field("success", false)
      .field("retryable", is_retryable(why.code))
      .field("requestId", context.request_id);
  if (!why.details.empty())
    write_details(out, why.details);
  if (!why.errors.empty())
    write_errors(out, why.errors);
  if (wait)
    out.field("retryAfter", wait->count());
  if (why.outcome_unknown)
    out.field("outcome", "unknown");
  out.end_object();
  return out.take();
}

} // namespace

bool is_retryable(problem_code code) {
  return usual_wait(code).has_value() || code == problem_code::pod_busy;
}

response problem_response(const domain::problem& why, const problem_context& context,
                          subject about) {
  const auto status = status_of(why.code, about);
  const auto wait = context.retry_after ? context.retry_after : usual_wait(why.code);
  response answer{status, document(why, status, context, wait)};
  answer.content_type = problem_type;
  if (wait)
    answer.set("Retry-After", std::to_string(wait->count()));
  if (why.code == problem_code::unauthorized)
    answer.set("WWW-Authenticate",
               "Bearer error=\"invalid_token\", error_description=\"" + why.message + "\"");
  return answer;
}

} // namespace cloudpods::http
