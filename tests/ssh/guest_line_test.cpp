#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>

#include "ssh/command_line_files.hpp"
#include "ssh/tools_fixture.hpp"

namespace cloudpods::ssh::test {

namespace {

constexpr auto vm = domain::guest_kind::vm;
constexpr auto ct = domain::guest_kind::ct;

} // namespace

BOOST_FIXTURE_TEST_SUITE(guest_lines, tools_fixture)

BOOST_AUTO_TEST_CASE(the_mark_is_found_wherever_it_stands) {
  for (const auto* config :
       {"description: cloudpods/ctl/Pod-1\n", "description: cloudpods/ctl/Pod-1%0Anote%3A x\n",
        "cores: 1\ntags: cloudpods;pod-1\n", "tags: a, pod-1 b\r\n",
        "description: cloudpods/ctl/another\ntags: pod-1\n",
        "perl: warning: x\n\ndescription: cloudpods/ctl/Pod-1%0A\nname: *\n"}) {
    say("config", config);
    BOOST_TEST(!destroy(vm).has_value());
  }
  BOOST_TEST(was_called("qm destroy 101 --purge 1 --destroy-unreferenced-disks 1\n"));
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_the_mark_touches_nothing) {
  for (const auto* config :
       {"description: cloudpods/ctl/Pod-11\n", "description: cloudpods/ctl/Pod-1x%0A\n",
        "description: cloudpods/other/Pod-1\n", "tags: cloudpods;pod-11\n",
        "description: cloudpods/*\n"}) {
    say("config", config);
    BOOST_TEST((destroy(vm) == failure_class::not_ours));
    BOOST_TEST((destroy(vm, true) == failure_class::not_ours));
  }
  for (const auto* config :
       {"name: cloudpods/ctl/Pod-1\n", "description: x%0Acloudpods/ctl/Pod-1\n",
        "tags: xcloudpods;xpod-1\n", "", " description: cloudpods/ctl/Pod-1\n",
        "description: $(touch \"$HOME/x\")`touch \"$HOME/x\"`*\n"}) {
    say("config", config);
    BOOST_TEST((destroy(vm) == failure_class::unmarked));
    BOOST_TEST((destroy(ct) == failure_class::unmarked));
  }
  BOOST_TEST(!was_touched());
  BOOST_TEST(!std::filesystem::exists(home.path() / "x"));
}

// Contract 17.
BOOST_AUTO_TEST_CASE(a_guest_is_adopted_with_its_notes_unless_it_is_anothers) {
  const domain::owner_mark old{domain::controller_id{"ctl"}, domain::pod_id{"pod-OLD"}};
  const auto adopt = [&](std::optional<domain::owner_mark> replaces) {
    const auto outcome = perform(domain::adopt_guest{vm, 101, mark, replaces, "Ask Ann\n50%", "b"});
    return std::holds_alternative<domain::succeeded>(outcome);
  };
  say("config", "name: shop\n");
  BOOST_TEST(adopt(std::nullopt));
  BOOST_TEST(was_called("qm set 101 --tags cloudpods;pod-1;b --description "
                        "cloudpods/ctl/Pod-1\nAsk Ann\n50%\n"));
  say("config", "description: cloudpods/ctl/pod-OLD%0Anote\ntags: cloudpods;pod-old\n");
  BOOST_TEST(!adopt(std::nullopt));
  BOOST_TEST(adopt(old));
  say("config", "description: cloudpods/ctl/Pod-1\ntags: cloudpods;pod-1\n");
  BOOST_TEST(adopt(old));
  say("config", "description: cloudpods/other/pod-OLD\n");
  BOOST_TEST(!adopt(old));
}

BOOST_AUTO_TEST_CASE(a_guest_that_cannot_be_read_is_not_absent) {
  refuse("config", "got timeout\n");
  BOOST_TEST((destroy(vm, true) == failure_class::transient));
  refuse("config", "Configuration file 'nodes/pve1/qemu-server/101.conf' does not exist\n");
  BOOST_TEST(!destroy(vm).has_value());
  BOOST_TEST(!was_touched());
}

BOOST_AUTO_TEST_CASE(a_lock_is_skipped_only_where_no_task_works_on_the_guest) {
  say("config", "description: cloudpods/ctl/Pod-1\nlock: backup\n");
  for (const auto* task : {"vzdump:101", "vzdump:", "qmsnapshot:101", "imgdel:101"}) {
    say("get", std::string{"[{\"upid\":\"UPID:pve1:0001:0002:0003:"} + task + ":root@pam:\"}]\n");
    BOOST_TEST((destroy(vm) == failure_class::busy));
  }
  BOOST_TEST(!was_touched());
  say("get", "[{\"upid\":\"UPID:pve1:0001:0002:0003:vzdump:1011:root@pam:\"}]\n");
  BOOST_TEST(!destroy(vm).has_value());
  BOOST_TEST(was_called("qm stop 101 --skiplock 1\n"));
  BOOST_TEST(was_called("--destroy-unreferenced-disks 1 --skiplock 1\n"));
}

BOOST_AUTO_TEST_CASE(tasks_that_cannot_be_read_make_a_locked_guest_busy) {
  say("config", "description: cloudpods/ctl/Pod-1\nlock: clone\n");
  refuse("get", "no\n");
  BOOST_TEST((destroy(vm) == failure_class::busy));
}

BOOST_AUTO_TEST_CASE(a_stale_lock_of_a_container_is_removed_first) {
  say("config", "description: cloudpods/ctl/Pod-1\nlock: create\n");
  say("get", "[]\n");
  BOOST_TEST(!destroy(ct).has_value());
  BOOST_TEST(was_called("pct unlock 101\npct destroy 101 --purge 1 --force 1"));
}

BOOST_AUTO_TEST_CASE(a_protected_guest_is_not_even_stopped) {
  say("config", "description: cloudpods/ctl/Pod-1\nprotection: 1\n");
  BOOST_TEST((destroy(vm) == failure_class::permanent));
  BOOST_TEST(!was_touched());
}

BOOST_AUTO_TEST_CASE(keys_are_added_once_each) {
  const auto file = home.path() / "root/.ssh/authorized_keys";
  std::filesystem::create_directories(file.parent_path());
  write_file(file, "old key without line end");
  std::string script{shell::adding_keys};
  for (auto at = script.find("/root/"); at != std::string::npos;
       at = script.find("/root/", at + 12))
    script.replace(at, 6, "\"$HOME\"/root/");
  for (int round = 0; round < 2; ++round) {
    running_shell running{script, home.path()};
    running.give("ssh-ed25519 A $(x) '\nssh-ed25519 B \\n\n");
    BOOST_TEST(running.finish().status == 0);
  }
  BOOST_TEST(content_of(file) ==
             "old key without line end\nssh-ed25519 A $(x) '\nssh-ed25519 B \\n\n");
}

BOOST_AUTO_TEST_CASE(an_ipam_file_is_changed_by_whole_lines) {
  const auto file = home.path() / "ipam 'file'.txt";
  write_file(file, "10.0.0.11\n110.0.0.1");
  const domain::register_address enter{file, "10.0.0.1"};
  for (int round = 0; round < 2; ++round)
    BOOST_TEST(std::holds_alternative<domain::succeeded>(perform(enter)));
  BOOST_TEST(content_of(file) == "10.0.0.11\n110.0.0.1\n10.0.0.1\n");
  perform(domain::release_address{file, "10.0.0.1"});
  BOOST_TEST(content_of(file) == "10.0.0.11\n110.0.0.1\n");
  perform(domain::release_address{file, "1.*"});
  BOOST_TEST(content_of(file) == "10.0.0.11\n110.0.0.1\n");
}

BOOST_AUTO_TEST_CASE(many_addresses_at_once_all_enter) {
  const auto file = home.path() / "ipam.txt";
  std::vector<std::unique_ptr<running_shell>> shells;
  for (int i = 1; i <= 10; ++i) {
    const domain::register_address enter{file, "10.0.0." + std::to_string(i)};
    shells.push_back(std::make_unique<running_shell>(
        start_line({{"item", "enter", i}, 1}, enter, node)->text, home.path()));
  }
  for (auto& each : shells)
    each->finish();
  const auto text = content_of(file);
  BOOST_TEST(std::ranges::count(text, '\n') == 10);
}

BOOST_AUTO_TEST_CASE(a_file_whose_folder_is_missing_is_a_failure_at_once_that_names_the_folder) {
  const auto outcome = perform(domain::register_address{"/nowhere/ipam.txt", "10.0.0.1"});
  const auto* failed = std::get_if<domain::failed>(&outcome);
  BOOST_TEST_REQUIRE(failed != nullptr);
  BOOST_TEST((failed->why == failure_class::permanent));
  BOOST_TEST(failed->message == "no such directory /nowhere");
}

BOOST_AUTO_TEST_CASE(every_line_fits_one_packet) {
  const domain::destroy_guest what{
      ct, 101, mark, false, {"/usr/local/sbin/cloudpod-destroy.sh", "--vmid", "101", "--force"}};
  BOOST_TEST(start_line({{"item", "step", 1}, 1}, what, node)->text.size() < 16'000u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
