#include "actors/node_stage.hpp"

// What a node's actor does beside leases and requests: its circuit, drains, sweeps, what it tells
// an operator, and what it remembers.

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;

namespace {

const std::set<std::string> plain{"node"};

struct care_stage : node_stage {
  static query_reply failure(domain::failure_class why) {
    return {std::unexpected{domain::failed{why, "no route", {}}}};
  }
  /// So many pods' queries fail, two seconds apart.
  void fail(int times, domain::failure_class why = domain::failure_class::transient) {
    for (int i = 0; i < times; ++i) {
      work->answers.push_back(failure(why));
      query("pod-" + std::to_string(i));
      pass(2s, 1s);
    }
  }
  std::shared_ptr<std::optional<node_reply>> drain(bool drained) {
    return ask<node_reply>(node, set_drained{drained, {}});
  }
  bool holds_vmid(domain::vmid guest) {
    domain::placement_request wanted;
    wanted.candidates = {domain::node_name{"pve1"}};
    const auto reply = ask<place_reply>(allocator, hold_place{domain::pod_id{"pod-v"}, wanted});
    return (*reply)->value.has_value() && (*reply)->value->guest == guest;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(care_for_a_node, care_stage)

// Contract 11: a node that keeps failing opens a circuit; its items wait.
BOOST_AUTO_TEST_CASE(requests_that_keep_failing_open_the_circuit_and_what_comes_waits) {
  connect(0, true);
  open();
  work->broken = true;
  fail(5);
  BOOST_REQUIRE(log->count("node.circuit_opened") == 1);
  BOOST_TEST(std::get<domain::node_circuit_opened>(log->events.back().payload).failures == 5);
  BOOST_TEST(std::get<domain::node_circuit_opened>(log->events.back().payload).message ==
             "no route");
  const auto late = query();
  const auto pod = new_holder();
  acquire(pod, 7, plain);
  BOOST_TEST(!late->has_value());
  BOOST_TEST(pod.last() == "waits node:pve1");
  BOOST_TEST((view().circuit == domain::circuit_state::open));
}

BOOST_AUTO_TEST_CASE(a_probe_that_works_lets_all_go_on) {
  connect(0, true);
  open();
  work->broken = true;
  fail(5);
  const auto late = query();
  const auto pod = new_holder();
  acquire(pod, 7, plain);
  pass(20s, 1s);
  BOOST_TEST(!late->has_value());
  work->broken = false;
  pass(40s, 1s);
  BOOST_TEST(late->has_value());
  BOOST_TEST(pod.last() == "node");
  BOOST_TEST(log->count("node.circuit_opened") == 1);
  BOOST_TEST(log->count("node.circuit_closed") == 1);
  BOOST_TEST((view().circuit == domain::circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(busy_and_permanent_failures_do_not_open_the_circuit) {
  connect(0, true);
  fail(10, domain::failure_class::busy);
  fail(10, domain::failure_class::permanent);
  BOOST_TEST(log->events.empty());
}

BOOST_AUTO_TEST_CASE(what_was_told_of_the_node_is_not_told_again_after_a_restart) {
  restart({true, true, true, {}});
  pass(20s, 1s);
  BOOST_TEST(log->events.empty());
  BOOST_TEST(view().drained);
  BOOST_TEST((view().circuit == domain::circuit_state::open));
  connect(0, true);
  pass(2s, 1s);
  BOOST_TEST(log->count("node.reachable") == 1);
  BOOST_TEST(log->count("node.circuit_closed") == 1);
  BOOST_TEST(log->events.size() == 2U);
}

// Contract 8: drain and resume.
BOOST_AUTO_TEST_CASE(a_drain_is_durable_before_it_is_answered_and_said_once) {
  log->mute = true;
  const auto first = drain(true);
  const auto second = drain(true);
  BOOST_TEST(!first->has_value());
  log->mute = false;
  caf::anon_send(writer, flush_log{});
  run();
  BOOST_TEST((*first)->value->drained);
  BOOST_TEST((*second)->value->drained);
  BOOST_TEST(log->count("node.drained") == 1);
  BOOST_TEST(!(*drain(false))->value->drained);
  BOOST_TEST(log->count("node.resumed") == 1);
  BOOST_TEST(log->events.back().stream == "node:pve1");
}

BOOST_AUTO_TEST_CASE(a_drain_that_the_log_refuses_is_none) {
  log->refusal = domain::problem{domain::problem_code::store_unavailable, "away"};
  BOOST_TEST(!(*drain(true))->value.has_value());
  BOOST_TEST(!view().drained);
  log->refusal.reset();
  BOOST_TEST((*drain(true))->value->drained);
}

BOOST_AUTO_TEST_CASE(a_drained_node_gets_no_new_pods_but_goes_on_with_what_it_has) {
  connect(0, true);
  open();
  BOOST_TEST(holds_vmid(100000));
  drain(true);
  BOOST_TEST(!holds_vmid(100000));
  const auto pod = new_holder();
  acquire(pod, 1, plain);
  BOOST_TEST(pod.last() == "node");
}

// Contract 14: a new writer writes its epoch to a node before it resolves anything there.
BOOST_AUTO_TEST_CASE(nothing_is_asked_before_the_epoch_is_announced) {
  work->announcement = {announcement::failed, "disk full"};
  const auto early = query();
  connect(0, true);
  BOOST_TEST(work->announced == 1);
  BOOST_TEST(!early->has_value());
  BOOST_TEST(!view().reachable);
  BOOST_TEST(view().message == "disk full");
  work->announcement = {announcement::done, {}};
  pass(1s, 1s);
  BOOST_TEST(work->announced == 2);
  BOOST_TEST(early->has_value());
}

BOOST_AUTO_TEST_CASE(a_node_that_has_seen_a_newer_writer_ends_this_one) {
  std::string why;
  engine->give_up = [&](const std::string& said) { why = said; };
  work->announcement = {announcement::fenced, {}};
  connect(0, true);
  BOOST_TEST(!why.empty());
}

BOOST_AUTO_TEST_CASE(an_epoch_that_rose_under_way_is_announced_again) {
  work->announcement = {announcement::fenced, {}};
  work->epoch_rises = engine->epoch;
  connect(0, true);
  BOOST_TEST(!view().reachable);
  work->announcement = {announcement::done, {}};
  pass(1s, 1s);
  BOOST_TEST(view().reachable);
}

BOOST_AUTO_TEST_CASE(directories_that_an_earlier_daemon_left_are_swept_where_their_item_has_ended) {
  work->attempts = {domain::item_id{"q-old"}, domain::item_id{"q-open"}};
  reads->ended = {domain::item_id{"q-old"}};
  connect(0, true);
  pass(40s, 1s);
  BOOST_REQUIRE(work->swept.size() == 1U);
  BOOST_TEST(work->swept[0].value == "q-old");
}

BOOST_AUTO_TEST_CASE(a_vmid_that_the_node_lists_is_not_given_away) {
  work->guests = {{100000, domain::guest_kind::vm, "pve2", "theirs", {}, {}, false}};
  connect(0, true);
  pass(2s, 1s);
  BOOST_TEST(!holds_vmid(100000));
  work->guests.clear();
  pass(6min, 1s);
  offers->vmids = {100000, 100000};
  BOOST_TEST(holds_vmid(100000));
}

BOOST_AUTO_TEST_CASE(an_operator_sees_what_it_has_and_what_waits) {
  connect(0, true);
  open();
  pass(2s, 1s);
  std::vector<holder> pods;
  for (int i = 0; i < 3; ++i) {
    pods.push_back(new_holder());
    acquire(pods.back(), i, plain);
  }
  const auto seen = view();
  BOOST_TEST(seen.reachable);
  BOOST_TEST(seen.busy == 2);
  BOOST_TEST(seen.waiting == 1);
  BOOST_TEST(seen.capacity->cpus == 16);
  BOOST_TEST(seen.sudo->commands.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
