#include "node_sim/qm.hpp"

#include "node_sim/commands.hpp"

namespace cloudpods::node_sim {

namespace {

using enum value_kind;

const option guest_id{"vmid", vmid};
const option skiplock{"skiplock", boolean};
const option timeout{"timeout", integer};
const option snapshot{"snapshot"};

const std::vector<subcommand>& table() {
  static const std::vector<subcommand> entries{
      {{"qm clone",
        {guest_id, {"newid", vmid}},
        {{"name", dns_name},
         {"description", text, 0, 8192},
         {"pool", pool},
         {"full", boolean},
         {"storage", storage_id},
         {"format", choice, 0, 0, "raw qcow2 vmdk"},
         {"target"},
         {"snapname"},
         {"bwlimit", integer}}},
       qm_clone},
      {{"qm set", {guest_id}, qm_set_options()}, qm_set},
      {{"qm resize", {guest_id, {"disk"}, {"size", size}}, {{"digest"}, skiplock}}, qm_resize},
      {{"qm start", {guest_id}, {timeout, skiplock}}, qm_start},
      {{"qm stop",
        {guest_id},
        {timeout, skiplock, {"overrule-shutdown", boolean}, {"keepActive", boolean}}},
       qm_stop},
      {{"qm shutdown",
        {guest_id},
        {timeout, skiplock, {"forceStop", boolean}, {"keepActive", boolean}}},
       qm_shutdown},
      {{"qm reboot", {guest_id}, {timeout}}, qm_reboot},
      {{"qm destroy",
        {guest_id},
        {{"purge", boolean}, {"destroy-unreferenced-disks", boolean}, skiplock}},
       qm_destroy},
      {{"qm snapshot",
        {guest_id, {"snapname", snapshot_name}},
        {{"description", text, 0, 8192}, {"vmstate", boolean}}},
       qm_snapshot},
      {{"qm delsnapshot", {guest_id, {"snapname"}}, {{"force", boolean}}}, qm_delsnapshot},
      {{"qm rollback", {guest_id, {"snapname"}}, {{"start", boolean}}}, qm_rollback},
      {{"qm listsnapshot", {guest_id}, {}}, qm_listsnapshot},
      {{"qm status", {guest_id}, {{"verbose", boolean}}}, qm_status},
      {{"qm config", {guest_id}, {{"current", boolean}, snapshot}}, qm_config},
      {{"qm pending", {guest_id}, {}}, qm_pending},
      {{"qm list", {}, {{"full", boolean}}}, qm_list},
      {{"qm unlock", {guest_id}, {}}, qm_unlock},
      {{"qm guest cmd", {guest_id, {"command"}}, {}}, qm_guest_cmd},
      {{"qm agent", {guest_id, {"command"}}, {}}, qm_guest_cmd},
  };
  return entries;
}

} // namespace

const std::vector<option>& qm_set_options() {
  static const std::vector<option> options{
      {"cores", integer, 1},
      {"sockets", integer, 1},
      {"vcpus", integer, 1},
      {"cpu"},
      {"cpulimit", number, 0, 128},
      {"cpuunits", integer, 1, 262144},
      {"memory", integer, 16},
      {"balloon", integer},
      {"net#"},
      {"ipconfig#"},
      {"ciuser"},
      {"cipassword"},
      {"ciupgrade", boolean},
      {"citype", choice, 0, 0, "configdrive2 nocloud opennebula"},
      {"sshkeys"},
      {"cicustom"},
      {"nameserver"},
      {"searchdomain"},
      {"tags", tags},
      {"onboot", boolean},
      {"startup"},
      {"protection", boolean},
      {"agent"},
      {"description", text, 0, 8192},
      {"name", dns_name},
      {"scsihw"},
      {"scsi#"},
      {"ide#"},
      {"serial#"},
      {"vga"},
      {"boot"},
      {"ostype"},
      {"numa", boolean},
      {"hotplug"},
      {"delete"},
      {"revert"},
      {"digest"},
      {"force", boolean},
      skiplock,
  };
  return options;
}

int run_qm(const command_line& line) { return run_subcommand("qm", table(), line); }

} // namespace cloudpods::node_sim
