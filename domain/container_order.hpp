#pragma once

#include "domain/order.hpp"

namespace cloudpods::domain {

/// What an order comes to by the catalogue.
struct chosen_offer {
  const plan* sold = nullptr;        ///< null: ordered by its size
  const tenant_plan* tier = nullptr; ///< whose limits it must fit, where one was named
  domain::blueprint blueprint;
  plan_snapshot snapshot;
  resources size;
};

/// What a container comes to that is ordered by its size (contract 7). Without a blueprint it is
/// built by that of `[defaults]`, or, where that one makes VMs, as the rest of `[defaults]` says.
/// Refuses with `BLUEPRINT_NOT_FOUND`, `PLAN_NOT_FOUND`, `VALIDATION_FAILED`, `VMID_PROTECTED`.
expected<chosen_offer> choose_container(const catalogue& offers, const order_pod& command,
                                        const container_wish& wish);

/// Leaves the nodes whose region gives out that address; any where the node's script looks after
/// addresses. Refuses with `VALIDATION_FAILED` where none is left.
expected<void> leave_nodes_of_address(const catalogue& offers, const std::string& ip_address,
                                      std::vector<node_name>& nodes);

} // namespace cloudpods::domain
