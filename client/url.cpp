#include "client/url.hpp"

#include <algorithm>
#include <charconv>

namespace cloudpods::client {

namespace {

bool is_port(std::string_view text) {
  unsigned number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end && number >= 1 && number <= 65535;
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace

std::string server_url::authority() const {
  return (host.contains(':') ? '[' + host + ']' : host) + ':' + port;
}

std::optional<server_url> url_from_text(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (!text.starts_with(scheme) || !is_visible(text) || text.find_first_of("?#@") != text.npos)
    return std::nullopt;
  text.remove_prefix(scheme.size());
  const auto slash = std::min(text.find('/'), text.size());
  auto authority = text.substr(0, slash);
  server_url made{.host = {}, .port = "80", .prefix = std::string{text.substr(slash)}};
  made.prefix.erase(made.prefix.find_last_not_of('/') + 1);
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  if (colon != authority.npos) {
    made.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']'))
    authority = authority.substr(1, authority.size() - 2);
  made.host = authority;
  return made.host.empty() || !is_port(made.port) ? std::nullopt : std::optional{made};
}

} // namespace cloudpods::client
