#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/fields.hpp"
#include "domain/ids.hpp"

namespace cloudpods::domain {

/// What the plan was when it was ordered.
struct plan_snapshot {
  plan_code code;
  std::string name;
  std::int64_t price_monthly_cents = 0;
  std::int64_t vcpu = 0;
  std::int64_t ram_mb = 0;
  std::int64_t storage_gb = 0;
  std::int64_t swap_mb = 0;
  std::optional<std::int64_t> bandwidth_gb;

  static constexpr auto fields =
      std::tuple{field{"code", &plan_snapshot::code},
                 field{"name", &plan_snapshot::name},
                 field{"priceMonthlyCents", &plan_snapshot::price_monthly_cents},
                 field{"vcpu", &plan_snapshot::vcpu},
                 field{"ramMb", &plan_snapshot::ram_mb},
                 field{"storageGb", &plan_snapshot::storage_gb},
                 field{"swapMb", &plan_snapshot::swap_mb},
                 field{"bandwidthGb", &plan_snapshot::bandwidth_gb}};
  friend bool operator==(const plan_snapshot&, const plan_snapshot&) = default;
};

} // namespace cloudpods::domain
