#include "node_sim/backup.hpp"
#include "node_sim/commands.hpp"
#include "node_sim/faults.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"
#include "node_sim/waiting.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

using enum value_kind;

const command_shape shape{"vzdump",
                          {{"vmid", vmid}},
                          {{"mode", choice, 0, 0, "snapshot suspend stop"},
                           {"storage", storage_id},
                           {"compress", choice, 0, 0, "0 1 gzip lzo zstd"},
                           {"prune-backups"},
                           {"notes-template", text, 0, 1024},
                           {"protected", boolean},
                           {"remove", boolean},
                           {"quiet", boolean},
                           {"bwlimit", integer},
                           {"ionice", integer, 0, 8},
                           {"lockwait", integer},
                           {"stopwait", integer},
                           {"node"},
                           {"exclude-path"},
                           {"zstd", integer}}};

void info(std::string_view line) { print_progress(cat("INFO: ", line, "\n")); }

void check_notes(const std::string& notes) {
  static constexpr std::string_view known[] = {"cluster", "guestname", "node", "vmid"};
  for (auto place = notes.find("{{"); place != notes.npos; place = notes.find("{{", place + 2)) {
    const auto name = notes.substr(place + 2, notes.find("}}", place) - place - 2);
    bool found = false;
    for (const auto word : known)
      found = found || word == name;
    if (!found)
      throw failure{cat("400 Parameter verification failed.\nnotes-template: found unknown: "
                        "variable '",
                        name, "' at char ", place + 2)};
  }
}

std::string filled_notes(std::string notes, const guest& guest) {
  const std::pair<std::string_view, std::string> values[] = {{"{{cluster}}", node_name()},
                                                             {"{{guestname}}", guest.name()},
                                                             {"{{node}}", node_name()},
                                                             {"{{vmid}}", cat(guest.vmid)}};
  for (const auto& [name, value] : values)
    for (auto place = notes.find(name); place != notes.npos; place = notes.find(name, place))
      notes.replace(place, name.size(), value);
  for (auto place = notes.find("\\n"); place != notes.npos; place = notes.find("\\n", place))
    notes.replace(place, 2, "\n");
  return notes;
}

/// Its name, with the first second that no other archive of the guest has taken.
std::string archive_name(const std::string& storage, const guest& guest,
                         std::string_view compress) {
  const bool vm = guest.kind == guest_kind::vm;
  const auto end = compress == "zstd"   ? ".zst"
                   : compress == "gzip" ? ".gz"
                   : compress == "0"    ? ""
                                        : ".lzo";
  for (auto second = now_ns() / 1'000'000'000;; ++second) {
    auto name = cat("backup/vzdump-", kind_type(guest.kind), "-", guest.vmid, "-",
                    time_text(second, "%Y_%m_%d-%H_%M_%S"), vm ? ".vma" : ".tar", end);
    if (!find_volume(cat(storage, ":", name)))
      return name;
  }
}

std::uint64_t disk_bytes(const guest& guest) {
  std::uint64_t bytes = 0;
  for (const auto& key : disk_keys(guest))
    bytes += drive_size(guest.value(key));
  return bytes;
}

void set_backup_lock(int vmid, guest_kind kind, bool locked) {
  const auto lock = lock_guest(vmid, kind);
  auto guest = load_guest(vmid, kind);
  if (locked)
    check_lock(guest);
  if (locked)
    guest.config["lock"] = "backup";
  else if (guest.value("lock") == "backup")
    guest.config.erase("lock");
  store_guest(guest);
}

void copy_disks(std::uint64_t bytes) {
  const auto lines = setting("progress_lines", 4);
  for (std::int64_t i = 1; i <= lines; ++i) {
    spend_latency_down_to(lines - i, lines);
    if (i == (lines + 1) / 2)
      strike(fault_point::half);
    const auto done = bytes / static_cast<std::uint64_t>(lines) * static_cast<std::uint64_t>(i);
    info(cat(" ", 100 * i / lines, "% (", human_size(done), " of ", human_size(bytes), ") in ", i,
             "s, read: 560.2 MiB/s, write: 545.9 MiB/s"));
  }
}

void prune(const std::string& storage, int vmid, const arguments& given) {
  if (!given.has("prune-backups") || !given.flag("remove", true))
    return;
  const auto rules = given.text("prune-backups");
  info(cat("prune older backups with retention: ", rules));
  const auto gone = to_prune(backups_of(storage, vmid), rules);
  for (const auto& backup : gone) {
    info(cat("removing backup '", backup.id(), "'"));
    free_volume(backup.id());
  }
  info(cat("pruned ", gone.size(), " backup(s) not covered by keep-retention policy"));
}

void write_archive(const guest& guest, const arguments& given) {
  const bool vm = guest.kind == guest_kind::vm;
  const auto place = given.text("storage", "local");
  const auto bytes = disk_bytes(guest);
  const bool running = load_run(guest.vmid).running;
  info(cat("status = ", running ? "running" : "stopped"));
  info(cat(vm ? "VM" : "CT", " Name: ", guest.name()));
  info(cat("backup mode: ", running ? given.text("mode", "snapshot") : "stop"));
  info("ionice priority: 7");
  auto archive =
      parse_volume_id(cat(place, ":", archive_name(place, guest, given.text("compress", "0"))));
  info(cat("creating vzdump archive '", volume_path(archive), "'"));
  hold_latency(false);
  copy_disks(bytes);
  archive = allocate(place, archive.name, bytes / 4);
  archive.notes = filled_notes(given.text("notes-template"), guest);
  archive.is_protected = given.flag("protected");
  store_volume(archive);
  keep_config(archive, guest);
  info(cat("archive file size: ", archive.size >> 20, "MB"));
  if (!archive.notes.empty())
    info("adding notes to backup");
  prune(place, guest.vmid, given);
}

void back_up(const guest& guest, const arguments& given) {
  hold_latency(true);
  set_backup_lock(guest.vmid, guest.kind, true);
  try {
    write_archive(guest, given);
  } catch (const failure&) {
    finish_undisturbed();
    hold_latency(true);
    set_backup_lock(guest.vmid, guest.kind, false);
    throw;
  }
  set_backup_lock(guest.vmid, guest.kind, false);
}

void take_global_lock(held_lock& lock, const arguments& given) {
  lock = held_lock::try_take("vzdump");
  if (lock)
    return;
  info("trying to get global lock - waiting...");
  try {
    lock = held_lock::take_within("vzdump", "/var/run/vzdump.lock",
                                  scaled_ms(60'000 * given.integer("lockwait", 180)), false);
  } catch (const failure& error) {
    if (error.text.starts_with("interrupted"))
      throw;
    print_progress("ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout\n");
    throw failure{"can't acquire lock '/var/run/vzdump.lock' - got timeout"};
  }
  info("got global lock");
}

void run_job(const command_line& line, const arguments& given) {
  const int id = given.vmid();
  held_lock lock;
  take_global_lock(lock, given);
  info(cat("starting new backup job: ", join(line, " ")));
  try {
    const auto guest = find_guest(id);
    if (!guest)
      throw failure{cat("unable to find VM '", id, "'")};
    const auto started = now_ns();
    info(cat("Starting Backup of VM ", id, " (", kind_type(guest->kind), ")"));
    info(cat("Backup started at ", time_text(started / 1'000'000'000, "%F %T")));
    back_up(*guest, given);
    const auto seconds = (now_ns() - started) / 1'000'000'000;
    info(cat("Finished Backup of VM ", id, " (", time_text(seconds, "%T"), ")"));
    info(cat("Backup finished at ", time_text(now_ns() / 1'000'000'000, "%F %T")));
    info("Backup job finished successfully");
  } catch (const failure& error) {
    out(cat("ERROR: Backup of VM ", id, " failed - ", error.text, "\n"));
    if (error.text == "interrupted by signal")
      throw;
    throw failure{"job errors"};
  }
}

void be_quiet() {
  const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nothing, STDOUT_FILENO);
  ::dup2(nothing, STDERR_FILENO);
}

} // namespace

int run_vzdump(const command_line& line) {
  const auto given = parse(shape, {line.begin() + 1, line.end()});
  check_notes(given.text("notes-template"));
  // A guest that lives elsewhere, or a job for another node: nothing to do, and no word about it.
  if (given.has("node") && given.text("node") != node_name())
    return 0;
  const auto place = load_storage(given.text("storage", "local"));
  if (place.content.find("backup") == std::string::npos)
    throw failure{cat("can't use storage '", place.id, "' for backups - wrong content type")};
  claim_guest(given.vmid());
  if (given.flag("quiet"))
    be_quiet();
  return run_task("vzdump", cat(given.vmid()), [&] { run_job(line, given); });
}

} // namespace cloudpods::node_sim
