#include "node_sim/commands.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"

#include <algorithm>

namespace cloudpods::node_sim {

namespace {

using enum value_kind;

std::string status_line(const storage& storage, std::size_t width) {
  const auto used = used_bytes(storage);
  const auto free = storage.capacity > used ? storage.capacity - used : 0;
  const bool known = storage.enabled && storage.active;
  const auto share = storage.capacity == 0
                         ? 0.0
                         : 100 * static_cast<double>(used) / static_cast<double>(storage.capacity);
  const auto column = [&](std::uint64_t bytes) {
    return padded(cat(known ? bytes / 1024 : 0), -15);
  };
  return cat(padded(storage.id, static_cast<int>(width)), " ", padded(storage.type, -10), " ",
             padded(!storage.enabled ? "disabled"
                    : storage.active ? "active"
                                     : "inactive",
                    -10),
             " ", column(storage.capacity), " ", column(used), " ", column(free), " ",
             padded(storage.enabled ? cat(decimal(share, 2), "%") : "N/A", -8), "\n");
}

int status(const arguments& given) {
  std::size_t width = 4;
  std::string lines;
  if (const auto wanted = given.find("storage"); wanted && !find_storage(*wanted))
    throw failure{cat("storage '", *wanted, "' does not exist")};
  for (const auto& storage : all_storages())
    width = std::max(width, storage.id.size());
  for (const auto& storage : all_storages()) {
    if (given.has("storage") && storage.id != given.text("storage"))
      continue;
    if (storage.content.find(given.text("content")) != std::string::npos)
      lines += status_line(storage, width);
  }
  out(cat(padded("Name", static_cast<int>(width)), " ", padded("Type", -10), " ",
          padded("Status", -10), " ", padded("Total (KiB)", -15), " ", padded("Used (KiB)", -15),
          " ", padded("Available (KiB)", -15), " ", padded("%", -8), "\n", lines));
  return 0;
}

int list(const arguments& given) {
  const auto id = load_storage(given.text("storage")).id;
  std::vector<volume> found;
  std::size_t width = 5;
  for (auto& volume : volumes_of(id)) {
    if (given.has("content") && volume.content() != given.text("content"))
      continue;
    if (given.has("vmid") && volume.vmid() != given.vmid())
      continue;
    width = std::max(width, volume.id().size());
    found.push_back(std::move(volume));
  }
  const auto column = static_cast<int>(width);
  out(cat(padded("Volid", column), " ", padded("Format", 7), " ", padded("Type", 9), " ",
          padded("Size", -14), " VMID\n"));
  for (const auto& volume : found)
    out(cat(padded(volume.id(), column), " ", padded(volume.format(), 7), " ",
            padded(volume.content(), 9), " ", padded(cat(volume.size), -14),
            volume.vmid() == 0 ? "" : cat(" ", volume.vmid()), "\n"));
  return 0;
}

int path(const arguments& given) {
  const auto volume = parse_volume_id(given.text("volume"));
  load_storage(volume.storage);
  out(cat(volume_path(volume), "\n"));
  return 0;
}

int free(const arguments& given) {
  const auto id = given.text("volume");
  load_storage(parse_volume_id(id).storage);
  return run_task(
      "imgdel", "",
      [&] {
        free_volume(id);
        out(cat("Removed volume '", id, "'\n"));
      },
      exit_rule::always_zero);
}

int alloc(const arguments& given) {
  const auto id = load_storage(given.text("storage")).id;
  auto name = given.text("filename");
  if (name.empty() || name == "''")
    name = free_volume_name(id, guest_kind::vm, given.vmid());
  const auto text = given.text("size");
  // A size without a suffix is meant in KiB here.
  const auto unit = to_number(text) ? 1024u : 1u;
  const auto created = allocate(id, name, *parse_size(text) * unit);
  out(cat("successfully created '", created.id(), "'\n"));
  return 0;
}

const std::vector<subcommand>& table() {
  static const std::vector<subcommand> entries{
      {{"pvesm status",
        {},
        {{"storage", storage_id},
         {"content"},
         {"target"},
         {"enabled", boolean},
         {"format", boolean}}},
       status},
      {{"pvesm list", {{"storage", storage_id}}, {{"content"}, {"vmid", vmid}}}, list},
      {{"pvesm path", {{"volume"}}, {}}, path},
      {{"pvesm free", {{"volume"}}, {{"storage"}, {"delay", integer}}}, free},
      {{"pvesm alloc",
        {{"storage", storage_id}, {"vmid", vmid}, {"filename"}, {"size", size}},
        {{"format", choice, 0, 0, "raw qcow2 subvol vmdk"}}},
       alloc},
  };
  return entries;
}

} // namespace

int run_pvesm(const command_line& line) { return run_subcommand("pvesm", table(), line); }

} // namespace cloudpods::node_sim
