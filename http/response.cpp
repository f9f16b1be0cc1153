#include "http/response.hpp"

#include <array>
#include <charconv>

namespace cloudpods::http {

namespace {

std::string_view reason(unsigned status) {
  switch (status) {
  case 200:
    return "OK";
  case 201:
    return "Created";
  case 202:
    return "Accepted";
  case 204:
    return "No Content";
  case 304:
    return "Not Modified";
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 409:
    return "Conflict";
  case 412:
    return "Precondition Failed";
  case 413:
    return "Content Too Large";
  case 415:
    return "Unsupported Media Type";
  case 422:
    return "Unprocessable Content";
  case 429:
    return "Too Many Requests";
  case 431:
    return "Request Header Fields Too Large";
  case 503:
    return "Service Unavailable";
  default:
    return "Internal Server Error";
  }
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

/// 204 and 304 have no content, and say no length of one (RFC 9110, 8.6).
bool has_content(unsigned status) { return status != 204 && status != 304; }

} // namespace

void write(std::string& out, const response& answer, bool head_only, bool keep_alive) {
  out.append("HTTP/1.1 ");
  append_number(out, answer.status);
  out.append(" ").append(reason(answer.status));
  out.append("\r\nX-Content-Type-Options: nosniff\r\n");
  if (!answer.cacheable)
    out.append("Cache-Control: no-store\r\n");
  if (!keep_alive)
    out.append("Connection: close\r\n");
  for (const auto& [name, value] : answer.headers)
    out.append(name).append(": ").append(value).append("\r\n");
  if (answer.open_ended) {
    out.append("Content-Type: ").append(answer.content_type).append("\r\n\r\n");
    return;
  }
  if (!has_content(answer.status)) {
    out.append("\r\n");
    return;
  }
  const auto content = answer.content();
  out.append("Content-Type: ").append(answer.content_type).append("\r\nContent-Length: ");
  append_number(out, content.size());
  out.append("\r\n\r\n");
  if (!head_only)
    out.append(content);
}

} // namespace cloudpods::http
