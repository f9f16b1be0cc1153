#include "client/failure.hpp"

#include <array>

#include <boost/json/parse.hpp>

#include "client/json_access.hpp"
#include "client/text.hpp"
#include "client/time_text.hpp"

namespace cloudpods::client {

namespace {

json::value document_of(const std::string& body) {
  boost::system::error_code error;
  auto value = json::parse(body, error);
  return error ? json::value{} : value;
}

/// The `details` of a quota refusal (contract 12), as lines.
void add_quota_lines(const json::value& details, std::vector<std::string>& lines) {
  struct dimension {
    const char* field;
    const char* name;
  };
  static constexpr std::array dimensions{
      dimension{"pods", "pods"}, dimension{"cpu_cores", "CPU cores"},
      dimension{"memory_mb", "MB of memory"}, dimension{"disk_gb", "GB of disk"}};
  for (const auto& each : dimensions) {
    const std::string field = each.field;
    const auto most = whole_at(details, "max_" + field);
    const auto held = whole_at(details, "current_" + field);
    const auto wanted = whole_at(details, "requested_" + field);
    if (!most || !held || !wanted || *wanted <= 0)
      continue;
    const auto limit = *most < 0 ? std::string{"no limit"} : "limit " + std::to_string(*most);
    lines.push_back(std::string{each.name} + ": " + std::to_string(*held) + " held, " +
                    std::to_string(*wanted) + " asked for, " + limit +
                    (text_at(details, "error_field") == field ? "  <- this one" : ""));
  }
}

void add_advice(int status, const json::value& document, std::vector<std::string>& lines) {
  const auto code = text_at(document, "code");
  if (status == 401)
    lines.emplace_back("Set CLOUDPODS_TOKEN to a token that is valid now.");
  else if (code == "TENANT_REQUIRED")
    lines.emplace_back("Your token speaks for no tenant: name one with --tenant.");
  else if (code == "TENANT_MISMATCH")
    lines.emplace_back("Your token speaks for another tenant than the one you named.");
  else if (status == 403 && code != "QUOTA_EXCEEDED") {
    const auto wanted = text_at(member(document, "details"), "requiredPermission");
    const auto direct = text_at(document, "requiredPermission");
    const auto permission = wanted.empty() ? direct : wanted;
    lines.push_back(permission.empty() ? "Your role does not allow it."
                                       : "It takes the permission " + permission + '.');
  } else if (text_at(document, "outcome") == "unknown")
    lines.emplace_back("It may have happened all the same: look before you repeat it.");
}

std::string headline(const http_response& response, const json::value& document) {
  auto message = text_at(document, "message");
  if (message.empty())
    message = text_at(document, "detail");
  if (message.empty())
    message = text_at(document, "title");
  if (const auto code = text_at(document, "code"); !code.empty() && !message.empty())
    message += " (" + code + ')';
  if (response.status == 401)
    return "You are not signed in" + (message.empty() ? std::string{} : ": " + message);
  if (response.status == 403 && text_at(document, "code") != "QUOTA_EXCEEDED")
    return "You may not do this" + (message.empty() ? std::string{} : ": " + message);
  return message.empty() ? "The server answered with HTTP " + std::to_string(response.status)
                         : message;
}

/// How long the daemon asks to wait: its header, else the problem's own member (contract 5).
std::optional<std::chrono::seconds> wait_before_retry(const http_response& response,
                                                      const json::value& document) {
  if (response.retry_after)
    return response.retry_after;
  if (const auto seconds = whole_at(document, "retryAfter"); seconds && *seconds >= 0)
    return std::chrono::seconds{*seconds};
  return std::nullopt;
}

} // namespace

std::unexpected<failure> wrong_usage(std::string sentence) {
  failure why;
  why.exit_code = 2;
  why.message = std::move(sentence);
  return std::unexpected(std::move(why));
}

std::unexpected<failure> failed(std::string sentence) {
  failure why;
  why.message = std::move(sentence);
  return std::unexpected(std::move(why));
}

failure failure_of(const http_response& response) {
  const auto document = document_of(response.body);
  failure why;
  why.message = printable(headline(response, document));
  why.is_passing = response.status == 503 || response.status == 429;
  if (document.is_object())
    why.document = response.body;
  for (const auto& each : list_at(document, "errors"))
    why.lines.push_back(printable(text_at(each, "field") + ": " + text_at(each, "message")));
  add_quota_lines(member(document, "details"), why.lines);
  add_advice(response.status, document, why.lines);
  if (const auto seconds = wait_before_retry(response, document))
    why.lines.push_back("Try again in " + duration_text(*seconds) + '.');
  if (const auto request = text_at(document, "requestId"); !request.empty())
    why.lines.push_back("request " + printable(request));
  return why;
}

failure failure_of(const lost_connection& lost) {
  failure why;
  why.message = "No answer: " + printable(lost.reason);
  why.is_passing = true;
  return why;
}

} // namespace cloudpods::client
