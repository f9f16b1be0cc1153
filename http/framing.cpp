#include "http/framing.hpp"

#include "http/text.hpp"

namespace cloudpods::http {

namespace {

constexpr std::string_view line_end = "\r\n";

struct counts {
  int host = 0;
  int content_length = 0;
  int transfer_encoding = 0;
  bool chunked = false;
};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<std::string_view> count(counts& seen, std::string_view line) {
  if (is_blank(line.front()))
    return "a header line is folded";
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return "a header line has no name";
  const auto name = line.substr(0, colon);
  if (is_blank(name.back()))
    return "a blank stands before a header's colon";
  const auto value = trimmed(line.substr(colon + 1));
  if (equals_folded(name, "host"))
    ++seen.host;
  else if (equals_folded(name, "content-length")) {
    ++seen.content_length;
    if (!is_number(value))
      return "Content-Length is one number";
  } else if (equals_folded(name, "transfer-encoding")) {
    ++seen.transfer_encoding;
    seen.chunked = equals_folded(value, "chunked");
  }
  return std::nullopt;
}

std::optional<std::string_view> judge(const counts& seen, bool http_1_0) {
  if (seen.host > 1 || (seen.host == 0 && !http_1_0))
    return "a request has exactly one Host";
  if (seen.content_length > 1)
    return "Content-Length came more than once";
  if (seen.transfer_encoding == 0)
    return std::nullopt;
  if (http_1_0)
    return "HTTP/1.0 knows no Transfer-Encoding";
  if (seen.transfer_encoding > 1 || !seen.chunked)
    return "the only Transfer-Encoding understood is chunked";
  if (seen.content_length > 0)
    return "Content-Length and Transfer-Encoding exclude each other";
  return std::nullopt;
}

} // namespace

std::optional<std::string_view> framing_fault(std::string_view head) {
  auto end = head.find(line_end);
  if (end == std::string_view::npos)
    return "the request line has no end";
  const bool http_1_0 = head.substr(0, end).ends_with("HTTP/1.0");
  counts seen;
  for (head.remove_prefix(end + 2); !head.starts_with(line_end); head.remove_prefix(end + 2)) {
    end = head.find(line_end);
    if (end == std::string_view::npos)
      return "a header line has no end";
    if (auto fault = count(seen, head.substr(0, end)))
      return fault;
  }
  return judge(seen, http_1_0);
}

} // namespace cloudpods::http
