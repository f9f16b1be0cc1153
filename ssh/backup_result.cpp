#include "ssh/backup_result.hpp"

#include <algorithm>
#include <array>

#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

std::string_view after(std::string_view line, std::string_view mark) {
  const auto at = line.find(mark);
  return at == std::string_view::npos ? std::string_view{} : line.substr(at + mark.size());
}

/// `creating vzdump archive '<path>'`; on a backup server the volume's name stands there itself.
std::optional<std::string> archive_in(std::string_view line, const domain::back_up& what) {
  constexpr std::string_view server = "Proxmox Backup Server archive '";
  const bool is_server = line.contains(server);
  auto path = after(line, is_server ? server : "archive '");
  if (path.empty() || !line.contains("creating "))
    return std::nullopt;
  path = path.substr(0, path.find('\''));
  const auto name = is_server ? path : path.substr(path.rfind('/') + 1);
  auto volume = what.storage.value + ":backup/" + std::string{name};
  return is_backup_of(volume, what.guest) ? std::optional{std::move(volume)} : std::nullopt;
}

/// `File     : <volume>`, anchored.
std::string_view file_in(std::string_view line) {
  auto text = trimmed(line);
  if (!text.starts_with("File"))
    return {};
  text = trimmed(text.substr(4));
  return text.starts_with(':') ? trimmed(text.substr(1)) : std::string_view{};
}

void read_script(const domain::back_up& what, std::string_view out, backup_result& result) {
  const auto offer = [&](std::string_view volume) {
    if (!result.archive && is_backup_of(volume, what.guest))
      result.archive = std::string{volume};
  };
  const auto json = marked_json(out);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  bool is_success = false;
  if (json && parser.parse(*json).get(document) == simdjson::SUCCESS && document.is_object() &&
      document["success"].get(is_success) == simdjson::SUCCESS) {
    const auto guest = number_field(document, "vmid");
    result.is_failed = !is_success;
    result.is_finished |= is_success && (!guest || *guest == what.guest);
    if (result.error.empty())
      result.error = text_field(document, "error").value_or("");
    if (result.is_finished)
      offer(text_field(document, "backup_file").value_or(""));
    return;
  }
  for (const auto line : lines_of(out))
    if (const auto file = file_in(line); is_backup_of(file, what.guest)) {
      result.is_finished = true;
      offer(file);
    }
}

} // namespace

backup_result parse_backup_result(const domain::back_up& what, std::string_view out) {
  constexpr std::array<std::string_view, 3> full{"No space left on device", "out of space",
                                                 "Disk quota exceeded"};
  const auto finished = "Finished Backup of VM " + std::to_string(what.guest) + " ";
  backup_result result;
  bool is_full = false;
  for (const auto line : lines_of(out)) {
    if (auto archive = archive_in(line, what))
      result.archive = std::move(archive);
    result.is_finished |= line.contains(finished);
    const bool says_full =
        std::ranges::any_of(full, [&](auto text) { return line.contains(text); });
    // vzdump ends with what its compressor's exit code was; that the storage is full says more.
    if (says_full || (!is_full && line.contains("ERROR: ")))
      result.error = trimmed(line);
    is_full |= says_full;
  }
  if (!what.argv.empty())
    read_script(what, out, result);
  return result;
}

bool is_backup_of(std::string_view volume, domain::vmid guest) {
  constexpr std::string_view mark = ":backup/";
  const auto at = volume.find(mark);
  if (at == std::string_view::npos || at == 0 || volume.find_first_of(" \t'") != volume.npos)
    return false;
  const auto name = volume.substr(at + mark.size());
  const auto id = std::to_string(guest);
  const std::array beginnings{"vzdump-qemu-" + id + "-", "vzdump-lxc-" + id + "-", "vm/" + id + "/",
                              "ct/" + id + "/"};
  return std::ranges::any_of(beginnings, [&](const std::string& each) {
    return name.starts_with(each) && name.size() > each.size();
  });
}

} // namespace cloudpods::ssh
