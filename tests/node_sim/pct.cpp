#include "node_sim/pct.hpp"

#include "node_sim/commands.hpp"

namespace cloudpods::node_sim {

namespace {

using enum value_kind;

const option guest_id{"vmid", vmid};
const option skiplock{"skiplock", boolean};
const option timeout{"timeout", integer};

const std::vector<subcommand>& table() {
  static const std::vector<subcommand> entries{
      {{"pct clone",
        {guest_id, {"newid", vmid}},
        {{"hostname", dns_name},
         {"description", text, 0, 8192},
         {"pool", pool},
         {"full", boolean},
         {"storage", storage_id},
         {"target"},
         {"snapname"},
         {"bwlimit", integer}}},
       pct_clone},
      {{"pct set",
        {guest_id},
        {{"cores", integer, 1, 8192},
         {"cpulimit", number, 0, 8192},
         {"cpuunits", integer},
         {"memory", integer, 16},
         {"swap", integer},
         {"net#"},
         {"hostname", dns_name},
         {"tags", tags},
         {"onboot", boolean},
         {"startup"},
         {"protection", boolean},
         {"description", text, 0, 8192},
         {"nameserver"},
         {"searchdomain"},
         {"features"},
         {"delete"},
         {"revert"},
         {"digest"}}},
       pct_set},
      {{"pct resize", {guest_id, {"disk"}, {"size", size}}, {{"digest"}}}, pct_resize},
      {{"pct start", {guest_id}, {skiplock, {"debug", boolean}}}, pct_start},
      {{"pct stop", {guest_id}, {skiplock, {"overrule-shutdown", boolean}}}, pct_stop},
      {{"pct shutdown", {guest_id}, {timeout, {"forceStop", boolean}}}, pct_shutdown},
      {{"pct reboot", {guest_id}, {timeout}}, pct_reboot},
      {{"pct destroy",
        {guest_id},
        {{"purge", boolean}, {"force", boolean}, {"destroy-unreferenced-disks", boolean}}},
       pct_destroy},
      {{"pct snapshot", {guest_id, {"snapname", snapshot_name}}, {{"description", text, 0, 8192}}},
       pct_snapshot},
      {{"pct delsnapshot", {guest_id, {"snapname"}}, {{"force", boolean}}}, pct_delsnapshot},
      {{"pct rollback", {guest_id, {"snapname"}}, {{"start", boolean}}}, pct_rollback},
      {{"pct listsnapshot", {guest_id}, {}}, pct_listsnapshot},
      {{"pct status", {guest_id}, {{"verbose", boolean}}}, pct_status},
      {{"pct config", {guest_id}, {{"current", boolean}, {"snapshot"}}}, pct_config},
      {{"pct pending", {guest_id}, {}}, pct_pending},
      {{"pct list", {}, {}}, pct_list},
      {{"pct unlock", {guest_id}, {}}, pct_unlock},
      {{"pct restore",
        {guest_id, {"ostemplate"}},
        {{"storage", storage_id},
         {"force", boolean},
         {"unique", boolean},
         {"pool", pool},
         {"start", boolean},
         {"rootfs"},
         {"hostname", dns_name},
         {"bwlimit", integer}}},
       pct_restore},
      {{"pct exec", {guest_id}, {{"keep-env", boolean}}, true}, pct_exec},
  };
  return entries;
}

} // namespace

int run_pct(const command_line& line) { return run_subcommand("pct", table(), line); }

} // namespace cloudpods::node_sim
