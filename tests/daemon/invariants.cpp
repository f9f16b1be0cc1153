#include "daemon/invariants.hpp"

#include <algorithm>
#include <set>

#include "support/files.hpp"

namespace cloudpods::tests {

namespace {

constexpr int vm_template = 9100;
constexpr int ct_template = 9000;

bool changes(const std::vector<std::string>& argv) {
  static const std::set<std::string> verbs{"clone",       "set",      "resize", "start", "stop",
                                           "destroy",     "shutdown", "unlock", "free",  "snapshot",
                                           "delsnapshot", "rollback", "restore"};
  static const std::set<std::string> changing{"cloudpod-create.sh", "cloudpod-destroy.sh",
                                              "cloudpod-backup.sh", "vzdump", "qmrestore"};
  const auto tool = argv.front().substr(argv.front().rfind('/') + 1);
  if (changing.contains(tool))
    return true;
  const bool known = tool == "qm" || tool == "pct" || tool == "pvesm" || tool == "pvesh";
  return known && argv.size() > 1 && verbs.contains(argv[1]);
}

class inspection {
public:
  explicit inspection(chaos_site& site) : site_(site) {}

  std::string run() {
    check_log();
    check_jobs();
    check_quota();
    check_guests();
    check_addresses();
    check_commands();
    return std::move(wrong_);
  }

private:
  void say(const std::string& what) { wrong_ += what + "\n"; }

  void check_log() {
    const auto verified = site_.here().run("verify-log");
    if (verified.code != 0)
      say("verify-log: " + verified.out + verified.err);
  }

  void check_jobs() {
    for (const auto& each : site_.store().column(
             "SELECT id || ' is ' || status FROM cloud_pod_jobs "
             "WHERE status IN ('pending', 'running') UNION ALL "
             "SELECT id || ' is ' || status FROM cloud_pod_queue WHERE status IN "
             "('queued', 'running') UNION ALL SELECT id || ' is ' || status FROM cloud_pods "
             "WHERE status IN ('pending', 'provisioning', 'deleting') OR cleanup_pending"))
      say(each);
  }

  /// Pods in error hold nothing once a failed create is clean; after a failed destroy, all.
  void check_quota() {
    for (const auto& each : site_.store().column(
             "SELECT q.tenant_id || ' holds another quota than its pods' FROM cloud_pod_quotas q "
             "LEFT JOIN (SELECT tenant_id, count(*) AS n, sum(cpu_cores) AS c, sum(memory_mb) AS m,"
             " sum(disk_gb) AS d FROM cloud_pods WHERE deleted_at IS NULL AND NOT (status = 'error'"
             " AND error->>'code' IN ('CREATE_FAILED', 'CANCELLED')) GROUP BY tenant_id) p "
             "USING (tenant_id) WHERE (used_pods, used_cpu_cores, used_memory_mb, used_disk_gb, "
             "reserved_pods, reserved_cpu_cores, reserved_memory_mb, reserved_disk_gb) IS DISTINCT "
             "FROM (coalesce(n, 0), coalesce(c, 0), coalesce(m, 0), coalesce(d, 0), 0, 0, 0, 0)"))
      say(each);
  }

  void check_guests() {
    std::set<std::string> wanted;
    for (const auto& each : site_.store().column("SELECT vmid || ' ' || id FROM cloud_pods WHERE "
                                                 "status = 'active'"))
      wanted.insert(each);
    std::set<std::string> addresses;
    std::set<int> vmids{vm_template, ct_template};
    for (const auto& guest : site_.node().guests()) {
      if (guest.vmid == vm_template || guest.vmid == ct_template)
        continue;
      vmids.insert(guest.vmid);
      const auto marked = guest.config.find("description");
      const auto mark = marked == guest.config.end() ? std::string{} : marked->second;
      if (wanted.erase(std::to_string(guest.vmid) + " " + mark.substr(mark.rfind('/') + 1)) == 0)
        say("guest " + std::to_string(guest.vmid) + " (" + mark + ") is no active pod's");
      if (guest.running && !addresses.insert(guest.address).second)
        say("address " + guest.address + " is given twice");
    }
    for (const auto& each : wanted)
      say("active pod without its guest: " + each);
    check_volumes(vmids);
  }

  void check_volumes(const std::set<int>& vmids) {
    for (const auto& [name, size] : site_.node().volumes("clients-main")) {
      const auto digits = name.find_first_of("123456789");
      if (digits == std::string::npos || !vmids.contains(std::stoi(name.substr(digits))))
        say("volume without a guest: " + name);
    }
  }

  /// The file names exactly the addresses of the VMs there are.
  void check_addresses() {
    std::multiset<std::string> lines;
    const auto text = support::read_file(site_.node().root() / "ipam-of-vms.txt");
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      lines.insert(text.substr(at, end - at));
      at = end + 1;
    }
    std::multiset<std::string> wanted;
    for (const auto& each : site_.store().column("SELECT host(ip_address) FROM cloud_pods WHERE "
                                                 "kind = 'vm' AND status = 'active'"))
      wanted.insert(each);
    if (lines != wanted)
      say("the node's address file holds:\n" + text);
  }

  void check_commands() {
    for (const auto& each : site_.node().overlaps())
      say("two commands at once on guest " + std::to_string(each.vmid));
  }

  chaos_site& site_;
  std::string wrong_;
};

} // namespace

std::string broken_invariants(chaos_site& site) { return inspection{site}.run(); }

std::string repeated_commands(const support::simulated_node& node) {
  std::string repeated;
  std::set<std::string> done;
  for (const auto& each : node.trace())
    if (each.exit == 0 && changes(each.argv) && !done.insert(each.line()).second)
      repeated += each.line() + "\n";
  return repeated;
}

std::vector<std::string> changing_commands(const support::simulated_node& node, std::size_t first,
                                           int vmid) {
  std::vector<std::string> commands;
  const auto trace = node.trace();
  for (auto at = first; at < trace.size(); ++at) {
    const auto& each = trace[at];
    if (!changes(each.argv) ||
        (vmid != 0 && each.line().find(std::to_string(vmid)) == std::string::npos))
      continue;
    const auto name = each.argv.front().substr(each.argv.front().rfind('/') + 1);
    const bool is_verb = name == "qm" || name == "pct" || name == "pvesm" || name == "pvesh";
    commands.push_back(is_verb ? name + " " + each.argv[1] : name);
  }
  return commands;
}

} // namespace cloudpods::tests
