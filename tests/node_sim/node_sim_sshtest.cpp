#include "node_sim/node_fixture.hpp"
#include "support/files.hpp"

#include <algorithm>

using namespace cloudpods::node_sim;
using cloudpods::support::read_file;

BOOST_FIXTURE_TEST_SUITE(a_node_over_ssh, node_fixture)

BOOST_AUTO_TEST_CASE(a_vm_goes_from_clone_to_agent_to_destroy) {
  const auto clone = good("sudo -n qm clone 9100 9101 --name web1 --full 1 --pool ClientPods "
                          "--description 'cloudpods/c1/p1' --storage clients-main");
  BOOST_TEST(clone.find("transferred 8.0 GiB of 8.0 GiB (100.00%)") != clone.npos);
  good("umask 077; cat >keys", "ssh-ed25519 AAAA me@there\n");
  const auto set = good("sudo -n qm set 9101 --cores 2 --memory 4096 --sshkeys keys "
                        "--cipassword secret --tags 'Web;cloudpods' "
                        "--ipconfig0 ip=10.1.10.91/24,gw=10.1.10.1");
  BOOST_TEST(set.starts_with("update VM 9101: -cipassword <hidden> -cores 2 -ipconfig0"));
  good("sudo -n qm resize 9101 scsi0 20G");
  BOOST_TEST(good("sudo -n qm start 9101") == "generating cloud-init ISO\n");
  BOOST_TEST(good("qm status 9101") == "status: running\n");
  BOOST_TEST(good("qm guest cmd 9101 ping").empty());

  BOOST_TEST(config(9101, "tags") == "cloudpods;web");
  BOOST_TEST(config(9101, "scsi0") == "clients-main:vm-9101-disk-0,size=20G");
  BOOST_TEST(config(9101, "sshkeys") == "ssh-ed25519%20AAAA%20me%40there");
  BOOST_TEST(config(9101, "net0") != config(9100, "net0"));
  const auto found = get("/nodes/pve1/qemu/9101/agent/network-get-interfaces");
  const auto& real = found.at("result").as_array().back();
  BOOST_TEST(real.at("ip-addresses").at(0).at("ip-address").as_string() == "10.1.10.91");

  BOOST_TEST(ssh("sudo -n qm destroy 9101").err == "VM 9101 is running - destroy failed\n");
  good("sudo -n qm stop 9101; sudo -n qm stop 9101");
  good("sudo -n qm destroy 9101 --purge 1 --destroy-unreferenced-disks 1");
  BOOST_TEST(ssh("qm status 9101").err ==
             "Configuration file 'nodes/pve1/qemu-server/9101.conf' does not exist\n");
  BOOST_TEST(node.volumes("clients-main").size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_container_is_made_and_removed_by_the_scripts) {
  const auto made = ssh("sudo -n /usr/local/sbin/cloudpod-create.sh --vmid 9102 --host app1 "
                        "--tenant t1 --ip 10.1.10.92 --cores 1 --mem 1024");
  BOOST_TEST(made.code == 0);
  BOOST_TEST(made.err.find("[+] IP       : 10.1.10.92/24") != made.err.npos);
  const auto begin = made.out.find("### JSON_RESULT_START ###\n");
  const auto end = made.out.find("\n### JSON_RESULT_END ###");
  BOOST_REQUIRE(end != made.out.npos);
  const auto result = boost::json::parse(made.out.substr(begin + 26, end - begin - 26));
  BOOST_TEST(result.at("ip").as_string() == "10.1.10.92");
  BOOST_TEST(node.ipam() == std::vector<std::string>{"10.1.10.92"});
  BOOST_TEST(node.guest(9102)->running);
  BOOST_TEST(good("pct resize 9102 rootfs 20G").empty());
  BOOST_TEST(ssh("pct resize 9102 rootfs 20G").err == "disk is already at specified size\n");
  BOOST_TEST(ssh("sudo -n cloudpod-destroy.sh --vmid 9102").code == 1);
  good("sudo -n cloudpod-destroy.sh --vmid 9102 --force");
  BOOST_TEST(node.ipam().empty());
  BOOST_TEST(ssh("sudo -n cloudpod-destroy.sh --vmid 9102 --force").err ==
             "[!] CT 9102 does not exist.\n");
}

BOOST_AUTO_TEST_CASE(a_locked_container_template_is_not_cloned) {
  node.add_fault(
      {.pattern = "pct clone 9000 9101*", .kind = "hang", .when = strike::half, .name = "copy"});
  start_detached("first", "pct clone 9000 9101 --full 1");
  BOOST_TEST(node.wait_hanging("copy"));
  BOOST_TEST(config(9000, "lock") == "disk");
  BOOST_TEST(config(9101, "lock") == "create");
  const auto second = ssh("pct clone 9000 9102 --full 1");
  BOOST_TEST(second.code == 255);
  BOOST_TEST(second.err == "CT is locked (disk)\n");
  node.release("copy");
  BOOST_TEST(wait_rc("first"));
  BOOST_TEST(config(9000, "lock").empty());
  BOOST_TEST(good("pct clone 9000 9102 --full 1").find("total size is") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_vm_template_is_cloned_by_two_at_once) {
  for (const auto* id : {"9101", "9102"}) {
    node.add_fault({.pattern = std::string{"qm clone 9100 "} + id + "*",
                    .kind = "hang",
                    .when = strike::half,
                    .name = id});
    start_detached(id, std::string{"qm clone 9100 "} + id + " --full 1 --description mine");
    BOOST_TEST(node.wait_hanging(id));
  }
  BOOST_TEST(config(9101, "lock") == "clone");
  BOOST_TEST(get("/nodes/pve1/tasks --source active --vmid 9100").as_array().size() == 2u);
  node.release("9101");
  node.release("9102");
  BOOST_TEST((wait_rc("9101") && wait_rc("9102")));
  BOOST_TEST(config(9102, "description") == "mine");
  BOOST_TEST(node.overlaps().empty());
}

BOOST_AUTO_TEST_CASE(qm_resize_says_success_though_it_failed) {
  good("qm clone 9100 9101 --full 1");
  const auto shrink = ssh("qm resize 9101 scsi0 4G");
  BOOST_TEST(shrink.code == 0);
  BOOST_TEST(shrink.err == "shrinking disks is not supported\n");
  const auto equal = ssh("qm resize 9101 scsi0 8G");
  BOOST_TEST(equal.out + equal.err == "");
  BOOST_TEST(ssh("qm resize 9101 virtio7 8G").err == "disk 'virtio7' does not exist\n");
}

BOOST_AUTO_TEST_CASE(wrong_arguments_are_refused_before_anything_is_done) {
  const auto refused = [&](const std::string& command) {
    const auto result = ssh(command);
    BOOST_TEST(result.code == 255);
    return result.err.substr(0, result.err.rfind("\nqm "));
  };
  BOOST_TEST(refused("qm clone 9100") == "400 not enough arguments");
  BOOST_TEST(refused("qm start 9100 now") == "400 too many arguments");
  BOOST_TEST(refused("qm start 9100 --nope") == "Unknown option: nope\n400 unable to parse option");
  BOOST_TEST(refused("qm clone 9100 9101 --full maybe") == "400 unable to parse boolean option");
  BOOST_TEST(refused("qm set 9100 --memory 8") == "400 Parameter verification failed.\n"
                                                  "memory: value must have a minimum value of 16");
  BOOST_TEST(refused("qm clone 9100 9101 --name a_b") ==
             "400 Parameter verification failed.\n"
             "name: invalid format - value does not look like a valid DNS name");
  BOOST_TEST(node.guests().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_running_vm_takes_memory_only_with_a_restart) {
  good("qm clone 9100 9101 --full 1; qm start 9101; qm set 9101 --memory 4096");
  BOOST_TEST(config(9101, "memory") == "1024");
  const auto pending = good("qm pending 9101");
  BOOST_TEST(pending.find("cur memory: 1024\nnew memory: 4096\n") != pending.npos);
  good("qm reboot 9101");
  BOOST_TEST(config(9101, "memory") == "4096");
  BOOST_TEST(good("qm pending 9101").find("new ") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_new_guest_is_unknown_until_the_next_round) {
  node.set("refresh_ms", "3600000");
  good("qm clone 9100 9101 --full 1");
  const auto all = get("/cluster/resources --type vm");
  const auto& list = all.as_array();
  const auto found = std::find_if(list.begin(), list.end(), [](const boost::json::value& entry) {
    return entry.at("vmid").as_int64() == 9101;
  });
  BOOST_REQUIRE(found != list.end());
  BOOST_TEST(found->at("status").as_string() == "unknown");
  BOOST_TEST(!found->as_object().contains("name"));
}

BOOST_AUTO_TEST_CASE(the_home_is_empty_and_the_commands_come_first) {
  BOOST_TEST(good("cd; pwd; ls -A").substr(0, node.home().string().size()) == node.home().string());
  BOOST_TEST(good("ls -A ~").empty());
  good("cd; mkdir -p .cloudpods/a.b.1 && echo 0 >.cloudpods/a.b.1/rc");
  BOOST_TEST(exists(node.home() / ".cloudpods" / "a.b.1" / "rc"));
  BOOST_TEST(good("command -v qm") == (node.root() / "bin" / "qm").string() + "\n");
}

BOOST_AUTO_TEST_CASE(sudo_refuses_what_it_is_not_told_to_allow) {
  node.restrict_sudo({"qm status *"});
  good("sudo -n qm status 9100");
  const auto refused = ssh("sudo -n qm start 9100");
  BOOST_TEST(refused.code == 1);
  BOOST_TEST(refused.err == "sudo: a password is required\n");
}

BOOST_AUTO_TEST_SUITE_END()
