#pragma once

#include "node_sim/options.hpp"

#include <string>
#include <vector>

namespace cloudpods::node_sim {

/// A call of an endpoint: the parts of its path and the options.
struct api_call {
  std::vector<std::string> path; ///< "nodes", "pve1", "tasks"
  arguments given;

  const std::string& part(std::size_t index) const { return path.at(index); }
  int vmid() const; ///< the fourth part: nodes/N/qemu/ID
};

// Each returns compact JSON, "" for null.
std::string cluster_resources(const api_call& call);
std::string next_id(const api_call& call);
std::string nodes(const api_call& call);
std::string node_status(const api_call& call);
std::string node_storages(const api_call& call);
std::string storage_content(const api_call& call);
std::string change_content(const api_call& call);
std::string delete_content(const api_call& call);
std::string guest_list(const api_call& call);
std::string guest_config(const api_call& call);
std::string guest_pending(const api_call& call);
std::string guest_snapshots(const api_call& call);
std::string guest_status(const api_call& call);
std::string guest_interfaces(const api_call& call);
std::string agent_interfaces(const api_call& call);
std::string task_list(const api_call& call);
std::string task_status(const api_call& call);
std::string task_log(const api_call& call);
std::string delete_task(const api_call& call);
std::string pools(const api_call& call);
std::string one_pool(const api_call& call);
std::string make_pool(const api_call& call);
std::string change_pool(const api_call& call);

} // namespace cloudpods::node_sim
