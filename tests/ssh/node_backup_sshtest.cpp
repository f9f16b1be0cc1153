#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "ssh/node_operation_fixture.hpp"
#include "ssh/progress.hpp"

namespace cloudpods::ssh::test {

namespace {

constexpr auto vm = domain::guest_kind::vm;
constexpr auto ct = domain::guest_kind::ct;
const domain::storage_name store{"vzdump-backups"};
const domain::storage_name disks{"clients-main"};

struct kept {
  domain::guest_kind kind;
  domain::vmid guest;
};

/// Machine 101 and container 102, both ours and running.
struct backup_fixture : node_fixture {
  backup_fixture() {
    sim.set("wait_percent", "1");
    succeed(clone(101));
    succeed(domain::start_guest{vm, 101});
    succeed(domain::create_container{102,
                                     {(sim.root() / "bin/cloudpod-create.sh").string(), "--vmid",
                                      "102", "--host", "web", "--ip", "10.1.10.77"}});
    succeed(domain::mark_container{102, mark});
  }

  [[nodiscard]] bool runs(domain::vmid guest) const {
    return sim.guest(static_cast<int>(guest))->running;
  }

  [[nodiscard]] std::string value(domain::vmid guest, const std::string& key) const {
    const auto config = sim.guest(static_cast<int>(guest))->config;
    const auto found = config.find(key);
    return found == config.end() ? "" : found->second;
  }

  [[nodiscard]] domain::back_up backup(const kept& which) const {
    if (which.kind == vm)
      return {vm, which.guest, domain::backup_mode::snapshot, store, {}};
    return {ct,
            which.guest,
            domain::backup_mode::snapshot,
            store,
            {(sim.root() / "bin/cloudpod-backup.sh").string(), "--vmid",
             std::to_string(which.guest), "--tenant", "t", "--mode", "snapshot", "--storage",
             store.value}};
  }

  [[nodiscard]] domain::restore_guest restore(const kept& which, const std::string& volume,
                                              bool unmarked = false) const {
    return {which.kind, which.guest, mark, unmarked, volume, disks};
  }

  std::vector<domain::guest_snapshot> snapshots(const kept& which) {
    return ask<domain::snapshot_list>(domain::list_snapshots{which.kind, which.guest}).snapshots;
  }

  std::vector<domain::stored_backup> backups(domain::vmid guest) {
    return ask<domain::backup_list>(domain::list_backups{guest, store}).backups;
  }

  [[nodiscard]] bool has_task() const {
    return !std::filesystem::is_empty(sim.root() / "tasks/active");
  }

  domain::failed refused(const domain::operation& what) {
    const auto outcome = perform(what);
    BOOST_TEST_REQUIRE(std::holds_alternative<domain::failed>(outcome));
    return std::get<domain::failed>(outcome);
  }

  const std::array<kept, 2> both{kept{vm, 101}, kept{ct, 102}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(node_backups, backup_fixture)

BOOST_AUTO_TEST_CASE(a_snapshot_is_taken_once_listed_and_deleted) {
  for (const auto& each : both) {
    const domain::take_snapshot take{each.kind, each.guest, "before", "it's: \"one\""};
    succeed(take);
    succeed(take);
    const auto list = snapshots(each);
    BOOST_TEST_REQUIRE(list.size() == 1u);
    BOOST_TEST(list[0].name == "before");
    BOOST_TEST(list[0].description == "it's: \"one\"");
    BOOST_TEST(!list[0].unfinished);
    const domain::delete_snapshot drop{each.kind, each.guest, "before"};
    succeed(drop);
    succeed(drop);
    BOOST_TEST(snapshots(each).empty());
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_broke_is_taken_anew_and_one_half_deleted_goes) {
  for (const auto& each : both) {
    const std::string tool = each.kind == vm ? "qm" : "pct";
    sim.add_fault({.pattern = tool + " snapshot *", .kind = "die", .when = support::strike::half});
    const domain::take_snapshot take{each.kind, each.guest, "before", ""};
    BOOST_TEST(!std::holds_alternative<domain::succeeded>(perform(take)));
    BOOST_TEST(value(each.guest, "lock") == "snapshot");
    BOOST_TEST(snapshots(each).at(0).unfinished);
    succeed(take);
    BOOST_TEST(!snapshots(each).at(0).unfinished);
    BOOST_TEST(value(each.guest, "lock").empty());
    sim.add_fault(
        {.pattern = tool + " delsnapshot *", .kind = "die", .when = support::strike::half});
    succeed(domain::delete_snapshot{each.kind, each.guest, "before"});
    BOOST_TEST(snapshots(each).empty());
    BOOST_TEST(value(each.guest, "lock").empty());
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_says_it_worked_and_did_not_is_unknown) {
  sim.add_fault({.pattern = "qm snapshot *", .kind = "fail", .exit = 0});
  const domain::take_snapshot take{vm, 101, "before", ""};
  BOOST_TEST(std::holds_alternative<domain::unknown>(perform(take)));
  succeed(take);
  sim.add_fault({.pattern = "qm delsnapshot *", .kind = "fail", .exit = 0});
  const auto drop = perform(domain::delete_snapshot{vm, 101, "before"});
  BOOST_TEST(std::holds_alternative<domain::unknown>(drop));
}

// Contract 11: rollback checks mark and vmid in the same command.
BOOST_AUTO_TEST_CASE(a_rollback_brings_back_what_was_and_leaves_the_guest_stopped) {
  for (const auto& each : both) {
    const auto memory = value(each.guest, "memory");
    succeed(domain::take_snapshot{each.kind, each.guest, "before", ""});
    sim.run({each.kind == vm ? "qm" : "pct", "set", std::to_string(each.guest), "--onboot", "0"});
    const domain::roll_back back{each.kind, each.guest, mark, "before"};
    succeed(back);
    BOOST_TEST(!runs(each.guest));
    BOOST_TEST(value(each.guest, "memory") == memory);
    BOOST_TEST(value(each.guest, "onboot") != "0");
    succeed(back);
    auto theirs = back;
    theirs.mark = other;
    BOOST_TEST((fail(theirs) == failure_class::not_ours));
  }
}

BOOST_AUTO_TEST_CASE(a_rollback_to_an_older_snapshot_is_refused_and_stops_nothing) {
  for (const auto& each : both) {
    succeed(domain::take_snapshot{each.kind, each.guest, "one1", ""});
    succeed(domain::take_snapshot{each.kind, each.guest, "two2", ""});
    const auto no = refused(domain::roll_back{each.kind, each.guest, mark, "one1"});
    BOOST_TEST((no.why == failure_class::permanent));
    BOOST_TEST(no.message.contains("delete the newer ones first"));
    BOOST_TEST(runs(each.guest));
    BOOST_TEST(
        (fail(domain::roll_back{each.kind, each.guest, mark, "none"}) == failure_class::permanent));
    BOOST_TEST(runs(each.guest));
  }
}

BOOST_AUTO_TEST_CASE(a_rollback_that_died_is_done_again) {
  succeed(domain::take_snapshot{vm, 101, "before", ""});
  sim.add_fault({.pattern = "qm rollback *", .kind = "die", .when = support::strike::half});
  const domain::roll_back back{vm, 101, mark, "before"};
  BOOST_TEST(!std::holds_alternative<domain::succeeded>(perform(back)));
  BOOST_TEST(value(101, "lock") == "rollback");
  succeed(back);
  BOOST_TEST(value(101, "lock").empty());
  lock_guest(101, "backup");
  BOOST_TEST((fail(back) == failure_class::busy));
}

BOOST_AUTO_TEST_CASE(an_unmarked_guest_is_neither_rolled_back_nor_restored) {
  succeed(domain::take_snapshot{vm, 101, "before", ""});
  const auto archive = succeed(backup(both[0])).archive.value();
  set_config(101, "description", "somebody's");
  BOOST_TEST((fail(domain::roll_back{vm, 101, mark, "before"}) == failure_class::unmarked));
  BOOST_TEST((fail(restore(both[0], archive)) == failure_class::unmarked));
  BOOST_TEST(runs(101));
}

BOOST_AUTO_TEST_CASE(a_backup_names_its_archive_and_is_listed) {
  for (const auto& each : both) {
    const auto archive = succeed(backup(each)).archive;
    BOOST_TEST_REQUIRE(archive.has_value());
    const auto list = backups(each.guest);
    BOOST_TEST_REQUIRE(list.size() == 1u);
    BOOST_TEST(list[0].volume == *archive);
    BOOST_TEST(list[0].size_bytes > 0);
    BOOST_TEST(value(each.guest, "lock").empty());
  }
  BOOST_TEST(backups(190).empty());
}

BOOST_AUTO_TEST_CASE(a_backup_on_no_storage_of_backups_fails_for_good) {
  auto what = backup(both[0]);
  what.storage = disks;
  BOOST_TEST((fail(what) == failure_class::permanent));
  what.storage = domain::storage_name{"nowhere"};
  BOOST_TEST((fail(what) == failure_class::permanent));
}

BOOST_AUTO_TEST_CASE(a_backup_of_nothing_is_no_success) {
  sim.add_fault({.pattern = "vzdump 101 *", .kind = "fail", .exit = 0});
  BOOST_TEST((fail(backup(both[0])) == failure_class::permanent));
  sim.add_fault({.pattern = "*cloudpod-backup.sh *", .kind = "fail", .exit = 0});
  BOOST_TEST(std::holds_alternative<domain::unknown>(perform(backup(both[1]))));
  BOOST_TEST((fail(domain::back_up{vm, 190, domain::backup_mode::stop, store, {}}) ==
              failure_class::permanent));
}

BOOST_AUTO_TEST_CASE(a_scripts_failure_is_told_in_vzdumps_words) {
  sim.add_fault({.pattern = "vzdump 102 *",
                 .kind = "fail",
                 .when = support::strike::half,
                 .text = "zstd: error 25 : Write error : No space left on device"});
  const auto no = refused(backup(both[1]));
  BOOST_TEST((no.why == failure_class::permanent));
  BOOST_TEST(no.message.contains("No space left"));
}

BOOST_AUTO_TEST_CASE(a_backup_waits_for_another_and_gives_up_as_busy) {
  sim.add_fault(
      {.pattern = "vzdump 102 *", .kind = "hang", .when = support::strike::half, .name = "copy"});
  const auto slow = start_line(next_attempt(), backup(both[1]), node).value();
  std::optional<exec_result> first;
  connection->run({slow.text, slow.input, 60s, kept_of_report}, {},
                  [&](exec_result done) { first = std::move(done); });
  run_until([&] { return std::filesystem::exists(sim.root() / "hanging/copy"); });
  BOOST_TEST((fail(backup(both[1])) == failure_class::busy)); // the guest's own lock
  sim.set("wait_percent", "0");
  BOOST_TEST((fail(backup(both[0])) == failure_class::busy));
  sim.release("copy");
  run_until([&] { return first.has_value(); });
  BOOST_TEST(std::holds_alternative<domain::succeeded>(outcome_of(backup(both[1]), *first)));
}

BOOST_AUTO_TEST_CASE(the_lock_of_a_backup_that_died_holds_up_no_other) {
  for (const auto& each : both) {
    lock_guest(each.guest, "backup");
    succeed(backup(each));
    BOOST_TEST(value(each.guest, "lock").empty());
  }
}

BOOST_AUTO_TEST_CASE(a_guest_is_restored_over_itself_and_again) {
  for (const auto& each : both) {
    const auto archive = succeed(backup(each)).archive.value();
    BOOST_TEST((fail(restore(each, archive)) == failure_class::transient)); // it runs
    succeed(domain::stop_guest{each.kind, each.guest});
    sim.run({each.kind == vm ? "qm" : "pct", "set", std::to_string(each.guest), "--memory", "64"});
    succeed(restore(each, archive));
    BOOST_TEST(value(each.guest, "memory") != "64");
    succeed(restore(each, archive));
    auto theirs = restore(each, archive);
    theirs.mark = other;
    BOOST_TEST((fail(theirs) == failure_class::not_ours));
  }
}

BOOST_AUTO_TEST_CASE(a_restore_that_says_it_worked_and_did_not_is_no_success) {
  const auto archive = succeed(backup(both[0])).archive.value();
  succeed(domain::stop_guest{vm, 101});
  sim.add_fault({.pattern = "qmrestore *",
                 .kind = "fail",
                 .exit = 0,
                 .text = "unable to restore VM 101 - no such archive"});
  BOOST_TEST(std::holds_alternative<domain::failed>(perform(restore(both[0], archive))));
}

BOOST_AUTO_TEST_CASE(a_restore_that_broke_is_done_again_only_where_the_guest_must_be_ours) {
  for (const auto& each : both) {
    const auto archive = succeed(backup(each)).archive.value();
    succeed(domain::stop_guest{each.kind, each.guest});
    sim.add_fault({.pattern = each.kind == vm ? "qmrestore *" : "pct restore *",
                   .kind = "die",
                   .when = support::strike::half});
    BOOST_TEST(!std::holds_alternative<domain::succeeded>(perform(restore(each, archive))));
    BOOST_TEST(value(each.guest, "lock") == "create");
    BOOST_TEST((fail(restore(each, archive)) == failure_class::unmarked));
    succeed(restore(each, archive, true));
    BOOST_TEST(value(each.guest, "lock").empty());
    sim.run({each.kind == vm ? "qm" : "pct", "destroy", std::to_string(each.guest)});
    BOOST_TEST((fail(restore(each, archive)) == failure_class::permanent));
    succeed(restore(each, archive, true));
  }
}

BOOST_AUTO_TEST_CASE(backups_are_deleted_once_and_only_those_of_the_guest) {
  const auto mine = succeed(backup(both[0])).archive.value();
  const auto theirs = succeed(backup(both[1])).archive.value();
  BOOST_TEST((fail(domain::delete_backups{101, {mine, theirs}}) == failure_class::permanent));
  BOOST_TEST(backups(101).size() == 1u);
  BOOST_TEST((fail(domain::delete_backups{101, {"clients-main:vm-101-disk-0"}}) ==
              failure_class::permanent));
  sim.add_fault({.pattern = "pvesm free *", .kind = "fail", .exit = 0, .text = "got timeout"});
  BOOST_TEST((fail(domain::delete_backups{101, {mine}}) == failure_class::transient));
  for (int round = 0; round < 2; ++round)
    succeed(domain::delete_backups{101, {mine}});
  BOOST_TEST(backups(101).empty());
  BOOST_TEST(backups(102).size() == 1u);
}

BOOST_AUTO_TEST_CASE(noise_changes_no_outcome) {
  for (const auto* kind : {"locale", "banner", "crlf", "progress"})
    for (const auto& each : both) {
      sim.add_fault({.pattern = "*", .kind = kind, .times = -1});
      succeed(domain::take_snapshot{each.kind, each.guest, "before", ""});
      BOOST_TEST(snapshots(each).size() == 1u);
      succeed(domain::roll_back{each.kind, each.guest, mark, "before"});
      succeed(domain::delete_snapshot{each.kind, each.guest, "before"});
      const auto archive = succeed(backup(each)).archive.value();
      BOOST_TEST(backups(each.guest).size() == 1u);
      succeed(restore(each, archive));
      succeed(domain::delete_backups{each.guest, {archive}});
      sim.clear_faults();
      succeed(domain::start_guest{each.kind, each.guest});
    }
}

// Contract 14: what is started detached goes on when the connection drops.
BOOST_AUTO_TEST_CASE(long_operations_outlive_their_connection) {
  for (const auto* pattern : {"vzdump *", "qmrestore *", "pct restore *", "* snapshot *",
                              "* rollback *", "* delsnapshot *"})
    sim.set_latency(pattern, 800ms);
  const auto begun = [&] { return has_task(); };
  for (const auto& each : both) {
    const auto saved = drop_when(backup(each), begun);
    BOOST_TEST_REQUIRE(std::holds_alternative<domain::succeeded>(saved));
    const auto archive = std::get<domain::succeeded>(saved).archive.value();
    for (const domain::operation& what : std::initializer_list<domain::operation>{
             domain::take_snapshot{each.kind, each.guest, "before", ""},
             domain::roll_back{each.kind, each.guest, mark, "before"},
             domain::delete_snapshot{each.kind, each.guest, "before"}, restore(each, archive)})
      BOOST_TEST(std::holds_alternative<domain::succeeded>(drop_when(what, begun)));
  }
}

// Contract 11: what is cancelled or past its time is ended on the node.
BOOST_AUTO_TEST_CASE(long_operations_can_be_ended) {
  sim.set("wait_percent", "100"); // a task has its five seconds to clean up
  for (const auto& each : both) {
    const auto archive = succeed(backup(each)).archive.value();
    for (const auto* pattern : {"vzdump *", "* snapshot *"})
      sim.set_latency(pattern, 60s);
    const auto begun = [&] { return has_task() && !value(each.guest, "lock").empty(); };
    const auto ends = [&](const domain::operation& what) {
      const auto outcome = end_when(what, begun);
      BOOST_TEST(!std::holds_alternative<domain::succeeded>(outcome));
      run_until([&] { return !has_task(); });
    };
    ends(backup(each));
    BOOST_TEST(value(each.guest, "lock").empty());
    BOOST_TEST(backups(each.guest).size() == 1u);
    ends(domain::take_snapshot{each.kind, each.guest, "never", ""});
    BOOST_TEST(snapshots(each).empty());
    sim.clear_latency();
    succeed(domain::take_snapshot{each.kind, each.guest, "before", ""});
    sim.set_latency("* rollback *", 60s);
    ends(domain::roll_back{each.kind, each.guest, mark, "before"});
    sim.set_latency("* delsnapshot *", 60s);
    ends(domain::delete_snapshot{each.kind, each.guest, "before"});
    sim.clear_latency();
    succeed(domain::delete_snapshot{each.kind, each.guest, "before"});
    sim.set_latency(each.kind == vm ? "qmrestore *" : "pct restore *", 60s);
    succeed(domain::stop_guest{each.kind, each.guest});
    ends(restore(each, archive));
    sim.clear_latency();
  }
}

BOOST_AUTO_TEST_CASE(a_backup_shows_its_progress) {
  sim.set_latency("vzdump *", 2s);
  const auto line = start_line(next_attempt(), backup(both[0]), node).value();
  progress_reader reader;
  std::vector<int> percents;
  std::optional<exec_result> result;
  connection->run(
      {line.text, line.input, 20s, kept_of_report},
      [&](stream from, std::string_view bytes) {
        const auto news = from == stream::err ? reader.feed(bytes) : std::nullopt;
        if (news && news->percent)
          percents.push_back(*news->percent);
      },
      [&](exec_result done) { result = std::move(done); });
  run_until([&] { return result.has_value(); });
  BOOST_TEST(percents.size() >= 2u);
  BOOST_TEST(std::ranges::is_sorted(percents));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
