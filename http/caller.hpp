#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/ids.hpp"
#include "domain/instant.hpp"
#include "domain/words.hpp"

namespace cloudpods::http {

/// What a person is within a tenant (contract 4); `none`: the token's word maps to nothing.
enum class role { none, owner, admin, member, dev, viewer, billing };

/// Rights by key, as `permissions` in a token gives them (contract 4).
enum class permission { view, create, scale, backup, power, destroy, quota_view };

/// A set of `permission`s.
class permissions {
public:
  void add(permission which) { bits_ |= bit(which); }
  void add_all() { bits_ = ~std::uint32_t{0}; }
  [[nodiscard]] bool has(permission which) const { return (bits_ & bit(which)) != 0; }
  friend bool operator==(const permissions&, const permissions&) = default;

private:
  static std::uint32_t bit(permission which) {
    return std::uint32_t{1} << static_cast<unsigned>(which);
  }
  std::uint32_t bits_ = 0;
};

/// Who asks, as the token says.
struct caller {
  domain::user_id user;
  std::optional<domain::tenant_id> tenant;
  http::role role = role::none;
  bool platform_admin = false;
  bool platform_service = false;
  bool focalpilot = false;
  /// Set where the token has a `cloudpods.` key: then they alone decide inside the tenant.
  std::optional<permissions> granted;
  domain::instant expires;

  /// May act for any tenant that the request names.
  [[nodiscard]] bool is_platform() const { return platform_admin || platform_service; }
  /// May at least read any tenant's things.
  [[nodiscard]] bool sees_all_tenants() const { return is_platform() || focalpilot; }
};

} // namespace cloudpods::http

template <>
struct cloudpods::domain::words<cloudpods::http::role> {
  static constexpr auto values =
      word_list("", "owner", "admin", "member", "dev", "viewer", "billing");
};

template <>
struct cloudpods::domain::words<cloudpods::http::permission> {
  static constexpr auto values =
      word_list("cloudpods.view", "cloudpods.create", "cloudpods.scale", "cloudpods.backup",
                "cloudpods.power", "cloudpods.destroy", "cloudpods.quota.view");
};
