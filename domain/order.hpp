#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/tenant.hpp"

namespace cloudpods::domain {

/// A container that is ordered by its size (contract 7): what is absent comes from the
/// configuration, vmid and address from what is free.
struct container_wish {
  std::optional<std::int64_t> cpu_cores;
  std::optional<std::int64_t> memory_mb;
  std::optional<std::int64_t> swap_mb;
  std::optional<std::int64_t> disk_gb;
  std::optional<std::string> tenant_plan; ///< whose limits it must fit
  std::optional<vmid> guest;
  std::optional<std::string> ip_address;
};

/// What a caller orders (contract 6, `POST /order`; 7); every value is well formed.
struct order_pod {
  std::string plan;
  std::optional<container_wish> container; ///< in place of the plan
  std::optional<std::string> blueprint;
  std::optional<std::string> name;
  std::optional<std::string> primary_domain;
  std::optional<std::string> subscription;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> ssh_keys;
  std::optional<std::string> node;
  std::optional<std::string> region;
  std::string user_data;
  std::string user_data_sha256;
  json_text payload; ///< as it is kept with the job, without `userData`
  user_id user;
};

/// Names for what an order makes; from outside, so that a decision stays a plain function.
struct order_ids {
  pod_id pod;
  job_id job;
  item_id item;
};

/// What has to be found for an order before it can be accepted.
struct placement_request {
  std::vector<node_name> candidates; ///< best first
  std::int64_t memory_mb = 0;
  std::int64_t disk_gb = 0;
  storage_name storage;
  bool wants_address = false;              ///< from the pool of the node's region, where it has one
  std::optional<vmid> keep;                ///< the pod has a vmid already
  std::optional<vmid> guest{};             ///< the caller's: no other will do
  std::optional<std::string> ip_address{}; ///< likewise
};

struct placement {
  node_name node;
  vmid guest = 0;
  std::optional<std::string> ip_address;
};

/// The same subscription was ordered before (contract 6).
struct existing_pod {
  pod_id pod;
  std::optional<job_id> job; ///< absent: it has expired
};

/// An order that may be accepted once a place is found.
struct admitted_order {
  plan_code plan;              ///< empty where it was ordered by its size
  plan_snapshot snapshot;      ///< of that plan, or of the tenant plan that was named
  domain::blueprint blueprint; ///< of no code where a container is built as `[defaults]` say
  std::string name;
  resources wanted;
  std::int64_t swap_mb = 0;
  placement_request place;
};

/// Judges an order by the tenant's state. Refuses with `PLAN_NOT_FOUND`, `BLUEPRINT_NOT_FOUND`,
/// `VALIDATION_FAILED`, `VMID_PROTECTED`, `USER_DATA_UNSUPPORTED`, `SUBSCRIPTION_IN_USE`,
/// `NAME_IN_USE`, `NO_CAPACITY`, `QUOTA_EXCEEDED` (contract 5, 6, 7, 12).
expected<std::variant<admitted_order, existing_pod>> judge(const tenant_state& state,
                                                           const catalogue& offers,
                                                           const order_pod& command,
                                                           const order_ids& ids);

/// What the log keeps of an order, with the place that was found for it.
pod_ordered ordered_as(const catalogue& offers, const order_pod& command,
                       const admitted_order& order, const placement& place);

/// The facts of an accepted order, in one append.
std::vector<new_event> accept(const tenant_state& state, const catalogue& offers,
                              const order_pod& command, const admitted_order& order,
                              const order_ids& ids, const placement& place);

/// Whether the plan could be ordered now, for `check-quota`.
expected<void> check_quota(const tenant_state& state, const catalogue& offers,
                           const std::string& plan, const std::optional<std::string>& blueprint);

} // namespace cloudpods::domain
