#include "http/page_cursor.hpp"

#include "http/base64url.hpp"
#include "http/hmac.hpp"

namespace cloudpods::http {

namespace {

constexpr std::size_t mark_size = 16;

} // namespace

std::string page_cursor::mark(std::string_view scope, std::string_view position) const {
  std::string text{scope};
  text.append("\n").append(position);
  return hmac_sha256(key_, text).substr(0, mark_size);
}

std::string page_cursor::seal(std::string_view scope, std::string_view position) const {
  return base64url(mark(scope, position).append(position));
}

std::optional<std::string> page_cursor::open(std::string_view scope,
                                             std::string_view cursor) const {
  auto text = from_base64url(cursor);
  if (!text || text->size() < mark_size)
    return std::nullopt;
  auto position = text->substr(mark_size);
  if (!are_equal_secrets(text->substr(0, mark_size), mark(scope, position)))
    return std::nullopt;
  return position;
}

} // namespace cloudpods::http
