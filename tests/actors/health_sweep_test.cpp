#include "actors/health_sweep.hpp"

#include "actors/fake_upkeep.hpp"
#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using domain::health_status;

namespace {

constexpr std::chrono::seconds interval{60};

struct sweep_stage : engine_stage {
  std::shared_ptr<upkeep_script> store = std::make_shared<upkeep_script>();
  std::shared_ptr<node_script> second = std::make_shared<node_script>();
  domain::pod_id id;

  sweep_stage() {
    second->name = "pve2";
    const auto host = spawn_fake_node(system(), second);
    ends_with_stage(host);
    handles->nodes.emplace(domain::node_name{"pve2"}, host);
    id = accepted_in(place()).pod->pod.id;
    const auto asked = spawn_fake_upkeep(system(), store);
    ends_with_stage(asked);
    ends_with_stage(spawn_health_sweep(system(), engine, handles, asked, directory, interval));
    watch();
  }

  /// The store as it is by now.
  void watch() { store->watched = {pod(id)->pod}; }
  void sweep() {
    store->checked.clear();
    node->queries = node->lists = 0;
    pass(interval, std::chrono::seconds{1});
  }
  fake_guest& guest() { return node->guests.at(pod(id)->pod.order.guest); }
  health_status health() { return pod(id)->pod.health->reading.status; }
  std::size_t checked() const {
    std::size_t count = 0;
    for (const auto& each : store->checked)
      count += each.pods.size();
    return count;
  }
};

} // namespace

// Contract 17.
BOOST_FIXTURE_TEST_SUITE(sweep_of_health, sweep_stage)

BOOST_AUTO_TEST_CASE(only_a_change_is_an_event_and_every_look_is_noted) {
  sweep();
  BOOST_TEST((health() == health_status::ok));
  BOOST_TEST(log->count("pod.health_changed") == 1);
  BOOST_TEST((log->events.back().actor.kind == domain::actor_kind::system));
  BOOST_TEST(checked() == 1U);
  watch();
  sweep();
  BOOST_TEST(log->count("pod.health_changed") == 1);
  BOOST_TEST(checked() == 1U);
  BOOST_TEST((store->checked.front().at == now));
  BOOST_TEST(log->count("job.queued") == 1);
}

BOOST_AUTO_TEST_CASE(a_machine_that_does_as_before_is_not_asked_itself) {
  sweep();
  watch();
  sweep();
  BOOST_TEST(node->lists == 1);
  BOOST_TEST(node->queries == 1);
}

BOOST_AUTO_TEST_CASE(a_guest_that_stopped_by_itself_is_critical) {
  sweep();
  watch();
  guest().running = false;
  sweep();
  BOOST_TEST((health() == health_status::critical));
}

BOOST_AUTO_TEST_CASE(a_guest_that_was_stopped_on_purpose_is_not) {
  accepted_in(act(id, domain::item_action::stop));
  watch();
  sweep();
  BOOST_TEST((health() == health_status::ok));
  BOOST_TEST((pod(id)->pod.health->reading.power == domain::power_state::stopped));
}

BOOST_AUTO_TEST_CASE(of_a_node_that_does_not_answer_nothing_is_concluded) {
  sweep();
  watch();
  guest().running = false;
  node->reachable = false;
  sweep();
  BOOST_TEST((health() == health_status::ok));
  BOOST_TEST(checked() == 0U);
  BOOST_TEST(node->queries == 0);
}

BOOST_AUTO_TEST_CASE(a_guest_that_no_list_has_is_left_as_it_is_known) {
  sweep();
  watch();
  node->guests.clear();
  sweep();
  BOOST_TEST((health() == health_status::ok));
  BOOST_TEST(checked() == 0U);
}

BOOST_AUTO_TEST_CASE(a_cluster_is_listed_once) {
  auto other = store->watched.front();
  other.id = domain::pod_id{"pod-zzz"};
  other.order.node = domain::node_name{"pve2"};
  other.order.guest = 100150;
  other.health = domain::pod_health{};
  other.health->reading.status = health_status::ok;
  other.health->reading.power = domain::power_state::running;
  other.health->reading.reachable = true;
  store->watched.push_back(other);
  node->guests[100150] = {{}, true, "pve2"};
  sweep();
  BOOST_TEST(node->lists == 1);
  BOOST_TEST(second->lists == 0);
  BOOST_TEST(checked() == 2U);
}

BOOST_AUTO_TEST_CASE(guests_operations_go_first) {
  node->waiting = 1;
  sweep();
  BOOST_TEST(log->count("pod.health_changed") == 0);
  node->waiting = 0;
  pass(std::chrono::seconds{2}, std::chrono::seconds{1});
  BOOST_TEST(log->count("pod.health_changed") == 1);
}

BOOST_AUTO_TEST_CASE(a_host_that_is_always_busy_keeps_no_sweep_from_the_others) {
  auto other = store->watched.front();
  other.id = domain::pod_id{"pod-zzz"};
  other.order.node = domain::node_name{"pve2"};
  other.order.guest = 100150;
  store->watched.push_back(other);
  second->guests[100150] = {{}, true, "pve2"};
  node->waiting = 1;
  sweep();
  sweep();
  second->lists = 0;
  pass(2 * interval, std::chrono::seconds{1});
  BOOST_TEST(second->lists + node->lists > 0);
  BOOST_TEST(second->queries > 0);
}

BOOST_AUTO_TEST_CASE(a_container_is_asked_each_time) {
  store->watched.front().order.kind = domain::guest_kind::ct;
  sweep();
  BOOST_TEST(node->queries == 2);
  watch();
  store->watched.front().order.kind = domain::guest_kind::ct;
  sweep();
  BOOST_TEST(node->queries == 2);
  BOOST_TEST(log->count("pod.health_changed") == 1);
}

BOOST_AUTO_TEST_CASE(a_tenant_is_woken_only_for_news) {
  sweep();
  watch();
  store->watched.front().health = pod(id)->pod.health;
  pass(std::chrono::minutes{12}, interval);
  const auto loads = reader->loads;
  BOOST_REQUIRE(log->left.size() == 1U);
  pass(std::chrono::minutes{3}, interval);
  BOOST_TEST(reader->loads == loads);
  node->guests.begin()->second.running = false;
  pass(interval, interval);
  BOOST_TEST(reader->loads == loads + 1);
}

BOOST_AUTO_TEST_SUITE_END()
