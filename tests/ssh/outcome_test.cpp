#include <boost/test/unit_test.hpp>

#include "ssh/node_text.hpp"
#include "ssh/outcome_reader.hpp"

namespace cloudpods::ssh::test {

namespace {

using domain::failure_class;

const std::string noise = "perl: warning: Setting locale failed.\n\tLC_ALL = \"x\",\n"
                          "sudo: unable to resolve host pve: Name or service not known\n";

attempt_report ended(int code, const std::string& err = {}, const std::string& out = {}) {
  return {report_state::ended, code, out, err, out.size(), err.size()};
}

domain::failed failure(const domain::operation& what, const attempt_report& report) {
  const auto outcome = outcome_of(what, report);
  BOOST_TEST_REQUIRE(std::holds_alternative<domain::failed>(outcome));
  return std::get<domain::failed>(outcome);
}

domain::succeeded success(const domain::operation& what, const attempt_report& report) {
  const auto outcome = outcome_of(what, report);
  if (const auto* no = std::get_if<domain::failed>(&outcome))
    BOOST_FAIL(no->message);
  BOOST_TEST_REQUIRE(std::holds_alternative<domain::succeeded>(outcome));
  return std::get<domain::succeeded>(outcome);
}

bool is_unknown(const domain::operation& what, const attempt_report& report) {
  return std::holds_alternative<domain::unknown>(outcome_of(what, report));
}

const domain::owner_mark mark{domain::controller_id{"c"}, domain::pod_id{"p"}};
const domain::operation clone = domain::clone_vm{101, 9000, "a", mark, "pool", {}};
const domain::operation start = domain::start_guest{domain::guest_kind::vm, 101};
const domain::operation resize = domain::resize_vm_disk{101, "scsi0", 40};
const domain::operation ct_resize =
    domain::resize_container{101, {"/usr/sbin/pct", "resize", "101", "rootfs", "8G"}};
const domain::operation create = domain::create_container{101, {"/x/create.sh"}};
const domain::operation destroy =
    domain::destroy_guest{domain::guest_kind::vm, 101, mark, false, {}};
const domain::operation join = domain::join_pool{101, "ClientPods"};

} // namespace

BOOST_AUTO_TEST_SUITE(outcomes)

BOOST_AUTO_TEST_CASE(an_exit_code_of_zero_is_success) {
  BOOST_TEST(success(clone, ended(0, noise, "done\n")).output.contains("done\n"));
  BOOST_TEST(!success(clone, ended(0, noise)).warning.has_value());
}

BOOST_AUTO_TEST_CASE(failures_are_classed_by_what_the_node_says) {
  struct row {
    const char* text;
    failure_class why;
  };
  for (const auto& [text, why] : std::initializer_list<row>{
           {"can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout",
            failure_class::busy},
           {"cfs-lock 'storage-x' error: got lock request timeout", failure_class::busy},
           {"VM is locked (backup)", failure_class::busy},
           {"CT is locked (disk)", failure_class::busy},
           {"cfs-lock 'file-user_cfg' error: no quorum!", failure_class::transient},
           {"'storage-x'-locked command timed out - aborting", failure_class::transient},
           {"clone failed: unexpected state change", failure_class::transient},
           {"zfs error: cannot destroy 'p/x': dataset is busy", failure_class::transient},
           {"VM 101 qmp command 'x' failed - got timeout", failure_class::transient},
           {"storage 'x' is not online", failure_class::transient},
           {"storage 'x' does not exist", failure_class::permanent},
           {"zfs error: cannot create 'p/vm-1': out of space", failure_class::permanent},
           {"rsync: write failed: No space left on device (28)", failure_class::permanent},
           {"400 Parameter verification failed.\nmemory: no", failure_class::permanent},
           {"Sorry, user a is not allowed to execute 'x' as root on pve.",
            failure_class::permanent},
           {"sudo: a password is required", failure_class::permanent},
           {"unable to create VM 101: config file already exists", failure_class::vmid_taken},
           {"CT 101 already exists on node 'pve2'", failure_class::vmid_taken},
           {"close (rename) atomic file '/etc/pve/x' failed: File exists",
            failure_class::vmid_taken},
           {"[!] VMID 101 already exists. Choose another VMID.", failure_class::vmid_taken},
           {"something nobody has seen", failure_class::transient},
       }) {
    BOOST_TEST_CONTEXT(text) {
      for (const auto& err : {std::string{text}, noise + text + "\r\n" + noise})
        BOOST_TEST((failure(clone, ended(255, err)).why == why));
      BOOST_TEST((failure(clone, ended(2, noise, std::string{"x\n"} + text + "\n")).why == why));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_message_is_the_nodes_last_word) {
  BOOST_TEST(failure(clone, ended(255, noise + "storage 'x' does not exist\n" + noise)).message ==
             "storage 'x' does not exist");
  BOOST_TEST(failure(clone, ended(255, "400 Parameter verification failed.\n"
                                       "memory: value must have a minimum value of 16\n"
                                       "qm set <vmid> [OPTIONS]\n"))
                 .message.contains("minimum value of 16"));
  BOOST_TEST(failure(clone, ended(9)).message.contains("exit code 9"));
}

BOOST_AUTO_TEST_CASE(what_is_done_already_is_success) {
  success(start, ended(255, "VM 101 already running\n"));
  success(start, ended(255, "CT 101 already running\n"));
  success(join, ended(0, "update pools failed: VM 101 is already a pool member\n"));
  success(ct_resize, ended(255, "disk is already at specified size\n"));
  success(destroy, ended(2, "Configuration file 'nodes/p/qemu-server/101.conf' does not exist\n"));
  success(destroy, ended(1, "[!] CT 9101 does not exist.\n"));
}

BOOST_AUTO_TEST_CASE(what_is_done_already_elsewhere_is_no_success) {
  BOOST_TEST(
      (failure(clone, ended(255, "VM 101 already running\n")).why == failure_class::permanent));
  BOOST_TEST((failure(start, ended(2, "Configuration file 'x' does not exist\n")).why ==
              failure_class::permanent));
}

BOOST_AUTO_TEST_CASE(commands_whose_exit_code_lies_are_believed_by_their_words) {
  const std::string no = "shrinking disks is not supported\n";
  BOOST_TEST((failure(resize, ended(0, noise + no)).why == failure_class::permanent));
  BOOST_TEST((failure(ct_resize, ended(0, "CT is locked (disk)\n")).why == failure_class::busy));
  failure(join, ended(0, "pool 'ClientPods' does not exist\n"));
  success(resize, ended(0, noise));
  success(domain::resize_container{101, {"/x/own.sh"}}, ended(0, "[+] growing\n"));
}

BOOST_AUTO_TEST_CASE(warnings_are_kept) {
  const auto orphan = "WARN: Could not remove disk 'main:vm-101-disk-0', check manually: busy";
  BOOST_TEST(
      success(destroy, ended(0, "Task finished with 1 warning(s)!\n", std::string{orphan} + "\n"))
          .warning.value() == orphan);
  BOOST_TEST(success(clone, ended(0, "Task finished with 1 warning(s)!\n"))
                 .warning.value()
                 .contains("1 warning"));
}

BOOST_AUTO_TEST_CASE(an_interrupted_command_is_unknown) {
  BOOST_TEST(is_unknown(clone, ended(255, "clone failed: interrupted by signal\n")));
  BOOST_TEST(is_unknown(clone, ended(255, "broken pipe\n")));
  BOOST_TEST(is_unknown(clone, ended(143)));
  BOOST_TEST(is_unknown(clone, ended(137, noise)));
  BOOST_TEST(!is_unknown(clone, ended(255)));
}

BOOST_AUTO_TEST_CASE(missing_programs_and_sudo_say_what_to_do) {
  BOOST_TEST(
      (failure(clone, ended(127, "sh: 1: qm: not found\n")).why == failure_class::permanent));
  BOOST_TEST(failure(clone, ended(127, "qm: not found\n")).message.contains("Proxmox host"));
  BOOST_TEST((failure(clone, ended(126)).why == failure_class::permanent));
  BOOST_TEST(
      failure(clone, ended(1, "sudo: a password is required\n")).message.contains("NOPASSWD"));
}

BOOST_AUTO_TEST_CASE(a_destroy_tells_whose_guest_it_is) {
  BOOST_TEST((failure(destroy, ended(79, noise + "cloudpods: not_ours\n")).why ==
              failure_class::not_ours));
  BOOST_TEST((failure(destroy, ended(80, "cloudpods: unmarked\n")).why == failure_class::unmarked));
  const auto busy =
      failure(destroy, ended(75, "guest 101 is locked (backup) by x\ncloudpods: busy\n"));
  BOOST_TEST((busy.why == failure_class::busy));
  BOOST_TEST(busy.message.contains("backup"));
  BOOST_TEST(
      (failure(destroy, ended(79, "a script's own code\n")).why == failure_class::transient));
  BOOST_TEST((failure(create, ended(79, "cloudpods: not_ours\n")).why == failure_class::transient));
}

BOOST_AUTO_TEST_CASE(a_created_containers_address_is_read_only_after_success) {
  const std::string out = "IP : 10.1.10.91/24\n";
  BOOST_TEST(success(create, ended(0, "", out)).address.value() == "10.1.10.91");
  BOOST_TEST(!success(create, ended(0, "[+] " + out)).address.has_value());
  failure(create, ended(1, "[!] No free IPs available in range\n", out));
  const std::string other = "### JSON_RESULT_START ###\n{\"vmid\":102}\n### JSON_RESULT_END ###\n";
  BOOST_TEST(is_unknown(create, ended(0, "", other)));
}

BOOST_AUTO_TEST_CASE(other_states_of_an_attempt_have_their_outcomes) {
  const auto state = [](report_state which) { return attempt_report{which, {}, "", "why", 0, 3}; };
  BOOST_TEST(is_unknown(clone, state(report_state::running)));
  BOOST_TEST(is_unknown(clone, state(report_state::vanished)));
  BOOST_TEST((failure(clone, state(report_state::never)).why == failure_class::transient));
  BOOST_TEST((failure(clone, state(report_state::short_input)).why == failure_class::transient));
  BOOST_TEST((failure(clone, state(report_state::fenced)).why == failure_class::fenced));
  BOOST_TEST((failure(clone, state(report_state::locked)).why == failure_class::busy));
  BOOST_TEST((failure(clone, state(report_state::broken)).why == failure_class::permanent));
}

BOOST_AUTO_TEST_CASE(without_a_report_nobody_knows) {
  exec_result result;
  result.maybe_begun = true;
  BOOST_TEST(std::holds_alternative<domain::unknown>(outcome_of(clone, result)));
  result.fault = transport_fault::lost;
  BOOST_TEST(std::holds_alternative<domain::unknown>(outcome_of(clone, result)));
  result.maybe_begun = false;
  BOOST_TEST(std::holds_alternative<domain::failed>(outcome_of(clone, result)));
}

BOOST_AUTO_TEST_CASE(a_whole_report_counts_even_if_the_channel_died_after_it) {
  exec_result result;
  result.maybe_begun = true;
  result.fault = transport_fault::lost;
  result.out.append("\n@@cloudpods ended 0 0 0 0 0\n\n@@end\n");
  BOOST_TEST(std::holds_alternative<domain::succeeded>(outcome_of(clone, result)));
}

BOOST_AUTO_TEST_CASE(secrets_and_length_are_kept_in_check) {
  domain::configure_vm what;
  what.guest = 101;
  what.ssh_keys = {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@home"};
  const auto report =
      ended(255, "bad key ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5%20me%40home " + std::string(5000, 'x'),
            "update VM 101: -sshkeys ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@home\n");
  const auto no = failure(what, report);
  BOOST_TEST(!no.message.contains("AAAAC3"));
  BOOST_TEST(!no.output.contains("AAAAC3"));
  BOOST_TEST(no.message.size() <= longest_message);
}

BOOST_AUTO_TEST_CASE(garbage_is_never_success_and_never_thrown_at) {
  std::string garbage;
  for (int i = 0; i < 4096; ++i)
    garbage += static_cast<char>(i * 37);
  for (const auto& what : {clone, start, resize, ct_resize, create, destroy, join}) {
    BOOST_TEST(
        !std::holds_alternative<domain::succeeded>(outcome_of(what, ended(1, garbage, garbage))));
    const auto no = outcome_of(what, ended(1, garbage));
    if (const auto* told = std::get_if<domain::failed>(&no))
      BOOST_TEST(clean_text(told->message) == told->message);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
