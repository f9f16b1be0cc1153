#include <algorithm>
#include <functional>

#include "ssh/answer.hpp"
#include "ssh/backup_result.hpp"
#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

/// A size may be `-`, or `~N` where it is a guess.
std::optional<std::int64_t> size_of(std::string_view text) {
  if (text == "-")
    return 0;
  const auto size = whole_number(text.starts_with('~') ? text.substr(1) : text);
  return size && *size >= 0 ? size : std::nullopt;
}

} // namespace

parsed<domain::guest_task_list> parse_guest_tasks(std::string_view out) {
  const auto json = json_part(out);
  simdjson::dom::parser parser;
  simdjson::dom::array entries;
  if (!json || parser.parse(*json).get(entries) != simdjson::SUCCESS)
    return std::unexpected("the list of tasks is no JSON array");
  domain::guest_task_list list;
  for (const auto entry : entries) {
    auto type = text_field(entry, "type");
    const auto start = number_field(entry, "starttime");
    if (!type || !start)
      return std::unexpected("the list of tasks has an entry without type or time");
    list.tasks.push_back({std::move(*type), *start});
  }
  std::ranges::stable_sort(list.tasks, std::ranges::greater{}, &domain::guest_task::started_at_s);
  return list;
}

parsed<domain::snapshot_list> parse_snapshots(std::string_view out) {
  const auto json = json_part(out);
  simdjson::dom::parser parser;
  simdjson::dom::array entries;
  if (!json || parser.parse(*json).get(entries) != simdjson::SUCCESS)
    return std::unexpected("the list of snapshots is no JSON array");
  domain::snapshot_list list;
  // Every list names the present state of the guest too: one without it is not whole.
  bool has_present = false;
  for (const auto entry : entries) {
    auto name = text_field(entry, "name");
    if (!name)
      return std::unexpected("the list of snapshots has an entry without a name");
    if (*name == "current") {
      has_present = true;
      continue;
    }
    list.snapshots.push_back({std::move(*name),
                              std::string{trimmed(text_field(entry, "description").value_or(""))},
                              !text_field(entry, "snapstate").value_or("").empty()});
  }
  if (!has_present)
    return std::unexpected("the list of snapshots is not whole");
  return list;
}

parsed<domain::backup_list> parse_backups(domain::vmid guest, std::string_view out) {
  domain::backup_list list;
  bool has_header = false;
  for (const auto line : lines_of(out)) {
    const auto columns = columns_of(line);
    if (!has_header) {
      has_header = columns.size() >= 4 && columns[0] == "Volid" && columns[1] == "Format";
      continue;
    }
    if (!line.contains(":backup/"))
      continue;
    // Volid Format Type Size VMID
    const auto size = columns.size() == 5 ? size_of(columns[3]) : std::nullopt;
    const auto id = columns.size() == 5 ? whole_number(columns[4]) : std::nullopt;
    if (!size || !id)
      return std::unexpected("a backup's line has no size or no vmid");
    if (*id == guest && is_backup_of(columns[0], guest))
      list.backups.push_back({std::string{columns[0]}, *size});
  }
  if (!has_header)
    return std::unexpected("the list of backups has no headline");
  return list;
}

} // namespace cloudpods::ssh
