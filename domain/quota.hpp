#pragma once

#include <cstdint>

#include "domain/problem.hpp"
#include "domain/resources.hpp"

namespace cloudpods::domain {

/// Says that a dimension has no limit.
inline constexpr std::int64_t unlimited = -1;

/// The most a tenant may hold; `unlimited` in any dimension lifts it there.
struct limits {
  resources most;

  friend bool operator==(const limits&, const limits&) = default;
};

/// Which level of the configuration a tenant's limits come from (contract 12).
enum class limit_source { row, tenant_plan, standard };

template <>
struct words<limit_source> {
  static constexpr auto values = word_list("row", "tenant_plan", "default");
};

/// What a tenant holds: `used` by pods that stand, `reserved` by those under way.
struct holdings {
  resources used;
  resources reserved;

  [[nodiscard]] resources held() const { return used + reserved; }
  friend bool operator==(const holdings&, const holdings&) = default;
};

/// The refusal that contract 12 describes, or success. A dimension is judged only where something
/// is wanted of it, in the order of `dimensions`.
expected<void> admit(const limits& limit, const resources& held, const resources& wanted);

/// What may still be asked for, never below 0; meaningless where the limit is `unlimited`.
resources available(const limits& limit, const resources& held);

} // namespace cloudpods::domain
