#include <algorithm>
#include <array>
#include <cctype>

#include "config/key_file.hpp"
#include "config/keys.hpp"
#include "config/sections.hpp"

namespace cloudpods::config {

namespace {

constexpr std::size_t shortest_secret = 32;
constexpr std::array own_roles{"owner", "admin", "member", "dev", "viewer", "billing"};
const std::vector<std::string_view> meanings{
    "owner",   "admin",          "member",           "dev",       "viewer",
    "billing", "platform:admin", "platform:service", "focalpilot"};
const std::vector<std::string_view> permission_keys{
    "cloudpods.view",   "cloudpods.create", "cloudpods.destroy",    "cloudpods.scale",
    "cloudpods.backup", "cloudpods.power",  "cloudpods.quota.view", "cloudpods.*"};

void hs256_secret(auth_settings& into, const found_value& found) {
  auto content = file_content(found);
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r'))
    content.pop_back();
  if (!content.empty() && content.size() < shortest_secret)
    found.refuse("holds a secret under 32 bytes; make one with: openssl rand -base64 48");
  into.hs256_secret = secret{std::move(content)};
}

void key_set(auth_settings& into, const found_value& found) {
  into.jwks_file = file_path(found);
  if (into.jwks_file.empty())
    return;
  into.jwks = file_content(found);
  into.jwks_place = found.value.where;
  const auto begin = into.jwks.find_first_not_of(" \t\r\n");
  if (begin != std::string::npos && into.jwks[begin] != '{')
    found.refuse("holds no JSON Web Key Set: it must begin with '{'");
}

keys<auth_settings> auth_keys() {
  using section = auth_settings;
  return {
      text<section>("issuer", &section::issuer, not_empty),
      texts<section>("audience", &section::audience, not_empty, 1),
      {"hs256_secret_file", hs256_secret},
      {"jwks_file", key_set},
      whole<section>("leeway_s", &section::leeway, {0, 600}),
      flag<section>("member_may_act", &section::member_may_act),
  };
}

keys<claim_names> claim_keys() {
  using section = claim_names;
  return {
      texts<section>("user", &section::user, not_empty, 1),
      texts<section>("tenant", &section::tenant, not_empty, 1),
      texts<section>("role", &section::role, not_empty, 1),
      texts<section>("scope", &section::scope, not_empty, 1),
      texts<section>("permissions", &section::permissions, not_empty, 1),
  };
}

role_map standard_roles() {
  role_map roles{{"customer", "member"},
                 {"client", "member"},
                 {"user", "viewer"},
                 {"read_only", "viewer"},
                 {"support", "viewer"},
                 {"super_admin", "platform:admin"},
                 {"platform_admin", "platform:admin"}};
  for (const auto* each : own_roles)
    roles.emplace(each, each);
  return roles;
}

std::string folded(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_one_of(const std::string& word, const std::vector<std::string_view>& known) {
  return std::ranges::find(known, word) != known.end();
}

void read_roles(reading& context, role_map& into) {
  into = standard_roles();
  const auto source = section(context, "auth.roles");
  if (source.table == nullptr)
    return;
  role_map seen;
  for (const auto& [name, value] : *source.table->as_table()) {
    const found_value found{value, "auth.roles." + name, context};
    context.faults.found(found.key, value.where);
    const auto meaning = value.text();
    const auto role = folded(name);
    if (!seen.emplace(role, name).second)
      found.refuse("\"" + role + "\" is mapped twice: upper and lower case are the same here");
    else if (!meaning || !(meaning->empty() || is_one_of(*meaning, meanings)))
      found.refuse("must be one of " + quoted_list(meanings) + ", or \"\" for none" +
                   suggestion(meaning.value_or(""), meanings));
    else if (meaning->empty())
      into.erase(role);
    else
      into[role] = *meaning;
  }
}

void read_permissions(reading& context, permission_map& into) {
  const auto source = section(context, "auth.permissions");
  if (source.table == nullptr)
    return;
  for (const auto& [name, value] : *source.table->as_table()) {
    const found_value found{value, "auth.permissions." + name, context};
    context.faults.found(found.key, value.where);
    const auto one = value.text();
    const auto granted =
        one ? std::vector{*one} : value.texts().value_or(std::vector<std::string>{});
    if (granted.empty())
      found.refuse("must be one of our permission keys, or a list of them");
    for (const auto& each : granted)
      if (!is_one_of(each, permission_keys))
        found.refuse("\"" + each + "\" is no permission key; they are " +
                     quoted_list(permission_keys) + suggestion(each, permission_keys));
    into[name] = granted;
  }
}

} // namespace

void read_auth(reading& context, auth_settings& into) {
  read_section(context, "auth", auth_keys(), into, {"claims", "roles", "permissions"});
  read_section(context, "auth.claims", claim_keys(), into.claims);
  read_roles(context, into.roles);
  read_permissions(context, into.permissions);
  if (!context.faults.sets("auth.hs256_secret_file") && !context.faults.sets("auth.jwks_file"))
    context.faults.add("auth", {},
                       "needs hs256_secret_file or jwks_file (or both): without a key "
                       "no token could be believed");
}

} // namespace cloudpods::config
