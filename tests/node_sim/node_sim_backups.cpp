#include "node_sim/node_fixture.hpp"

using namespace cloudpods::node_sim;

namespace {

struct backup_fixture : node_fixture {
  backup_fixture() {
    good("qm clone 9100 9101 --full 1 --name web1; qm resize 9101 scsi0 20G; qm start 9101");
    good("cloudpod-create.sh --vmid 9102 --host app1 --ip 10.1.10.92");
  }

  boost::json::array backups(int vmid) const {
    return get("/nodes/pve1/storage/vzdump-backups/content --content backup --vmid " +
               std::to_string(vmid))
        .as_array();
  }

  std::string newest(int vmid) const {
    return std::string{backups(vmid).back().at("volid").as_string()};
  }
};

constexpr const char* dump = "sudo -n vzdump 9101 --mode snapshot --storage vzdump-backups "
                             "--compress zstd ";

} // namespace

BOOST_FIXTURE_TEST_SUITE(backups, backup_fixture)

BOOST_AUTO_TEST_CASE(a_vm_is_backed_up_and_restored_under_another_number) {
  const auto log = good(std::string{dump} + "--notes-template '{{guestname}} by hand'");
  BOOST_TEST(log.find("INFO: creating vzdump archive '/mnt/pve/vzdump-backups/dump/"
                      "vzdump-qemu-9101-") != log.npos);
  BOOST_TEST(log.find("INFO: Finished Backup of VM 9101 (00:00:0") != log.npos);
  BOOST_TEST(backups(9101).at(0).at("notes").as_string() == "web1 by hand");
  BOOST_TEST(ssh("qmrestore " + newest(9101) + " 9101 --force 1").err ==
             "unable to restore VM 9101 - vm is running\n");
  good("sudo -n qmrestore " + newest(9101) + " 9103 --unique 1 --storage clients-main");
  BOOST_TEST(config(9103, "scsi0") == "clients-main:vm-9103-disk-0,size=20G");
  BOOST_TEST(config(9103, "net0") != config(9101, "net0"));
  BOOST_TEST(config(9101, "lock").empty());
}

BOOST_AUTO_TEST_CASE(a_container_is_backed_up_by_the_script_and_restored_in_place) {
  const auto out = good("sudo -n cloudpod-backup.sh --vmid 9102 --tenant t1");
  BOOST_TEST(out.find("\"success\":true") != out.npos);
  BOOST_TEST(out.find(newest(9102)) != out.npos);
  good("pct stop 9102; pct set 9102 --memory 4096");
  good("sudo -n pct restore 9102 " + newest(9102) + " --force 1");
  BOOST_TEST(config(9102, "memory") == "2048");
}

BOOST_AUTO_TEST_CASE(the_published_backup_script_is_refused_by_vzdump) {
  node.set("published_backup_script", "1");
  const auto result = ssh("cloudpod-backup.sh --vmid 9102");
  BOOST_TEST(result.code == 1);
  BOOST_TEST(result.err.find("notes-template: found unknown: variable 'hostname'") !=
             result.err.npos);
  BOOST_TEST(backups(9102).empty());
}

BOOST_AUTO_TEST_CASE(one_backup_runs_at_a_time_and_holds_the_guests_lock) {
  node.set("wait_percent", "1");
  node.add_fault({.pattern = "vzdump 9101*", .kind = "hang", .when = strike::half, .name = "copy"});
  start_detached("first", "vzdump 9101 --storage vzdump-backups");
  BOOST_TEST(node.wait_hanging("copy"));
  BOOST_TEST(config(9101, "lock") == "backup");
  BOOST_TEST(ssh("qm shutdown 9101").err == "VM is locked (backup)\n");
  const auto second = ssh("vzdump 9102 --storage vzdump-backups --lockwait 1");
  BOOST_TEST(second.code == 255);
  BOOST_TEST(second.out.find("ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout") !=
             second.out.npos);
  node.release("copy");
  BOOST_TEST(wait_rc("first"));
}

BOOST_AUTO_TEST_CASE(a_retention_rule_spares_what_is_protected) {
  good(std::string{dump} + "--protected 1");
  const auto kept = newest(9101);
  BOOST_TEST(good(std::string{dump} + "--prune-backups keep-last=1 --quiet 1").empty());
  const auto second = newest(9101);
  good(std::string{dump} + "--prune-backups keep-last=1");
  BOOST_REQUIRE(backups(9101).size() == 2u);
  BOOST_TEST(backups(9101)[0].at("volid").as_string() == kept);
  BOOST_TEST(newest(9101) != second);
  const auto content = "/nodes/pve1/storage/vzdump-backups/content/" + kept;
  BOOST_TEST(ssh("pvesh delete " + content).err ==
             "can't remove protected archive '" + kept + "'\n");
  good("pvesh set " + content + " --protected 0; pvesh delete " + content);
  BOOST_TEST(backups(9101).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_unknown_guest_and_a_wrong_node_are_told_apart) {
  const auto unknown = ssh("vzdump 9999 --storage vzdump-backups");
  BOOST_TEST(unknown.code == 255);
  BOOST_TEST(unknown.out.find("ERROR: Backup of VM 9999 failed - unable to find VM '9999'") !=
             unknown.out.npos);
  BOOST_TEST(unknown.err == "job errors\n");
  const auto elsewhere = ssh("vzdump 9101 --storage vzdump-backups --node other");
  BOOST_TEST(elsewhere.code == 0);
  BOOST_TEST(elsewhere.out.empty());
}

BOOST_AUTO_TEST_CASE(a_rollback_goes_to_the_newest_snapshot_only) {
  good("qm snapshot 9101 before --description 'one'; qm stop 9101; qm set 9101 --memory 4096");
  good("qm snapshot 9101 after");
  BOOST_TEST(ssh("qm snapshot 9101 after").err == "snapshot name 'after' already used\n");
  BOOST_TEST(ssh("qm rollback 9101 before")
                 .err.starts_with("can't rollback, 'before' is not most recent snapshot on '"));
  good("qm delsnapshot 9101 after; qm rollback 9101 before --start 1");
  BOOST_TEST(config(9101, "memory") == "1024");
  BOOST_TEST(node.guest(9101)->running);
  BOOST_TEST(get("/nodes/pve1/qemu/9101/snapshot").as_array().size() == 2u);
  const auto tree = good("qm listsnapshot 9101");
  BOOST_TEST(tree.starts_with("`-> before"));
  BOOST_TEST(tree.find(" `-> current") != tree.npos);
}

BOOST_AUTO_TEST_CASE(health_is_told_as_json_and_as_lines) {
  const auto health = boost::json::parse(good("sudo -n cloudpod-health.sh --json 9102"));
  BOOST_TEST(health.at("ip").as_string() == "10.1.10.92");
  BOOST_TEST(health.at("healthy").as_bool());
  BOOST_TEST(good("cloudpod-health.sh 9102") == "vmid=9102\nstatus=running\nnet=ok\n");
}

BOOST_AUTO_TEST_SUITE_END()
