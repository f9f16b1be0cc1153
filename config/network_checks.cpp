#include <algorithm>
#include <string>

#include "config/sections.hpp"
#include "config/suggestion.hpp"

namespace cloudpods::config {

namespace {

std::string at(std::size_t pool, std::string_view key) {
  return "ip_pools[" + std::to_string(pool) + "]." + std::string{key};
}

std::uint32_t mask_of(const domain::ip_pool& pool) {
  return ~std::uint32_t{0} << (32 - pool.prefix_length);
}

std::uint32_t broadcast_of(const domain::ip_pool& pool) { return pool.network | ~mask_of(pool); }

/// Whether the pool's own values were all readable: 0 is what a refused one leaves behind.
bool is_whole(const domain::ip_pool& pool) {
  return pool.network != 0 && pool.first != 0 && pool.last != 0 && pool.gateway != 0;
}

std::string shown(std::uint32_t address) { return '"' + domain::ipv4_text(address) + '"'; }

void check_inside(report& faults, const domain::ip_pool& pool, std::size_t index,
                  std::string_view key, std::uint32_t address) {
  const auto network = domain::ipv4_text(pool.network) + '/' + std::to_string(pool.prefix_length);
  if ((address & mask_of(pool)) != pool.network)
    faults.add(at(index, key), shown(address), "lies outside of " + network);
  else if (address == pool.network || address == broadcast_of(pool))
    faults.add(at(index, key), shown(address), "is the network's own or its broadcast address");
}

void check_pool(report& faults, const domain::ip_pool& pool, std::size_t index) {
  check_inside(faults, pool, index, "first", pool.first);
  check_inside(faults, pool, index, "last", pool.last);
  check_inside(faults, pool, index, "gateway", pool.gateway);
  if (pool.first > pool.last)
    faults.add(at(index, "last"), shown(pool.last), "must not lie before first");
  const auto reserved = [&](std::string_view key, std::uint32_t address) {
    if (address >= pool.first && address <= pool.last)
      faults.add(at(index, key), shown(address), "is one of the addresses that are given out");
  };
  reserved("gateway", pool.gateway);
  if (const auto nameserver = domain::ipv4_from_text(pool.nameserver))
    reserved("nameserver", *nameserver);
}

/// One region, one pool: placement knows a guest's region and nothing finer.
void check_pair(report& faults, const std::vector<domain::ip_pool>& pools, std::size_t earlier,
                std::size_t later) {
  const auto& one = pools[earlier];
  const auto& other = pools[later];
  const auto line = faults.where(at(earlier, "first"));
  if (one.region == other.region)
    faults.add(at(later, "region"), '"' + other.region + '"', "has a pool already: see " + line);
  if (one.first <= other.last && other.first <= one.last)
    faults.add(at(later, "first"), shown(other.first),
               "overlaps with the pool at " + line + ": an address would be given out twice");
}

void check_regions(report& faults, const settings& all) {
  std::vector<std::string_view> regions;
  for (const auto& each : all.nodes)
    regions.push_back(each.region);
  if (regions.empty())
    return;
  const auto known = [&](std::string_view region) {
    return std::ranges::find(regions, region) != regions.end();
  };
  const auto& pools = all.catalogue.ip_pools;
  for (std::size_t i = 0; i < pools.size(); ++i)
    if (!known(pools[i].region))
      faults.add(at(i, "region"), '"' + pools[i].region + '"',
                 "no node is in this region" + suggestion(pools[i].region, regions));
  const auto& standard = all.catalogue.default_region;
  if (!known(standard) && faults.sets("defaults.region"))
    faults.add("defaults.region", '"' + standard + '"',
               "no node is in this region" + suggestion(standard, regions));
}

/// The script keeps its own list of addresses: it and a pool must not serve one network, which is
/// so where VMs with pool addresses share the containers' bridge (contract 3, `ct_ip`).
void check_container_addresses(report& faults, const domain::catalogue& all) {
  if (all.ct_ip == domain::ct_address_source::pool && all.ip_pools.empty())
    return faults.add("defaults.ct_ip", "\"pool\"", "there is no [[ip_pools]] to take from");
  if (all.ct_ip == domain::ct_address_source::pool || all.ip_pools.empty())
    return;
  const auto shares = [&](const domain::blueprint& each) {
    return each.guest == domain::guest_kind::vm && each.bridge == all.ct_bridge;
  };
  if (std::ranges::any_of(all.blueprints, shares))
    faults.add("defaults.ct_ip", "\"script\"",
               "VMs on " + all.ct_bridge + " get addresses from [[ip_pools]] (" +
                   faults.where("ip_pools[0]") +
                   "), so containers there must not get theirs from the script");
}

} // namespace

void check_networks(report& faults, const settings& all) {
  const auto& pools = all.catalogue.ip_pools;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (!is_whole(pools[i]))
      continue;
    check_pool(faults, pools[i], i);
    for (std::size_t j = 0; j < i; ++j)
      if (is_whole(pools[j]))
        check_pair(faults, pools, j, i);
  }
  check_regions(faults, all);
  check_container_addresses(faults, all.catalogue);
}

} // namespace cloudpods::config
