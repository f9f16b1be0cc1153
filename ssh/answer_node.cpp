#include "ssh/answer.hpp"
#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::int64_t bytes_per_mb = std::int64_t{1024} * 1024;
constexpr std::int64_t bytes_per_gb = bytes_per_mb * 1024;

std::optional<double> ratio_field(simdjson::dom::element object, std::string_view name) {
  simdjson::dom::element value;
  double real = 0;
  if (object[name].get(value) != simdjson::SUCCESS || value.get(real) != simdjson::SUCCESS)
    return std::nullopt;
  return real;
}

bool read_storages(std::string_view text, domain::node_capacity& capacity) {
  const auto json = json_part(text);
  simdjson::dom::parser parser;
  simdjson::dom::array storages;
  if (!json || parser.parse(*json).get(storages) != simdjson::SUCCESS)
    return false;
  for (const auto each : storages) {
    const auto name = text_field(each, "storage");
    if (!name)
      return false;
    if (number_field(each, "active").value_or(0) == 0)
      continue;
    capacity.storages.push_back({domain::storage_name{*name},
                                 number_field(each, "total").value_or(0) / bytes_per_gb,
                                 number_field(each, "avail").value_or(0) / bytes_per_gb});
  }
  return true;
}

} // namespace

parsed<std::vector<std::string>> volumes_in(std::string_view listing, domain::vmid guest) {
  std::vector<std::string> volumes;
  for (const auto line : lines_of(listing)) {
    const auto columns = columns_of(line);
    // Volid Format Type Size VMID. Backups carry the vmid too, and outlive their guest.
    if (columns.size() != 5 || !columns[0].contains(':') ||
        (columns[2] != "images" && columns[2] != "rootdir"))
      continue;
    const auto id = whole_number(columns[4]);
    if (!id)
      return std::unexpected("a volume's line has no vmid");
    if (*id == guest)
      volumes.emplace_back(columns[0]);
  }
  return volumes;
}

parsed<domain::volume_list> parse_volumes(domain::vmid guest, const std::vector<section>& parts) {
  if (parts.empty() || parts.front().name != "status" || parts.front().exit_code != 0)
    return std::unexpected("the storages could not be listed");
  domain::volume_list list;
  for (const auto& part : parts) {
    if (&part == &parts.front())
      continue;
    if (part.exit_code != 0)
      return std::unexpected("the storage " + part.name.substr(part.name.find(':') + 1) +
                             " could not be read");
    auto volumes = volumes_in(part.text, guest);
    if (!volumes)
      return std::unexpected(volumes.error());
    list.volumes.insert(list.volumes.end(), volumes->begin(), volumes->end());
  }
  return list;
}

parsed<domain::node_capacity> parse_capacity(std::string_view status, std::string_view storages) {
  const auto json = json_part(status);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  simdjson::dom::element memory;
  simdjson::dom::element processor;
  if (!json || parser.parse(*json).get(document) != simdjson::SUCCESS ||
      document["memory"].get(memory) != simdjson::SUCCESS ||
      document["cpuinfo"].get(processor) != simdjson::SUCCESS)
    return std::unexpected("the node's status is no JSON with memory and cpuinfo");
  const auto total = number_field(memory, "total");
  const auto cpus = number_field(processor, "cpus");
  if (!total || !cpus)
    return std::unexpected("the node's status has no memory total or no cpus");
  domain::node_capacity capacity;
  capacity.memory_total_mb = *total / bytes_per_mb;
  capacity.cpus = *cpus;
  capacity.memory_used_mb = number_field(memory, "used").value_or(0) / bytes_per_mb;
  capacity.uptime_s = number_field(document, "uptime");
  capacity.cpu_ratio = std::clamp(ratio_field(document, "cpu").value_or(0), 0.0, 1.0);
  if (!read_storages(storages, capacity))
    return std::unexpected("the node's storages are no JSON list");
  return capacity;
}

} // namespace cloudpods::ssh
