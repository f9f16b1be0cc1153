#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/tenant.hpp"

namespace cloudpods::domain {

/// What a caller orders (contract 6, `POST /order`); every value is well formed.
struct order_pod {
  std::string plan;
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
  bool wants_address = false; ///< from the pool of the node's region, where it has one
  std::optional<vmid> keep;   ///< the pod has a vmid already
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
  const domain::plan* plan = nullptr;
  const domain::blueprint* blueprint = nullptr;
  std::string name;
  resources wanted;
  placement_request place;
};

/// Judges an order by the tenant's state. Refuses with `PLAN_NOT_FOUND`, `BLUEPRINT_NOT_FOUND`,
/// `VALIDATION_FAILED`, `USER_DATA_UNSUPPORTED`, `SUBSCRIPTION_IN_USE`, `NAME_IN_USE`,
/// `NO_CAPACITY`, `QUOTA_EXCEEDED` (contract 5, 6, 12). The pointers last as long as `offers`.
expected<std::variant<admitted_order, existing_pod>> judge(const tenant_state& state,
                                                           const catalogue& offers,
                                                           const order_pod& command,
                                                           const order_ids& ids);

/// The facts of an accepted order, in one append.
std::vector<new_event> accept(const tenant_state& state, const catalogue& offers,
                              const order_pod& command, const admitted_order& order,
                              const order_ids& ids, const placement& place);

/// Whether the plan could be ordered now, for `check-quota`.
expected<void> check_quota(const tenant_state& state, const catalogue& offers,
                           const std::string& plan, const std::optional<std::string>& blueprint);

} // namespace cloudpods::domain
