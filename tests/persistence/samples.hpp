#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "persistence/decision.hpp"

namespace cloudpods::persistence::samples {

/// Random bits that are the same in every run.
std::function<std::uint64_t()> random_bits(std::uint64_t seed = 1);

/// So many seconds after the morning of 2026-01-01.
domain::instant at(std::int64_t seconds);

/// Names of one pod of a tenant and what belongs to it.
struct subject {
  std::string tenant = "acme";
  int number = 1;

  [[nodiscard]] domain::pod_id pod() const;
  [[nodiscard]] domain::job_id job(const std::string& what = "create") const;
  [[nodiscard]] domain::item_id item(const std::string& what = "create") const;
  [[nodiscard]] domain::vmid guest() const { return 100'000 + number; }
  [[nodiscard]] std::string address() const;
  [[nodiscard]] domain::resources size() const { return {1, 2, 1024, 30}; }

  /// An event of the pod's stream.
  [[nodiscard]] domain::new_event of_pod(domain::event_payload payload,
                                         const std::string& job_of = "create") const;
  /// An event of the tenant's stream.
  [[nodiscard]] domain::new_event of_tenant(domain::event_payload payload) const;

  [[nodiscard]] domain::pod_ordered order() const;
};

/// One decision of these events, by user `user-7`.
decision decided(std::vector<domain::new_event> events);

decision tenant_made(const std::string& tenant);
/// The decision with which an order is accepted.
decision ordered(const subject& it);
/// The create item starts and clones.
decision building(const subject& it);
/// The pod is up.
decision built(const subject& it);
/// The create failed for good.
decision failed(const subject& it, bool cleanup_pending);
/// The remains of a failed create are gone.
decision cleaned(const subject& it);
/// A destroy is admitted, runs and ends; the pod is as large as `size`.
decision destroyed(const subject& it, const domain::resources& size = {1, 2, 1024, 30});

/// What can happen to a pod that is up, one decision each.
enum class happening {
  scaled,
  scaled_to_plan,
  stopped,
  started,
  found_unknown,
  backed_up,
  pruned,
  restored,
  restore_broke,
  snapped,
  rolled_back,
  snapshot_deleted,
  ill,
  synced,
  locked,
  unlocked,
  suspended,
  resumed
};
inline constexpr int happenings = static_cast<int>(happening::resumed) + 1;

/// A job of a pod that is up, with all that it says; `number` tells jobs of one pod apart. Sizes
/// grow with it, and the quota with them: `size` is what the pod has, and is changed.
decision lived(const subject& it, happening what, int number, domain::resources& size);

/// What an operator says of a tenant; some of it absent where `number` is odd.
decision settled(const std::string& tenant, int number);
/// Limits of a tenant; some of them absent where `number` is odd.
decision limited(const std::string& tenant, int number);

} // namespace cloudpods::persistence::samples
