#include "http/rights.hpp"

#include <array>
#include <optional>
#include <string>

namespace cloudpods::http {

namespace {

using domain::problem_code;

struct row {
  action what;
  std::optional<permission> key; ///< decides where the token has permission keys
  bool owner_admin;
  bool member;
  bool dev_viewer;
  bool billing;
  bool focalpilot;
  bool service;
  bool admin;
};

// clang-format off
constexpr std::array table{
//  what                    key                     owner  member dev    bill   focal  service admin
row{action::read,           permission::view,       true,  true,  true,  false, true,  true,  true},
row{action::read_quota,     permission::quota_view, true,  true,  true,  true,  true,  true,  true},
row{action::read_any_quota, std::nullopt,           false, false, false, false, true,  true,  true},
row{action::order,          permission::create,     true,  true,  false, false, false, true,  true},
row{action::scale,          permission::scale,      true,  true,  false, false, false, true,  true},
row{action::backup,         permission::backup,     true,  true,  false, false, false, true,  true},
row{action::power,          permission::power,      true,  true,  false, false, false, true,  true},
row{action::destroy,        permission::destroy,    true,  false, false, false, false, true,  true},
row{action::suspend,        std::nullopt,           false, false, false, false, false, true,  true},
row{action::operate,        std::nullopt,           false, false, false, false, false, false, true},
};
// clang-format on

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].what != static_cast<action>(i))
      return false;
  return true;
}
static_assert(is_in_order(), "the table is read by the action's number");

bool by_scope(const caller& who, const row& rights) {
  return (who.platform_admin && rights.admin) || (who.platform_service && rights.service) ||
         (who.focalpilot && rights.focalpilot);
}

bool by_key(const permissions& granted, permission key) {
  return granted.has(key) || (key == permission::power && granted.has(permission::create));
}

bool is_read(action what) { return what == action::read || what == action::read_quota; }

bool by_role(const caller& who, const row& rights, bool member_may_act) {
  switch (who.role) {
  case role::owner:
  case role::admin:
    return rights.owner_admin;
  case role::member:
    return rights.member && (member_may_act || is_read(rights.what));
  case role::dev:
  case role::viewer:
    return rights.dev_viewer;
  case role::billing:
    return rights.billing;
  case role::none:
    break;
  }
  return false;
}

} // namespace

domain::expected<void> may(const caller& who, action what, bool member_may_act) {
  const auto& rights = table[static_cast<std::size_t>(what)];
  if (by_scope(who, rights))
    return {};
  if (who.granted && rights.key) {
    if (by_key(*who.granted, *rights.key))
      return {};
    const std::string key{domain::text(*rights.key)};
    return domain::refused(problem_code::forbidden, "the token lacks the permission " + key,
                           std::vector{domain::detail{"requiredPermission", key}});
  }
  if (!who.granted && by_role(who, rights, member_may_act))
    return {};
  return domain::refused(problem_code::forbidden, "the token gives no right to this");
}

} // namespace cloudpods::http
