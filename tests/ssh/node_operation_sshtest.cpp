#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "ssh/node_operation_fixture.hpp"
#include "ssh/progress.hpp"

namespace cloudpods::ssh::test {

BOOST_FIXTURE_TEST_SUITE(node_operations, node_fixture)

BOOST_AUTO_TEST_CASE(a_vm_is_made_read_and_removed) {
  succeed(clone(101));
  domain::configure_vm set{101, 2, 2048, "ubuntu", {}, {}, mark, ""};
  set.ssh_keys = {
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFP8/RAlYu0uXyYHQjPZbvPNYyBRGnv9iBxvzfjQzYUu a"};
  set.address = domain::static_address{"10.1.10.91", 24, "10.1.10.1", "10.1.10.2"};
  succeed(set);
  succeed(domain::resize_vm_disk{101, "scsi0", 20});
  succeed(domain::start_guest{domain::guest_kind::vm, 101});
  succeed(domain::start_guest{domain::guest_kind::vm, 101});
  const auto facts =
      ask<domain::guest_facts>(domain::read_guest{domain::guest_kind::vm, 101, "scsi0"});
  BOOST_TEST(facts.exists);
  BOOST_TEST((facts.owner(mark) == domain::ownership::ours));
  BOOST_TEST(facts.cores == 2);
  BOOST_TEST(facts.memory_mb == 2048);
  BOOST_TEST(facts.disk_gb.value() == 20);
  BOOST_TEST(facts.status == "running");
  BOOST_TEST(!ask<domain::volume_list>(domain::list_volumes{101}).volumes.empty());
  succeed(destroy(101));
  BOOST_TEST(!sim.guest(101).has_value());
  BOOST_TEST(ask<domain::volume_list>(domain::list_volumes{101}).volumes.empty());
  BOOST_TEST(!ask<domain::guest_facts>(domain::read_guest{domain::guest_kind::vm, 101, ""}).exists);
}

BOOST_AUTO_TEST_CASE(a_container_is_made_by_its_script_and_marked) {
  const auto script = (sim.root() / "bin/cloudpod-create.sh").string();
  const auto made = succeed(domain::create_container{
      102, {script, "--vmid", "102", "--host", "web", "--ip", "10.1.10.77", "--tenant", "t"}});
  BOOST_TEST(made.address.value() == "10.1.10.77");
  succeed(domain::mark_container{102, mark});
  succeed(domain::join_pool{102, "ClientPods"});
  succeed(domain::join_pool{102, "ClientPods"});
  succeed(domain::resize_container{102, {"pct", "resize", "102", "rootfs", "12G"}});
  succeed(domain::resize_container{102, {"pct", "resize", "102", "rootfs", "12G"}});
  const auto facts = ask<domain::guest_facts>(domain::read_guest{domain::guest_kind::ct, 102, ""});
  BOOST_TEST((facts.owner(mark) == domain::ownership::ours));
  BOOST_TEST(facts.disk_gb.value() == 12);
  const auto removal = (sim.root() / "bin/cloudpod-destroy.sh").string();
  succeed(domain::destroy_guest{domain::guest_kind::ct,
                                102,
                                mark,
                                false,
                                {removal, "--vmid", "102", "--tenant", "t", "--force"}});
  BOOST_TEST(!sim.guest(102).has_value());
}

BOOST_AUTO_TEST_CASE(the_cluster_is_listed_and_the_node_measured) {
  succeed(clone(101));
  const auto list = ask<domain::guest_list>(domain::list_guests{});
  BOOST_TEST_REQUIRE(list.find(101) != nullptr);
  BOOST_TEST(list.find(101)->node == "pve1");
  BOOST_TEST(list.find(9100)->is_template);
  const auto capacity = ask<domain::node_capacity>(domain::read_capacity{});
  BOOST_TEST(capacity.memory_total_mb > 0);
  BOOST_TEST(capacity.cpus > 0);
  BOOST_TEST(!capacity.storages.empty());
}

BOOST_AUTO_TEST_CASE(what_sudo_allows_is_told) {
  BOOST_TEST(ask<domain::sudo_rights>(domain::read_sudo_rights{}).all);
  sim.restrict_sudo({"qm *", "pvesh get *"});
  const auto rights = ask<domain::sudo_rights>(domain::read_sudo_rights{});
  BOOST_TEST(!rights.all);
  BOOST_TEST(rights.commands.size() == 2u);
}

BOOST_AUTO_TEST_CASE(directories_of_attempts_are_listed_by_age) {
  run(start_line({{"q-1", "clone", 1}, 1}, clone(101), node).value());
  const auto young = ask<domain::attempt_list>(domain::list_attempts{60});
  BOOST_TEST(young.items.empty());
  const auto aged = sim.ssh("cd && touch -d '2 hours ago' .cloudpods/q-1.clone.1");
  BOOST_TEST(aged.code == 0, aged.err);
  BOOST_TEST(!ask<domain::attempt_list>(domain::list_attempts{60}).items.empty());
}

BOOST_AUTO_TEST_CASE(a_taken_vmid_is_told_from_other_failures) {
  succeed(clone(101));
  BOOST_TEST((fail(clone(101)) == failure_class::vmid_taken));
  auto what = clone(103);
  what.storage = domain::storage_name{"nowhere"};
  BOOST_TEST((fail(what) == failure_class::permanent));
}

BOOST_AUTO_TEST_CASE(a_guest_of_another_is_not_destroyed) {
  auto theirs = clone(101);
  theirs.mark = other;
  succeed(theirs);
  BOOST_TEST((fail(destroy(101)) == failure_class::not_ours));
  BOOST_TEST((fail(destroy(101, true)) == failure_class::not_ours));
  BOOST_TEST(sim.guest(101).has_value());
  set_config(101, "tags", "cloudpods;pod-1");
  succeed(destroy(101));
}

BOOST_AUTO_TEST_CASE(an_unmarked_guest_is_destroyed_only_where_it_must_be_ours) {
  succeed(clone(101));
  set_config(101, "description", "somebody's");
  BOOST_TEST((fail(destroy(101)) == failure_class::unmarked));
  BOOST_TEST(sim.guest(101).has_value());
  succeed(destroy(101, true));
  BOOST_TEST(!sim.guest(101).has_value());
}

BOOST_AUTO_TEST_CASE(a_guest_that_is_not_there_is_destroyed) {
  succeed(destroy(101));
  BOOST_TEST(sim.guest(9100).has_value());
}

BOOST_AUTO_TEST_CASE(a_running_guest_is_stopped_and_destroyed) {
  succeed(clone(101));
  succeed(domain::start_guest{domain::guest_kind::vm, 101});
  succeed(destroy(101));
  BOOST_TEST(!sim.guest(101).has_value());
}

BOOST_AUTO_TEST_CASE(a_stale_lock_does_not_save_a_guest_of_ours) {
  for (const auto* lock : {"clone", "destroyed", "backup", "snapshot"}) {
    succeed(clone(101));
    lock_guest(101, lock);
    succeed(destroy(101));
    BOOST_TEST(!sim.guest(101).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_guest_that_migrates_is_busy) {
  succeed(clone(101));
  lock_guest(101, "migrate");
  BOOST_TEST((fail(destroy(101)) == failure_class::busy));
  BOOST_TEST(sim.guest(101).has_value());
}

BOOST_AUTO_TEST_CASE(a_clone_that_lives_makes_its_guest_busy) {
  sim.set_latency("qm clone*", 3s);
  const domain::operation what = clone(101);
  std::optional<exec_result> cloning;
  const auto line = start_line(next_attempt(), what, node).value();
  connection->run({line.text, line.input, 20s, kept_of_report}, {},
                  [&](exec_result done) { cloning = std::move(done); });
  run_until([&] { return sim.guest(101).has_value(); });
  BOOST_TEST((fail(destroy(101, true)) == failure_class::busy));
  run_until([&] { return cloning.has_value(); });
  BOOST_TEST(std::holds_alternative<domain::succeeded>(outcome_of(what, *cloning)));
}

BOOST_AUTO_TEST_CASE(sudo_that_refuses_touches_nothing) {
  sim.restrict_sudo({"qm config *"});
  BOOST_TEST((fail(clone(101)) == failure_class::permanent));
  BOOST_TEST(!sim.guest(101).has_value());
}

BOOST_AUTO_TEST_CASE(addresses_enter_the_ipam_file_once) {
  const auto file = (sim.root() / "ipam.txt").string();
  for (const auto* address : {"10.1.10.5", "10.1.10.55", "10.1.10.5"})
    succeed(domain::register_address{file, address});
  BOOST_TEST((sim.ipam() == std::vector<std::string>{"10.1.10.5", "10.1.10.55"}));
  succeed(domain::release_address{file, "10.1.10.5"});
  succeed(domain::release_address{file, "10.1.10.5"});
  BOOST_TEST((sim.ipam() == std::vector<std::string>{"10.1.10.55"}));
  succeed(domain::release_address{file, "10.1.10.55"});
  BOOST_TEST(sim.ipam().empty());
  BOOST_TEST(std::filesystem::exists(file));
}

BOOST_AUTO_TEST_CASE(snippets_are_written_and_removed) {
  const domain::storage_name local{"local"};
  const std::string content = "#cloud-config\nwrite: '$(touch x)'\n";
  succeed(domain::write_snippet{local, "pod-1.yaml", content});
  const auto path = sim.run({"pvesm", "path", "local:snippets/pod-1.yaml"}).out;
  const auto file = path.substr(0, path.find('\n'));
  BOOST_TEST(std::filesystem::file_size(file) == content.size());
  succeed(domain::remove_snippet{local, "pod-1.yaml"});
  succeed(domain::remove_snippet{local, "pod-1.yaml"});
  BOOST_TEST(!std::filesystem::exists(file));
}

BOOST_AUTO_TEST_CASE(noise_changes_no_outcome) {
  for (const auto* kind : {"locale", "banner", "crlf"}) {
    sim.add_fault({.pattern = "*", .kind = kind, .times = -1});
    succeed(clone(101));
    BOOST_TEST(
        ask<domain::guest_facts>(domain::read_guest{domain::guest_kind::vm, 101, ""}).exists);
    BOOST_TEST(ask<domain::guest_list>(domain::list_guests{}).find(101) != nullptr);
    succeed(destroy(101));
    BOOST_TEST(!sim.guest(101).has_value());
    sim.clear_faults();
  }
}

BOOST_AUTO_TEST_CASE(a_clone_outlives_its_connection_and_is_learned_of_by_attaching) {
  sim.set_latency("qm clone*", 1500ms);
  const auto attempt = next_attempt();
  const domain::operation what = clone(101);
  const auto line = start_line(attempt, what, node).value();
  std::optional<exec_result> result;
  connection->run({line.text, line.input, 20s, kept_of_report}, {},
                  [&](exec_result done) { result = std::move(done); });
  run_until([&] { return sim.guest(101).has_value(); });
  sim.kill_connections();
  run_until([&] { return result.has_value(); });
  BOOST_TEST(std::holds_alternative<domain::unknown>(outcome_of(what, *result)));
  const auto attached = run(attach_line(attempt, node).value());
  BOOST_TEST(std::holds_alternative<domain::succeeded>(outcome_of(what, attached)));
  const auto again = run(line);
  BOOST_TEST(std::holds_alternative<domain::succeeded>(outcome_of(what, again)));
  const auto is_clone = [](const auto& each) { return each.line().contains("qm clone"); };
  BOOST_TEST(std::ranges::count_if(sim.trace(), is_clone) <= 2); // sudo's line and qm's own
}

BOOST_AUTO_TEST_CASE(a_clone_shows_its_progress) {
  sim.set_latency("qm clone*", 2s);
  const auto line = start_line(next_attempt(), clone(101), node).value();
  progress_reader reader;
  std::vector<int> percents;
  std::optional<exec_result> result;
  connection->run(
      {line.text, line.input, 20s, kept_of_report},
      [&](stream from, std::string_view bytes) {
        if (from != stream::err)
          return;
        const auto news = reader.feed(bytes);
        if (news && news->percent)
          percents.push_back(*news->percent);
      },
      [&](exec_result done) { result = std::move(done); });
  run_until([&] { return result.has_value(); });
  BOOST_TEST(percents.size() >= 2u);
  BOOST_TEST(std::ranges::is_sorted(percents));
}

BOOST_AUTO_TEST_CASE(a_task_past_its_time_is_ended_on_the_node) {
  sim.set_latency("qm clone*", 60s);
  const auto attempt = next_attempt();
  const domain::operation what = clone(101);
  const auto line = start_line(attempt, what, node).value();
  std::optional<exec_result> result;
  connection->run({line.text, line.input, 20s, kept_of_report}, {},
                  [&](exec_result done) { result = std::move(done); });
  run_until([&] { return sim.guest(101).has_value(); });
  const auto report = report_of(run(end_line(attempt, is_proxmox_task(what), 5, node).value()));
  BOOST_TEST_REQUIRE(report.has_value());
  BOOST_TEST((report->state == report_state::ended));
  BOOST_TEST(report->exit_code.value_or(0) != 0);
  run_until([&] { return result.has_value(); });
}

BOOST_AUTO_TEST_CASE(a_restarted_sshd_is_found_again_and_a_changed_key_is_not) {
  succeed(clone(101));
  sim.kill_connections();
  sim.restart_sshd();
  succeed(destroy(101));
  sim.kill_connections();
  sim.restart_sshd(support::simulated_node::host_key::change);
  const auto result = run(shell_line{"true", {}});
  BOOST_TEST((result.fault == transport_fault::host_key_refused || result.maybe_begun));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
