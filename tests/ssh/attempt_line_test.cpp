#include <boost/test/unit_test.hpp>

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include "ssh/command_line.hpp"
#include "ssh/report.hpp"
#include "ssh/shell.hpp"

namespace cloudpods::ssh::test {

namespace {

using namespace std::chrono_literals;

struct node_fixture {
  scratch_directory home;
  node_setting node{domain::node_name{"pve1"}, "work dir", false};

  static attempt_reference attempt(int number = 1, std::int64_t epoch = 7) {
    return {{"item-1", "clone", number}, epoch};
  }

  static node_command command(std::vector<std::string> argv, bool is_long = false) {
    return {.argv = std::move(argv), .input = {}, .is_long = is_long};
  }

  static node_command script(const std::string& text, bool is_long = false) {
    return command({"sh", "-c", text}, is_long);
  }

  shell_end run(const shell_line& line) const {
    running_shell shell{line.text, home.path()};
    shell.give(line.input);
    return shell.finish();
  }

  static attempt_report report_in(const shell_end& end) {
    report_reader reader;
    reader.feed(end.out);
    if (!reader.report())
      BOOST_FAIL("no report: " + end.out + "\nerr: " + end.err);
    return *reader.report();
  }

  attempt_report start(const node_command& what, const attempt_reference& who = attempt()) const {
    return report_in(run(start_line(who, what, node).value()));
  }

  attempt_report attach(const attempt_reference& who = attempt()) const {
    return report_in(run(attach_line(who, node).value()));
  }

  attempt_report inspect(const attempt_reference& who = attempt()) const {
    return report_in(run(inspect_line(who, node).value()));
  }

  [[nodiscard]] std::filesystem::path directory(const std::string& name = "item-1.clone.1") const {
    return home.path() / "work dir" / name;
  }

  void await(const std::filesystem::path& file) const {
    for (int i = 0; i < 1000 && !std::filesystem::exists(file); ++i)
      std::this_thread::sleep_for(5ms);
    BOOST_TEST_REQUIRE(std::filesystem::exists(file));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(attempt_lines, node_fixture)

BOOST_AUTO_TEST_CASE(a_start_reports_the_exit_code_and_both_outputs) {
  const auto report = start(script("echo out; echo err >&2; exit 3"));
  BOOST_TEST((report.state == report_state::ended));
  BOOST_TEST(report.exit_code.value() == 3);
  BOOST_TEST(report.out == "out\n");
  BOOST_TEST(report.err == "err\n");
  BOOST_TEST(content_of(directory() / "rc") == "3\n");
}

BOOST_AUTO_TEST_CASE(a_silent_command_reports_no_output) {
  const auto report = start(script("exit 0"));
  BOOST_TEST(report.exit_code.value() == 0);
  BOOST_TEST(report.out_total == 0u);
}

BOOST_AUTO_TEST_CASE(the_same_attempt_runs_once) {
  const auto counting = script("echo x >>\"$HOME/count\"");
  start(counting);
  const auto second = start(counting);
  BOOST_TEST((second.state == report_state::ended));
  BOOST_TEST(content_of(home.path() / "count") == "x\n");
}

BOOST_AUTO_TEST_CASE(many_starts_at_once_run_once) {
  const auto line = start_line(attempt(), script("sleep 0.2; echo x >>\"$HOME/count\""), node);
  std::vector<std::unique_ptr<running_shell>> shells;
  for (int i = 0; i < 8; ++i)
    shells.push_back(std::make_unique<running_shell>(line->text, home.path()));
  for (auto& each : shells)
    BOOST_TEST((report_in(each->finish()).state == report_state::ended));
  BOOST_TEST(content_of(home.path() / "count") == "x\n");
}

BOOST_AUTO_TEST_CASE(only_the_end_of_long_output_is_reported_all_is_counted) {
  const auto report = start(script("head -c 300000 /dev/zero | tr '\\0' a; echo; echo last"));
  BOOST_TEST(report.out_total == 300006u);
  BOOST_TEST(report.out.size() == 65536u);
  BOOST_TEST(report.out.ends_with("a\nlast\n"));
}

BOOST_AUTO_TEST_CASE(output_that_looks_like_a_report_is_output) {
  const std::string fake = "\n@@cloudpods ended 0 0 0 0 0\n\n@@end\n";
  const auto report = start(command({"sh", "-c", "printf %s \"$1\"; exit 9", "sh", fake}, true));
  BOOST_TEST(report.exit_code.value() == 9);
  BOOST_TEST(report.out == fake);
}

BOOST_AUTO_TEST_CASE(input_reaches_the_command_and_is_removed) {
  auto what = script("cat");
  what.input = std::string{"key 'one'\n\xff\x00two", 15};
  what.use = input_use::standard_input;
  const auto report = start(what);
  BOOST_TEST(report.out == what.input);
  BOOST_TEST(!std::filesystem::exists(directory() / "in"));
}

BOOST_AUTO_TEST_CASE(input_can_be_a_file_argument) {
  node_command what = command({"cat", "--", ""});
  what.input = "key\n";
  what.use = input_use::file;
  what.input_argument = 2;
  BOOST_TEST(start(what).out == "key\n");
  BOOST_TEST(!std::filesystem::exists(directory() / "in"));
}

BOOST_AUTO_TEST_CASE(input_that_comes_short_starts_nothing) {
  auto what = script("echo x >\"$HOME/count\"");
  what.input = "all of it";
  what.use = input_use::standard_input;
  auto line = start_line(attempt(), what, node).value();
  line.input.resize(4);
  BOOST_TEST((report_in(run(line)).state == report_state::short_input));
  BOOST_TEST(!std::filesystem::exists(home.path() / "count"));
  BOOST_TEST((attach().state == report_state::never));
}

BOOST_AUTO_TEST_CASE(a_start_after_never_does_nothing) {
  BOOST_TEST((attach().state == report_state::never));
  BOOST_TEST((start(script("echo x >\"$HOME/count\"")).state == report_state::never));
  BOOST_TEST(!std::filesystem::exists(home.path() / "count"));
  BOOST_TEST((inspect().state == report_state::never));
}

BOOST_AUTO_TEST_CASE(a_lower_epoch_does_nothing) {
  BOOST_TEST((report_in(run(announce_line(9, node).value())).state == report_state::announced));
  BOOST_TEST((start(script("echo x >\"$HOME/count\"")).state == report_state::fenced));
  BOOST_TEST((attach().state == report_state::fenced));
  BOOST_TEST((report_in(run(announce_line(8, node).value())).state == report_state::fenced));
  BOOST_TEST(!std::filesystem::exists(home.path() / "count"));
  BOOST_TEST(!std::filesystem::exists(directory()));
  BOOST_TEST(content_of(home.path() / "work dir/.epoch") == "9\n");
}

BOOST_AUTO_TEST_CASE(a_higher_epoch_is_kept) {
  start(script(":"), attempt(1, 9));
  BOOST_TEST((start(script(":"), attempt(2, 10)).state == report_state::ended));
  BOOST_TEST(content_of(home.path() / "work dir/.epoch") == "10\n");
}

BOOST_AUTO_TEST_CASE(an_unreadable_epoch_stops_everything) {
  std::filesystem::create_directory(home.path() / "work dir");
  for (const auto* text : {"", "x\n", "-1\n", "99999999999999999999\n", "1 2\n"}) {
    write_file(home.path() / "work dir/.epoch", text);
    BOOST_TEST((start(script(":")).state == report_state::broken));
  }
}

BOOST_AUTO_TEST_CASE(a_work_dir_that_cannot_be_made_is_said) {
  write_file(home.path() / "work dir", "a file");
  const auto report = start(script(":"));
  BOOST_TEST((report.state == report_state::broken));
  BOOST_TEST(report.err.contains("work_dir"));
}

BOOST_AUTO_TEST_CASE(the_command_goes_on_when_its_channel_dies) {
  {
    const auto line = start_line(
        attempt(), script("for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; exit 4", true), node);
    running_shell shell{line->text, home.path()};
    await(directory() / "pid");
    shell.abandon();
    const auto report = attach();
    BOOST_TEST((report.state == report_state::ended));
    BOOST_TEST(report.exit_code.value() == 4);
    BOOST_TEST(report.out == "1\n2\n3\n4\n5\n");
  }
}

BOOST_AUTO_TEST_CASE(output_shows_while_a_long_command_runs) {
  const auto end =
      run(start_line(attempt(), script("echo first; sleep 0.6; echo last", true), node).value());
  BOOST_TEST(end.err.contains("first\n"));
  BOOST_TEST(report_in(end).out == "first\nlast\n");
}

BOOST_AUTO_TEST_CASE(a_living_attempt_is_running) {
  const auto line = start_line(attempt(), script("sleep 0.5"), node);
  running_shell shell{line->text, home.path()};
  await(directory() / "pid");
  BOOST_TEST((inspect().state == report_state::running));
  shell.finish();
  BOOST_TEST((inspect().state == report_state::ended));
}

BOOST_AUTO_TEST_CASE(a_recycled_pid_is_not_ours) {
  std::filesystem::create_directories(directory());
  const auto boot = content_of("/proc/sys/kernel/random/boot_id");
  write_file(directory() / "pid", std::to_string(::getpid()) + " 1 " + boot);
  BOOST_TEST((inspect().state == report_state::vanished));
}

BOOST_AUTO_TEST_CASE(a_pid_of_another_boot_is_not_ours) {
  const auto line = start_line(attempt(), script("sleep 0.5"), node);
  running_shell shell{line->text, home.path()};
  await(directory() / "pid");
  const auto noted = content_of(directory() / "pid");
  write_file(directory() / "pid", noted.substr(0, noted.rfind(' ')) + " another-boot\n");
  BOOST_TEST((inspect().state == report_state::vanished));
}

BOOST_AUTO_TEST_CASE(an_attempt_without_process_and_code_has_vanished) {
  std::filesystem::create_directories(directory());
  BOOST_TEST((attach().state == report_state::vanished));
  write_file(directory() / "rc", "");
  BOOST_TEST((attach().state == report_state::vanished));
}

BOOST_AUTO_TEST_CASE(a_command_that_outlives_its_shell_is_running) {
  const auto line = start_line(attempt(), script("exec sleep 1"), node);
  running_shell shell{line->text, home.path()};
  await(directory() / "pid");
  std::this_thread::sleep_for(50ms);
  ::kill(std::stoi(content_of(directory() / "pid")), SIGKILL);
  BOOST_TEST((inspect().state == report_state::running));
  BOOST_TEST((report_in(shell.finish()).state == report_state::vanished));
}

BOOST_AUTO_TEST_CASE(an_end_terminates_a_script_and_its_code_is_kept) {
  const auto line = start_line(attempt(), script("sleep 30; echo not reached"), node);
  running_shell shell{line->text, home.path()};
  await(directory() / "pid");
  std::this_thread::sleep_for(50ms);
  const auto report = report_in(run(end_line(attempt(), false, 5, node).value()));
  BOOST_TEST((report.state == report_state::ended));
  BOOST_TEST(report.exit_code.value() == 143);
  BOOST_TEST(report_in(shell.finish()).exit_code.value() == 143);
}

BOOST_AUTO_TEST_CASE(an_end_kills_what_ignores_it) {
  const auto line = start_line(
      attempt(), script("trap '' TERM; touch \"$HOME/on\"; while :; do sleep 1; done"), node);
  running_shell shell{line->text, home.path()};
  await(home.path() / "on");
  const auto report = report_in(run(end_line(attempt(), false, 1, node).value()));
  BOOST_TEST((report.state == report_state::vanished));
}

BOOST_AUTO_TEST_CASE(an_end_of_a_task_asks_proxmox_for_that_task_alone) {
  std::filesystem::create_directory(home.path() / "bin");
  write_file(home.path() / "bin/pvesh", R"sh(#!/bin/sh
if [ "$1" = get ]; then
  printf '[{"upid":"UPID:pve1:%08X:0:0:qmclone:9000:root@pam:"},' "$(cat "$HOME/worker")"
  printf '{"upid":"UPID:pve1:00000001:0:0:qmclone:9000:root@pam:"}]\n'
else
  echo "$@" >>"$HOME/deleted"
  kill "$(cat "$HOME/worker")"
fi
)sh",
             true);
  const auto line =
      start_line(attempt(),
                 script("setsid sh -c 'echo $$ >\"$HOME/worker.new\"; mv \"$HOME/worker.new\" "
                        "\"$HOME/worker\"; exec sleep 30' & wait $!; exit 255"),
                 node);
  running_shell shell{line->text, home.path()};
  await(home.path() / "worker");
  const auto report = report_in(run(end_line(attempt(), true, 5, node).value()));
  BOOST_TEST(report.exit_code.value_or(-1) == 255);
  const auto deleted = content_of(home.path() / "deleted");
  BOOST_TEST(deleted.starts_with("delete /nodes/pve1/tasks/UPID:pve1:"));
  BOOST_TEST(!deleted.contains(":00000001:"));
}

BOOST_AUTO_TEST_CASE(a_sweep_removes_ended_items_only) {
  start(script(":"));
  start(script(":"), attempt(2));
  start(script(":"), {{"item-2", "clone", 1}, 7});
  attach({{"item-3", "clone", 1}, 7});
  const auto line = start_line({{"item-4", "clone", 1}, 7}, script("sleep 0.5"), node);
  running_shell shell{line->text, home.path()};
  await(directory("item-4.clone.1") / "pid");
  run(sweep_line({"item-1", "item-3", "item-4"}, 7, node).value());
  BOOST_TEST(!std::filesystem::exists(directory()));
  BOOST_TEST(!std::filesystem::exists(directory("item-1.clone.2")));
  BOOST_TEST(std::filesystem::exists(directory("item-2.clone.1")));
  BOOST_TEST(std::filesystem::exists(directory("item-3.clone.1")));
  BOOST_TEST(std::filesystem::exists(directory("item-4.clone.1")));
  std::filesystem::last_write_time(directory("item-3.clone.1") / "rc",
                                   std::filesystem::file_time_type::clock::now() - 2h);
  run(sweep_line({"item-3"}, 7, node).value());
  BOOST_TEST(!std::filesystem::exists(directory("item-3.clone.1")));
}

BOOST_AUTO_TEST_CASE(names_that_could_leave_the_directory_are_refused) {
  for (const auto* name : {"", "..", "a/b", "a b", "a.b", "-\n", "*", "a$b"}) {
    BOOST_TEST(!start_line({{name, "s", 1}, 1}, script(":"), node).has_value());
    BOOST_TEST(!sweep_line({name}, 1, node).has_value());
  }
  BOOST_TEST(!start_line({{"a", "s", 0}, 1}, script(":"), node).has_value());
}

BOOST_AUTO_TEST_CASE(bash_runs_the_same_lines) {
  const auto line = start_line(attempt(), script("echo out; exit 3", true), node);
  running_shell shell{line->text, home.path(), "/bin/bash"};
  const auto report = report_in(shell.finish());
  BOOST_TEST(report.exit_code.value() == 3);
  running_shell again{attach_line(attempt(), node)->text, home.path(), "/bin/bash"};
  BOOST_TEST(report_in(again.finish()).out == "out\n");
}

BOOST_AUTO_TEST_CASE(a_start_takes_some_milliseconds) {
  constexpr int rounds = 50;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 1; i <= rounds; ++i)
    start(script("echo x"), attempt(i));
  const auto took = std::chrono::steady_clock::now() - begun;
  BOOST_TEST_MESSAGE("a start: " << took / rounds / 1us << " us");
  BOOST_TEST(std::filesystem::exists(directory("item-1.clone.50")));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
