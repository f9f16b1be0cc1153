#include "node_sim/pool.hpp"

#include "node_sim/node.hpp"
#include "node_sim/system.hpp"

#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

// A pool is a folder, a member is an empty file in it: joining needs no lock.
std::string folder(const std::string& pool) { return inside(cat("pools/", encode_uri(pool))); }

} // namespace

bool pool_exists(const std::string& pool) { return exists(folder(pool)); }

void create_pool(const std::string& pool, std::string_view comment) {
  make_folders(folder(pool));
  write_text(cat(folder(pool), "/.comment"), comment);
}

std::string pool_of(int vmid) {
  for (const auto& pool : names_in(inside("pools")))
    if (exists(inside(cat("pools/", pool, "/", vmid))))
      return decode_percent(pool);
  return {};
}

std::vector<int> pool_members(const std::string& pool) {
  std::vector<int> members;
  for (const auto& name : names_in(folder(pool)))
    if (const auto vmid = to_number(name))
      members.push_back(static_cast<int>(*vmid));
  return members;
}

void join_pool(const std::string& pool, int vmid, bool allow_move) {
  const auto present = pool_of(vmid);
  if (!present.empty() && (!allow_move || present == pool))
    throw failure{cat("VM ", vmid, " is already a pool member")};
  leave_pools(vmid);
  write_text(cat(folder(pool), "/", vmid), "");
}

bool leave_pool(const std::string& pool, int vmid) {
  return ::unlink(cat(folder(pool), "/", vmid).c_str()) == 0;
}

void leave_pools(int vmid) {
  for (const auto& pool : names_in(inside("pools")))
    ::unlink(inside(cat("pools/", pool, "/", vmid)).c_str());
}

} // namespace cloudpods::node_sim
