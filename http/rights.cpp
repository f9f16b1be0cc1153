#include "http/rights.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

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
row{action::stream,         permission::view,       true,  true,  true,  false, true,  true,  true},
row{action::order,          permission::create,     true,  true,  false, false, false, true,  true},
row{action::scale,          permission::scale,      true,  true,  false, false, false, true,  true},
row{action::backup,         permission::backup,     true,  true,  false, false, false, true,  true},
row{action::snapshot,       permission::backup,     true,  true,  false, false, false, true,  true},
row{action::power,          permission::power,      true,  true,  false, false, false, true,  true},
row{action::destroy,        permission::destroy,    true,  false, false, false, false, true,  true},
row{action::restore,        permission::destroy,    true,  false, false, false, false, true,  true},
row{action::rollback,       permission::destroy,    true,  false, false, false, false, true,  true},
row{action::protect,        permission::destroy,    true,  false, false, false, false, true,  true},
row{action::suspend,        std::nullopt,           false, false, false, false, false, true,  true},
row{action::settle,         std::nullopt,           true,  false, false, false, true,  false, true},
row{action::recommend,      std::nullopt,           false, false, false, false, true,  false, true},
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

struct job_right {
  std::string_view item; ///< as the log spells it (contract 13)
  action right;
};

constexpr std::array job_rights{
    job_right{"create", action::order},      job_right{"post_create", action::order},
    job_right{"scale", action::scale},       job_right{"backup", action::backup},
    job_right{"snapshot", action::snapshot}, job_right{"delete_snapshot", action::snapshot},
    job_right{"start", action::power},       job_right{"stop", action::power},
    job_right{"reboot", action::power},      job_right{"sync", action::power},
    job_right{"health", action::read},       job_right{"destroy", action::destroy},
    job_right{"cleanup", action::destroy},   job_right{"restore", action::restore},
    job_right{"rollback", action::rollback}, job_right{"suspend", action::suspend},
    job_right{"resume", action::suspend},
};

constexpr const job_right* job_right_of(std::string_view item) {
  const auto* found = std::ranges::find(job_rights, item, &job_right::item);
  return found == job_rights.end() ? nullptr : found;
}
static_assert(std::ranges::all_of(domain::words<domain::item_action>::values, job_right_of),
              "every action of an item has a right to its job");

bool by_scope(const caller& who, const row& rights) {
  return (who.platform_admin && rights.admin) || (who.platform_service && rights.service) ||
         (who.focalpilot && rights.focalpilot);
}

bool by_key(const permissions& granted, permission key) {
  return granted.has(key) || (key == permission::power && granted.has(permission::create));
}

bool is_read(action what) {
  return what == action::read || what == action::read_quota || what == action::stream;
}

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

action action_of(domain::item_action item) { return job_right_of(domain::text(item))->right; }

} // namespace cloudpods::http
