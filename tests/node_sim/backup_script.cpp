#include "node_sim/backup.hpp"
#include "node_sim/commands.hpp"
#include "node_sim/node.hpp"
#include "node_sim/script.hpp"
#include "node_sim/system.hpp"
#include "node_sim/trace.hpp"

namespace cloudpods::node_sim {

namespace {

key_values read(const std::vector<std::string>& words) {
  if (words.size() == 1 && to_number(words[0]))
    return {{"vmid", words[0]}};
  return script_options(words, {"vmid", "mode", "note", "storage", "tenant"}, {"quiet"});
}

/// The published script names a variable that vzdump refuses; the setting brings that back.
std::string notes_of(const std::string& note) {
  const bool published = setting("published_backup_script", 0) != 0;
  return cat(published ? "{{hostname}}" : "{{guestname}}", " - ", note);
}

} // namespace

int run_backup_script(const command_line& line) {
  auto given = read({line.begin() + 1, line.end()});
  const auto value = [&](const char* name, std::string_view usual) {
    return given.contains(name) ? given[name] : std::string{usual};
  };
  const auto vmid = static_cast<int>(to_number(value("vmid", "")).value_or(0));
  const auto guest = find_guest(vmid);
  if (!guest || guest->kind != guest_kind::ct)
    refuse(cat("CT ", vmid, " does not exist."));
  claim_guest(vmid);
  const auto mode = value("mode", "snapshot");
  const auto storage = value("storage", "vzdump-backups");
  say(cat("Backing up CT ", vmid, " (", guest->name(), ")"));
  const auto start = now_ns();
  const int code =
      run_nested({"vzdump", cat(vmid), "--mode", mode, "--storage", storage, "--compress", "zstd",
                  "--notes-template", notes_of(value("note", "cloudpod backup"))});
  const auto seconds = (now_ns() - start) / 1'000'000'000;
  const auto backups = backups_of(storage, vmid);
  const auto file = backups.empty() ? "null" : backups.front().id();
  json_object result;
  result.raw("success", code == 0 ? "true" : "false").text("action", "backup");
  result.number("vmid", vmid).text("hostname", guest->name()).text("mode", mode);
  result.text("storage", storage).text("tenant", value("tenant", "unknown"));
  result.number("duration_seconds", seconds).text("note", value("note", ""));
  result.text("backup_file", code == 0 ? file : "null");
  if (code != 0)
    result.text("error", cat("vzdump failed with exit code ", code));
  log_line(code == 0 ? "info" : "error", "backup ended", json_object{}.number("vmid", vmid));
  print_result(result, code == 0 ? "CloudPod backed up" : "Backup failed",
               {cat("VMID     : ", vmid), cat("Duration : ", seconds, " seconds"),
                cat("File     : ", code == 0 ? file : "null")});
  return code == 0 ? 0 : 1;
}

} // namespace cloudpods::node_sim
