#include <boost/test/unit_test.hpp>

#include "ssh/operation_argv.hpp"

namespace cloudpods::ssh::test {

namespace {

const domain::owner_mark mark{domain::controller_id{"ctl"}, domain::pod_id{"POD-1"}};

std::string joined(const domain::operation& what, bool sudo = false) {
  std::string text;
  for (const auto& word : command_for(what, {domain::node_name{"pve1"}, "w", sudo}).argv)
    text += (text.empty() ? "" : " ") + (word.empty() ? "''" : word);
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(operation_words)

BOOST_AUTO_TEST_CASE(a_clone_is_full_marked_and_in_the_pool) {
  const domain::clone_vm what{101, 9000, "web", mark, "ClientPods", domain::storage_name{"main"}};
  BOOST_TEST(joined(what) == "qm clone 9000 101 --name web --description cloudpods/ctl/POD-1 "
                             "--full 1 --pool ClientPods --storage main");
  BOOST_TEST(joined(what, true).starts_with("sudo -n qm clone"));
}

BOOST_AUTO_TEST_CASE(what_is_absent_is_not_said) {
  BOOST_TEST(joined(domain::clone_vm{101, 9000, "web", mark, "", {}}) ==
             "qm clone 9000 101 --name web --description cloudpods/ctl/POD-1 --full 1");
}

BOOST_AUTO_TEST_CASE(a_value_that_begins_with_a_dash_is_no_option) {
  BOOST_TEST(
      joined(domain::clone_vm{101, 9000, "--full=0", mark, "", {}}).contains("--name=--full=0"));
}

BOOST_AUTO_TEST_CASE(a_configuration_says_size_network_and_mark) {
  domain::configure_vm what{101, 2, 4096, "ubuntu", {}, {}, mark, "local:snippets/x.yaml"};
  BOOST_TEST(joined(what) ==
             "qm set 101 --sockets 1 --cores 2 --memory 4096 --agent 1 --ciuser ubuntu "
             "--ipconfig0 ip=dhcp --tags cloudpods;pod-1 --description "
             "cloudpods/ctl/POD-1 --cicustom vendor=local:snippets/x.yaml");
  what.address = domain::static_address{"10.1.10.91", 24, "10.1.10.1", "10.1.10.2"};
  BOOST_TEST(joined(what).contains("--ipconfig0 ip=10.1.10.91/24,gw=10.1.10.1 --nameserver "
                                   "10.1.10.2"));
}

BOOST_AUTO_TEST_CASE(keys_go_in_as_a_file_never_as_words) {
  domain::configure_vm what{101, 2, 4096, "", {"key one", "key two"}, {}, mark, ""};
  const auto command = command_for(what, {domain::node_name{"pve1"}, "w", true});
  BOOST_TEST((command.use == input_use::file));
  BOOST_TEST(command.input == "key one\nkey two\n");
  BOOST_TEST(command.argv[command.input_argument - 1] == "--sshkeys");
  BOOST_TEST(!joined(what).contains("key one"));
}

BOOST_AUTO_TEST_CASE(sizes_are_absolute) {
  BOOST_TEST(joined(domain::resize_vm_disk{101, "scsi0", 40}) == "qm resize 101 scsi0 40G");
}

BOOST_AUTO_TEST_CASE(guests_are_started_by_their_kind) {
  BOOST_TEST(joined(domain::start_guest{domain::guest_kind::vm, 101}) == "qm start 101");
  BOOST_TEST(joined(domain::start_guest{domain::guest_kind::ct, 102}, true) ==
             "sudo -n pct start 102");
}

BOOST_AUTO_TEST_CASE(pools_are_joined_in_the_spelling_every_version_knows) {
  BOOST_TEST(joined(domain::join_pool{101, "ClientPods"}) ==
             "pvesh set /pools/ClientPods --vms 101");
  BOOST_TEST(joined(domain::join_pool{101, "a/b"}) == "pvesh set /pools --poolid a/b --vms 101");
}

BOOST_AUTO_TEST_CASE(scripts_keep_their_words) {
  BOOST_TEST(joined(domain::create_container{101, {"/x/create.sh", "--host", "a b"}}, true) ==
             "sudo -n /x/create.sh --host a b");
}

BOOST_AUTO_TEST_CASE(a_machines_size_is_set_by_itself) {
  BOOST_TEST(joined(domain::set_vm_size{101, 2, 4096}) ==
             "qm set 101 --sockets 1 --cores 2 --memory 4096");
  BOOST_TEST(joined(domain::set_container_size{102, {"pct", "set", "102", "--cores", "2"}, {}},
                    true) == "sudo -n pct set 102 --cores 2");
}

BOOST_AUTO_TEST_CASE(a_guest_is_asked_to_shut_down_or_stopped_at_once) {
  constexpr auto vm = domain::guest_kind::vm;
  BOOST_TEST(
      joined(domain::stop_guest{vm, 101, true, 30}).ends_with("qm shutdown 101 --timeout 30"));
  BOOST_TEST(joined(domain::stop_guest{vm, 101, true, 30, true})
                 .ends_with("qm shutdown 101 --timeout 30 --forceStop 1"));
  BOOST_TEST(joined(domain::stop_guest{vm, 101, false, 30, true}).ends_with("qm stop 101"));
}

BOOST_AUTO_TEST_CASE(tasks_are_ended_by_name_and_scripts_by_signal) {
  const domain::owner_mark none{};
  constexpr auto vm = domain::guest_kind::vm;
  for (const domain::operation& what : std::initializer_list<domain::operation>{
           domain::stop_guest{}, domain::take_snapshot{}, domain::delete_snapshot{},
           domain::roll_back{vm, 101, none, "a"}, domain::back_up{},
           domain::restore_guest{vm, 101, none, false, "v", {}}})
    BOOST_TEST(is_proxmox_task(what));
  BOOST_TEST(
      !is_proxmox_task(domain::back_up{domain::guest_kind::ct, 102, {}, {}, {"/x/backup.sh"}}));
  BOOST_TEST(!is_proxmox_task(domain::set_vm_size{}));
}

BOOST_AUTO_TEST_CASE(only_what_is_read_from_input_is_secret) {
  BOOST_TEST(secrets_of(domain::write_snippet{{}, "f", "content"}).size() == 1u);
  BOOST_TEST(secrets_of(domain::install_container_keys{101, {"a", "b"}}).size() == 2u);
  BOOST_TEST(secrets_of(domain::start_guest{}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
