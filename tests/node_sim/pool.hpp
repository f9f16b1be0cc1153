#pragma once

#include <string>
#include <vector>

namespace cloudpods::node_sim {

bool pool_exists(const std::string& pool);
void create_pool(const std::string& pool, std::string_view comment);
/// The pool that a guest is in, or "".
std::string pool_of(int vmid);
std::vector<int> pool_members(const std::string& pool);
/// Fails with "VM N is already a pool member".
void join_pool(const std::string& pool, int vmid, bool allow_move);
/// True if the guest was in the pool.
bool leave_pool(const std::string& pool, int vmid);
void leave_pools(int vmid);

} // namespace cloudpods::node_sim
