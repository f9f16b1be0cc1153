#include "daemon/token_right.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "http/text.hpp"

namespace cloudpods::daemon {

namespace {

constexpr std::array<std::string_view, 3> scopes{"platform:admin", "platform:service",
                                                 "focalpilot"};

bool is_scope(std::string_view word) { return std::ranges::find(scopes, word) != scopes.end(); }

/// Ours, what `[auth.roles]` maps to one of ours, or a scope in its place.
bool is_role(const http::auth_settings& auth, std::string_view theirs) {
  auto word = http::folded(theirs);
  for (const auto& [from, to] : auth.roles)
    if (http::equals_folded(from, theirs))
      word = http::folded(to);
  return !word.empty() && (is_scope(word) || domain::from_text<http::role>(word).has_value());
}

std::string known(const http::auth_settings& auth) {
  std::string text = "roles:";
  for (const auto word : domain::words<http::role>::values)
    if (!word.empty())
      text.append(" ").append(word);
  for (const auto& [theirs, ours] : auth.roles)
    text.append(" ").append(theirs);
  text += "; scopes:";
  for (const auto word : scopes)
    text.append(" ").append(word);
  return text;
}

} // namespace

std::expected<void, std::string> gives_a_right(const http::auth_settings& auth,
                                               const token_wish& wish) {
  if (!wish.role.empty() && !is_role(auth, wish.role))
    return std::unexpected("the role " + wish.role + " gives no right (" + known(auth) + ")");
  std::istringstream words{wish.scope};
  bool has_scope = false;
  for (std::string word; words >> word; has_scope = true)
    if (!is_scope(word))
      return std::unexpected("the scope " + word + " gives no right (" + known(auth) + ")");
  if (wish.role.empty() && !has_scope)
    return std::unexpected("a token needs --role or --scope to give any right (" + known(auth) +
                           ")");
  return {};
}

} // namespace cloudpods::daemon
