#pragma once

#include <chrono>
#include <optional>

#include "domain/operation.hpp"
#include "domain/pod.hpp"
#include "domain/recommendation.hpp"

// What figures of pods and nodes make of recommendations (contract 16). Pure: the times come with
// the figures.

namespace cloudpods::domain {

inline constexpr std::chrono::minutes high_for{30};
inline constexpr std::chrono::days idle_for{7};
/// So many looks running must find a node past its limits, or a pod critical.
inline constexpr int looks_that_count = 2;
inline constexpr int checks_that_count = 3;

/// How busy a running guest is.
struct guest_load {
  vmid guest = 0;
  node_name node;
  bool high = false;
  bool idle = false;
};

/// Of the cluster's list; nothing for a guest that does not run or that nobody measured. A
/// machine's memory is left out: to its host it is near 100 % by nature.
std::optional<guest_load> load_of(const listed_guest& guest);

/// A pod that has been so for long, as its row has it.
struct loaded_pod {
  tenant_id tenant;
  pod_id pod;
  vmid guest = 0;
  guest_kind kind = guest_kind::vm;
  std::int64_t cpu_cores = 0;
  std::int64_t memory_mb = 0;
  bool high = false; ///< else idle
};

/// More where it is high, less where it is idle; nothing where a smaller one is not to be had.
std::optional<recommendation_wish> judge_load(const loaded_pod& pod);

/// A pod that was critical in each of the last checks.
struct unhealthy_pod {
  tenant_id tenant;
  pod_id pod;
  vmid guest = 0;
  std::int64_t since_seq = 0; ///< of the event that told so
};

recommendation_wish judge_unhealthy(const unhealthy_pod& pod);

/// A pod whose policy should have made a backup long ago.
struct overdue_pod {
  tenant_id tenant;
  pod_id pod;
  vmid guest = 0;
  std::int64_t every_hours = 0;
};

recommendation_wish judge_overdue(const overdue_pod& pod);

/// How a node is past its limits, for a person; "" where it is not.
std::string overload_of(const node_capacity& found);
recommendation_wish judge_overload(const node_name& node, const std::string& how);

/// A tenant that was refused so often by its limits.
recommendation_wish judge_refusals(const tenant_id& tenant, std::int64_t times);

/// The rules whose finding is read anew at each look: a recommendation of theirs expires with it.
bool is_watched(std::string_view rule);

} // namespace cloudpods::domain
