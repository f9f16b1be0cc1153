#include "domain/catalogue.hpp"

#include <algorithm>
#include <charconv>

namespace cloudpods::domain {

namespace {

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_folded(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, folded, folded);
}

template <class List, class Matches>
auto* find(const List& list, Matches matches) {
  const auto found = std::ranges::find_if(list, matches);
  return found == list.end() ? nullptr : &*found;
}

} // namespace

const plan* catalogue::find_plan(std::string_view code_or_alias) const {
  return find(plans, [&](const plan& each) {
    return same_folded(each.code.value, code_or_alias) ||
           std::ranges::any_of(each.aliases, [&](const std::string& alias) {
             return same_folded(alias, code_or_alias);
           });
  });
}

const blueprint* catalogue::find_blueprint(std::string_view code) const {
  return find(blueprints, [&](const blueprint& each) { return each.code.value == code; });
}

const node_description* catalogue::find_node(const node_name& name) const {
  return find(nodes, [&](const node_description& each) { return each.name == name; });
}

const tenant_plan* catalogue::find_tenant_plan(std::string_view id) const {
  return find(tenant_plans, [&](const tenant_plan& each) { return each.id == id; });
}

const backup_policy* catalogue::find_backup_policy(std::string_view name) const {
  const auto found = std::ranges::find(backup_policies, name, &backup_policy::name);
  return found == backup_policies.end() ? nullptr : &*found;
}

const ip_pool* catalogue::find_pool(std::string_view region) const {
  return find(ip_pools, [&](const ip_pool& each) { return each.region == region; });
}

std::string ipv4_text(std::uint32_t address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string((address >> shift) & 0xffU);
    if (shift > 0)
      text += '.';
  }
  return text;
}

std::optional<std::uint32_t> ipv4_from_text(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    const auto dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || dot == 0 || dot > 3)
      return std::nullopt;
    const auto digits = text.substr(0, dot);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value > 255 ||
        (digits.size() > 1 && digits.front() == '0'))
      return std::nullopt;
    address = (address << 8U) | value;
    text.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  return address;
}

plan_snapshot snapshot_of(const plan& sold) {
  return {sold.code,       sold.name,    sold.price_monthly_cents, sold.vcpu, sold.ram_mb,
          sold.storage_gb, sold.swap_mb, sold.bandwidth_gb};
}

} // namespace cloudpods::domain
