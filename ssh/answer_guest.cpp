#include <algorithm>
#include <cctype>
#include <map>

#include "ssh/answer.hpp"
#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::int64_t bytes_per_gb = std::int64_t{1024} * 1024 * 1024;

using configuration = std::map<std::string, std::string, std::less<>>;

/// `key: value` lines; snapshots are not printed, raw `lxc.*` lines are no keys we ask for.
configuration configuration_in(std::string_view text) {
  configuration found;
  for (const auto line : lines_of(text)) {
    const auto colon = line.find(": ");
    const auto key = line.substr(0, colon);
    if (colon == std::string_view::npos || key.empty() ||
        !std::ranges::all_of(key, [](unsigned char c) { return std::isalnum(c) || c == '_'; }))
      continue;
    found.emplace(key, trimmed(line.substr(colon + 2)));
  }
  return found;
}

std::string value_of(const configuration& from, std::string_view key) {
  const auto found = from.find(key);
  return found == from.end() ? "" : found->second;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const auto lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_code = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                         hex_digit(text[i + 2]) >= 0;
    if (is_code)
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    else
      decoded += text[i];
    i += is_code ? 2 : 0;
  }
  return decoded;
}

/// `8G`, `528K`, plain bytes, in whole GB rounded down; nothing where it is no size.
std::optional<std::int64_t> gb_of(std::string_view size) {
  const auto number = whole_number(size.substr(0, size.find_first_not_of("0123456789")));
  if (!number)
    return std::nullopt;
  switch (size.back()) {
  case 'T':
    return *number * 1024;
  case 'G':
    return *number;
  case 'M':
    return *number / 1024;
  case 'K':
    return *number / 1024 / 1024;
  default:
    return *number / bytes_per_gb;
  }
}

std::optional<std::int64_t> size_in(std::string_view drive) {
  constexpr std::string_view key = ",size=";
  const auto at = drive.find(key);
  if (at == std::string_view::npos)
    return std::nullopt;
  const auto rest = drive.substr(at + key.size());
  return gb_of(rest.substr(0, rest.find(',')));
}

/// `clients-main` of `clients-main:vm-100007-disk-0,size=8G`.
std::string storage_in(std::string_view drive) {
  const auto colon = drive.find(':');
  return std::string{colon == std::string_view::npos ? "" : drive.substr(0, colon)};
}

/// `vmbr0` of `virtio=BC:24:11:00:00:01,bridge=vmbr0`.
std::string bridge_in(std::string_view device) {
  constexpr std::string_view key = "bridge=";
  const auto at = device.find(key);
  if (at == std::string_view::npos)
    return {};
  const auto rest = device.substr(at + key.size());
  return std::string{rest.substr(0, rest.find(','))};
}

/// The disk that was asked for, else the one the guest boots from.
std::string disk_key(const domain::read_guest& what, const configuration& config) {
  if (what.kind == domain::guest_kind::ct)
    return "rootfs";
  if (!what.disk.empty())
    return what.disk;
  constexpr std::string_view order = "order=";
  const auto boot = value_of(config, "boot");
  if (boot.starts_with(order))
    return boot.substr(order.size(), boot.find_first_of(";,") - order.size());
  const auto named = value_of(config, "bootdisk");
  if (!named.empty())
    return named;
  for (const auto* each : {"scsi0", "virtio0", "sata0", "ide0"})
    if (config.contains(each))
      return each;
  return {};
}

std::string kind_word(std::string_view type) { return std::string{type == "lxc" ? "lxc" : "qemu"}; }

/// Of 1; nothing where either figure is missing.
std::optional<double> share_in(simdjson::dom::element entry, std::string_view part,
                               std::string_view whole) {
  const auto amount = number_field(entry, part);
  const auto most = number_field(entry, whole).value_or(0);
  if (!amount || *amount < 0 || most <= 0 || *amount > most)
    return std::nullopt;
  return static_cast<double>(*amount) / static_cast<double>(most);
}

std::optional<std::int64_t> megabytes_in(simdjson::dom::element entry, std::string_view name) {
  const auto bytes = number_field(entry, name);
  return bytes && *bytes > 0 ? std::optional{*bytes / 1024 / 1024} : std::nullopt;
}

bool read_guest_entry(simdjson::dom::element entry, domain::guest_list& list) {
  const auto type = text_field(entry, "type");
  if (!type || (*type != "qemu" && *type != "lxc"))
    return type.has_value(); // storages and nodes are no guests
  const auto id = number_field(entry, "vmid");
  const auto node = text_field(entry, "node");
  if (!id || *id < 1 || *id > 999999999 || !node)
    return false;
  list.guests.push_back(
      {.guest = static_cast<domain::vmid>(*id),
       .kind = kind_word(*type) == "lxc" ? domain::guest_kind::ct : domain::guest_kind::vm,
       .node = *node,
       .name = text_field(entry, "name").value_or(""),
       .status = text_field(entry, "status").value_or("unknown"),
       .tags = text_field(entry, "tags").value_or(""),
       .is_template = number_field(entry, "template").value_or(0) != 0,
       .cpu = real_field(entry, "cpu"),
       .memory = share_in(entry, "mem", "maxmem"),
       .disk = share_in(entry, "disk", "maxdisk"),
       .uptime_s = number_field(entry, "uptime"),
       .cores = number_field(entry, "maxcpu"),
       .memory_mb = megabytes_in(entry, "maxmem")});
  return true;
}

} // namespace

parsed<domain::guest_list> parse_guest_list(std::string_view out, bool partly) {
  const auto json = json_part(out);
  simdjson::dom::parser parser;
  simdjson::dom::array entries;
  if (!json || parser.parse(*json).get(entries) != simdjson::SUCCESS)
    return std::unexpected("the list of guests is no JSON array");
  domain::guest_list list;
  for (const auto entry : entries)
    if (!read_guest_entry(entry, list)) {
      if (!partly)
        return std::unexpected("the list of guests has an entry without type, vmid or node");
      ++list.unread;
    }
  return list;
}

parsed<domain::guest_facts> parse_guest_facts(const domain::read_guest& what,
                                              std::string_view config_text,
                                              std::string_view status_text) {
  const auto config = configuration_in(config_text);
  const auto status = value_of(configuration_in(status_text), "status");
  if (config.empty() || status.empty())
    return std::unexpected("the guest's configuration or status could not be read");
  const auto cores = whole_number(value_of(config, "cores")).value_or(1);
  const auto sockets = whole_number(value_of(config, "sockets")).value_or(1);
  return domain::guest_facts{
      .exists = true,
      .lock = value_of(config, "lock"),
      .description = percent_decoded(value_of(config, "description")),
      .tags = value_of(config, "tags"),
      .cores = cores * sockets,
      .memory_mb = whole_number(value_of(config, "memory")).value_or(512),
      .disk_gb = size_in(value_of(config, disk_key(what, config))),
      .status = status,
      .swap_mb = what.kind == domain::guest_kind::ct
                     ? whole_number(value_of(config, "swap")).value_or(512)
                     : 0,
      .name = value_of(config, what.kind == domain::guest_kind::ct ? "hostname" : "name"),
      .disk = disk_key(what, config),
      .storage = storage_in(value_of(config, disk_key(what, config))),
      .bridge = bridge_in(value_of(config, "net0"))};
}

parsed<bool> parse_pending(std::string_view out) {
  bool has_values = false;
  bool has_changes = false;
  for (const auto line : lines_of(out)) {
    if (!line.contains(": "))
      continue;
    has_values |= line.starts_with("cur ");
    has_changes |= line.starts_with("new ") || line.starts_with("del ");
  }
  if (!has_values && !has_changes)
    return std::unexpected("what waits for the guest's restart could not be read");
  return has_changes;
}

} // namespace cloudpods::ssh
