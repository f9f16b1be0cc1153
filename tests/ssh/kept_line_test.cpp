#include <boost/test/unit_test.hpp>

#include "ssh/tools_fixture.hpp"

namespace cloudpods::ssh::test {

namespace {

constexpr auto vm = domain::guest_kind::vm;
constexpr auto ct = domain::guest_kind::ct;
const domain::storage_name store{"main"};

/// `$1` of a tool's words is its verb, but for the tools that have none.
struct kept_fixture : tools_fixture {
  kept_fixture() {
    say("config", "description: cloudpods/ctl/Pod-1\nsnaptime: 1\n");
    say("status", "status: stopped\n");
    say("get", "[]\n");
  }

  std::optional<failure_class> fault_of(const domain::operation& what) {
    const auto outcome = perform(what);
    if (const auto* no = std::get_if<domain::failed>(&outcome))
      return no->why;
    BOOST_TEST_REQUIRE(std::holds_alternative<domain::succeeded>(outcome));
    return std::nullopt;
  }

  [[nodiscard]] domain::roll_back rollback(domain::guest_kind kind) const {
    return {kind, 101, mark, "one"};
  }

  [[nodiscard]] domain::restore_guest restore(domain::guest_kind kind,
                                              bool unmarked = false) const {
    return {kind, 101, mark, unmarked, "st:backup/it's $(one)", store};
  }

  [[nodiscard]] bool was_changed() const {
    for (const auto* each : {"qmrestore", "pct restore", " rollback ", " unlock ", " stop ",
                             " snapshot ", " delsnapshot ", "pvesm free", "vzdump"})
      if (was_called(each))
        return true;
    return false;
  }

  const std::string task = "[{\"upid\":\"UPID:pve1:0001:0002:0003:qmrestore:101:root@pam:\"}]\n";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(kept_lines, kept_fixture)

// Contract 11: mark and vmid are checked in the same command.
BOOST_AUTO_TEST_CASE(nothing_is_restored_or_rolled_back_over_another_owners_guest) {
  for (const auto* config : {"description: cloudpods/ctl/Pod-11\n", "tags: cloudpods;pod-2\n"}) {
    say("config", config);
    BOOST_TEST((fault_of(rollback(vm)) == failure_class::not_ours));
    BOOST_TEST((fault_of(restore(ct)) == failure_class::not_ours));
    BOOST_TEST((fault_of(restore(vm, true)) == failure_class::not_ours));
  }
  say("config", "cores: 1\n");
  BOOST_TEST((fault_of(rollback(ct)) == failure_class::unmarked));
  BOOST_TEST((fault_of(restore(vm)) == failure_class::unmarked));
  BOOST_TEST(!was_changed());
  BOOST_TEST(!fault_of(restore(vm, true)).has_value());
  BOOST_TEST(was_called("qmrestore st:backup/it's $(one) 101 --force 1 --storage main\n"));
}

BOOST_AUTO_TEST_CASE(a_guest_that_is_gone_is_restored_only_where_it_must_be_ours) {
  refuse("config", "Configuration file 'nodes/pve1/lxc/101.conf' does not exist\n");
  BOOST_TEST((fault_of(restore(ct)) == failure_class::permanent));
  BOOST_TEST((fault_of(rollback(ct)) == failure_class::permanent));
  BOOST_TEST(!was_changed());
  // It is still not there afterwards: nobody knows what the command did.
  BOOST_TEST(std::holds_alternative<domain::unknown>(perform(restore(ct, true))));
  BOOST_TEST(was_called("pct restore 101 st:backup/it's $(one) --force 1 --storage main\n"));
}

BOOST_AUTO_TEST_CASE(a_lock_is_left_to_the_task_that_lives) {
  for (const auto* lock : {"create", "rollback", "backup", "snapshot"}) {
    say("config", std::string{"description: cloudpods/ctl/Pod-1\nlock: "} + lock + "\n");
    say("get", task);
    BOOST_TEST((fault_of(restore(vm, true)) == failure_class::busy));
    BOOST_TEST((fault_of(rollback(vm)) == failure_class::busy));
    refuse("get", "no\n");
    BOOST_TEST((fault_of(restore(vm, true)) == failure_class::busy));
    std::filesystem::remove(home.path() / "get.err");
  }
  say("config", "description: cloudpods/ctl/Pod-1\nlock: backup\n");
  say("get", task);
  BOOST_TEST((fault_of(domain::back_up{vm, 101, {}, store, {}}) == failure_class::busy));
  BOOST_TEST(!was_changed());
}

BOOST_AUTO_TEST_CASE(only_the_lock_of_our_own_broken_try_is_removed) {
  say("config", "description: cloudpods/ctl/Pod-1\nlock: create\n");
  BOOST_TEST((fault_of(restore(vm)) == failure_class::busy));
  BOOST_TEST((fault_of(rollback(vm)) == failure_class::busy));
  BOOST_TEST(!was_changed());
  // The lock stays in this configuration: unlocked, restored, and not believed.
  BOOST_TEST(std::holds_alternative<domain::unknown>(perform(restore(vm, true))));
  BOOST_TEST(was_called("qm unlock 101\nqmrestore"));
  say("config", "cores: 1\nlock: backup\n");
  perform(domain::back_up{ct, 101, {}, store, {}});
  BOOST_TEST(!was_called("pct unlock"));
  say("config", "tags: cloudpods;pod-7\nlock: backup\n");
  perform(domain::back_up{ct, 101, {}, store, {}});
  BOOST_TEST(was_called("pct unlock 101\nvzdump 101 --mode snapshot --storage main --compress "
                        "zstd --remove 0\n"));
}

BOOST_AUTO_TEST_CASE(a_running_container_is_stopped_before_its_rollback) {
  say("status", "status: running\n");
  BOOST_TEST(std::holds_alternative<domain::unknown>(perform(rollback(ct)))); // it goes on running
  BOOST_TEST(was_called("pct stop 101\npct rollback 101 one\n"));
}

BOOST_AUTO_TEST_CASE(a_container_whose_rollback_is_refused_runs_again) {
  say("status", "status: running\n");
  refuse("rollback", "can't rollback, 'one' is not most recent snapshot on 'x'\n");
  BOOST_TEST((fault_of(rollback(ct)) == failure_class::permanent));
  BOOST_TEST(was_called("pct start 101\n"));
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_cannot_be_read_is_not_absent) {
  const domain::take_snapshot take{vm, 101, "one", "-x 'y' $(z)"};
  say("config", "");
  BOOST_TEST((fault_of(take) == failure_class::transient));
  BOOST_TEST((fault_of(domain::delete_snapshot{vm, 101, "one"}) == failure_class::transient));
  BOOST_TEST(!was_changed());
  say("config", "snaptime: 1\n");
  BOOST_TEST(!fault_of(take).has_value());
  BOOST_TEST(!was_changed());
}

BOOST_AUTO_TEST_CASE(an_unfinished_snapshot_is_removed_by_force_and_a_living_one_is_left) {
  say("config", "snaptime: 1\nsnapstate: prepare\nlock: snapshot\n");
  say("get", "[{\"upid\":\"UPID:pve1:0001:0002:0003:qmsnapshot:101:root@pam:\"}]\n");
  const domain::take_snapshot take{vm, 101, "one", "-x 'y' $(z)"};
  BOOST_TEST((fault_of(take) == failure_class::busy));
  BOOST_TEST(!was_changed());
  say("get", "[]\n");
  BOOST_TEST(std::holds_alternative<domain::unknown>(perform(take))); // it stays unfinished here
  BOOST_TEST(was_called("qm unlock 101\nqm delsnapshot 101 one --force 1\n"
                        "qm snapshot 101 one --description=-x 'y' $(z)\n"));
}

BOOST_AUTO_TEST_CASE(no_volume_is_freed_where_one_is_another_guests) {
  const std::string mine = "st:backup/vzdump-qemu-101-1.vma";
  for (const auto* other :
       {"st:backup/vzdump-qemu-1011-1.vma", "st:vm-101-disk-0", "st:backup/vzdump-lxc-10-101-.tar",
        "st:backup/x-vzdump-lxc-101-1.tar", "*", "st:backup/ct/10/x"})
    BOOST_TEST((fault_of(domain::delete_backups{101, {mine, other}}) == failure_class::permanent));
  BOOST_TEST(!was_changed());
  say("free", "Removed volume '" + mine + "'\n");
  BOOST_TEST(!fault_of(domain::delete_backups{101, {mine}}).has_value());
}

BOOST_AUTO_TEST_CASE(a_volume_is_gone_only_where_a_whole_list_lacks_it) {
  const std::string mine = "st:backup/vzdump-lxc-101-1.tar";
  const domain::delete_backups what{101, {mine}};
  BOOST_TEST(fault_of(what).has_value());
  say("list", "Volid Format Type Size VMID\n" + mine + " tar backup 1 101\n");
  BOOST_TEST(fault_of(what).has_value());
  say("list", "Volid Format Type Size VMID\n");
  BOOST_TEST(!fault_of(what).has_value());
  BOOST_TEST(was_called("pvesm list st --content backup --vmid 101\n"));
}

BOOST_AUTO_TEST_CASE(a_stop_is_believed_by_the_guests_status) {
  const domain::stop_guest what{ct, 101, true, 7, true};
  BOOST_TEST(!fault_of(what).has_value());
  BOOST_TEST(was_called("pct shutdown 101 --timeout 7 --forceStop 1\npct status 101\n"));
  refuse("shutdown", "anything\n");
  BOOST_TEST(!fault_of(what).has_value());
  say("status", "status: running\n");
  BOOST_TEST((fault_of(what) == failure_class::transient));
  std::filesystem::remove(home.path() / "shutdown.err");
  BOOST_TEST(std::holds_alternative<domain::unknown>(perform(what)));
}

BOOST_AUTO_TEST_CASE(swap_is_set_only_after_the_rest) {
  const std::vector<std::string> scale{"pct", "set", "101", "--cores", "2"};
  BOOST_TEST(!fault_of(domain::set_container_size{101, scale, 0}).has_value());
  BOOST_TEST(was_called("pct set 101 --cores 2\npct set 101 --swap 0\n"));
  const std::vector<std::string> broken{"qm", "config", "101"};
  refuse("config", "no\n");
  BOOST_TEST(fault_of(domain::set_container_size{101, broken, 77}).has_value());
  BOOST_TEST(!was_called("--swap 77"));
}

BOOST_AUTO_TEST_CASE(every_line_fits_one_packet) {
  const std::string name(40, 'a');
  const std::string text(200, '\'');
  const domain::operation long_ones[] = {
      restore(vm, true), rollback(ct), domain::take_snapshot{vm, 999999999, name, text},
      domain::back_up{ct, 999999999, {}, store, std::vector<std::string>(9, name)}};
  for (const auto& what : long_ones)
    BOOST_TEST(start_line({{"item", "step", 1}, 1}, what, node)->text.size() < 16'000u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
