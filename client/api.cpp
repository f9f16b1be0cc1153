#include "client/api.hpp"

#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "client/text.hpp"

namespace cloudpods::client {

namespace {

std::string full_target(std::string_view target) {
  const bool is_whole = target.starts_with(std::string{internal_root} + '/');
  return (is_whole ? std::string{} : std::string{api_root}) + std::string{target};
}

} // namespace

expected<json::value> api::get(std::string_view target, std::chrono::seconds limit) {
  http_request request;
  request.target = full_target(target);
  request.limit = limit;
  return send(std::move(request));
}

std::expected<http_response, lost_connection> api::get_raw(std::string_view path) {
  http_request request;
  request.target = std::string{path};
  return carrier_.send(request);
}

expected<json::value> api::post(std::string_view target, const json::value& body) {
  return change("POST", target, json::serialize(body));
}

expected<json::value> api::put(std::string_view target, const json::value& body) {
  return change("PUT", target, json::serialize(body));
}

expected<json::value> api::patch(std::string_view target, const json::value& body) {
  return change("PATCH", target, json::serialize(body));
}

expected<json::value> api::post_once(std::string_view target, const json::value& body) {
  http_request request;
  request.method = "POST";
  request.target = full_target(target);
  request.body = json::serialize(body);
  return send(std::move(request), {.attempts = 1});
}

expected<json::value> api::remove(std::string_view target) { return change("DELETE", target, {}); }

expected<json::value> api::change(std::string_view method, std::string_view target,
                                  std::string body) {
  http_request request;
  request.method = std::string{method};
  request.target = full_target(target);
  request.body = std::move(body);
  const auto& key = caller_.idempotency_key;
  request.headers.emplace_back("Idempotency-Key", key.empty() ? around_.make_key() : key);
  return send(std::move(request));
}

expected<json::value> api::get_all(std::string_view target, std::size_t most) {
  const char joint = target.contains('?') ? '&' : '?';
  std::string page_target{target};
  json::value whole;
  json::array items;
  while (true) {
    auto page = get(page_target);
    if (!page)
      return page;
    for (const auto& each : list_at(*page, "items"))
      if (items.size() < most)
        items.push_back(each);
    const auto cursor = text_at(*page, "nextCursor");
    // A page that is empty and yet names a next one would never end.
    const bool is_last = cursor.empty() || list_at(*page, "items").empty() || items.size() >= most;
    if (whole.is_null())
      whole = page->is_object() ? std::move(*page) : json::value(json::object{});
    if (is_last)
      break;
    page_target = std::string{target} + joint + "cursor=" + url_encoded(cursor);
  }
  whole.as_object()["items"] = std::move(items);
  whole.as_object()["nextCursor"] = nullptr;
  return whole;
}

void api::add_caller(http_request& request) const {
  if (!caller_.token.empty())
    request.headers.emplace_back("Authorization", "Bearer " + caller_.token);
  if (!caller_.tenant.empty())
    request.headers.emplace_back("X-Tenant-Id", caller_.tenant);
}

expected<json::value> api::send(http_request request, const retry_policy& policy) {
  add_caller(request);
  for (int attempt = 1;; ++attempt) {
    const auto result = carrier_.send(request);
    if (const auto pause = pause_before_retry(policy, attempt, result)) {
      around_.sleep(*pause);
      continue;
    }
    if (!result)
      return std::unexpected(failure_of(result.error()));
    if (result->status < 200 || result->status > 299)
      return std::unexpected(failure_of(*result));
    if (result->status == 204)
      return json::value{};
    boost::system::error_code error;
    auto value = json::parse(result->body, error);
    if (error)
      return failed("The answer is no JSON: is CLOUDPODS_URL the address of cloudpodsd?");
    return value;
  }
}

} // namespace cloudpods::client
