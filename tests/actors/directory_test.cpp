#include "actors/stage.hpp"

#include <algorithm>

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;
using domain::step;
using domain::samples::tenant;

namespace {

/// A log in which a clone's intent is open, and an engine that has just started.
struct restarted_stage : engine_stage {
  restarted_stage() {
    persistence::decision past;
    const auto all = domain::samples::offers();
    domain::tenant_state state;
    state.id = tenant();
    const auto ids = domain::samples::ids(1);
    const auto judged = domain::judge(state, all, domain::samples::order(), ids);
    const auto& admitted = std::get<domain::admitted_order>(judged.value());
    past.events = domain::accept(state, all, domain::samples::order(), admitted, ids,
                                 {domain::node_name{"pve1"}, 100007, "10.1.10.120"});
    for (domain::event_payload each : std::initializer_list<domain::event_payload>{
             domain::item_started{ids.item, domain::item_action::create}, domain::job_started{},
             domain::pod_provisioning{},
             domain::item_step_started{ids.item, step::clone, 1, false, true}})
      past.events.push_back({domain::pod_stream(ids.pod), tenant(), ids.pod, 100007, ids.job,
                             domain::category::info, "", each});
    log->write(past);
    node->holds = {step::clone};
  }

  std::shared_ptr<std::optional<open_tenants_reply>> wake() {
    return ask<open_tenants_reply>(directory, wake_open_tenants{});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_tenant_directory, restarted_stage)

BOOST_AUTO_TEST_CASE(admission_opens_after_every_open_intent_has_claimed_its_lease) {
  reader->mute = true;
  const auto reply = wake();
  BOOST_TEST(!reply->has_value());
  BOOST_TEST(node->opened == 0);
  answer_loads();
  BOOST_TEST(reply->has_value());
  BOOST_TEST(node->opened == 1);
  BOOST_REQUIRE(node->wishes_before >= 1U);
  const std::set<std::string> keys{"node", "storage:clients"};
  BOOST_TEST(node->wishes.front().resumed);
  BOOST_TEST((node->wishes.front().keys == keys));
}

BOOST_AUTO_TEST_CASE(an_open_intent_is_followed_after_a_restart_and_not_started) {
  wake();
  BOOST_REQUIRE(node->attempts.size() == 1U);
  BOOST_TEST(node->attempts.front().resume);
  BOOST_TEST(node->attempts.front().attempt == 1);
}

BOOST_AUTO_TEST_CASE(admission_opens_at_once_where_nothing_is_open) {
  reader->open = persistence::open_tenants{};
  const auto reply = wake();
  BOOST_TEST(reply->has_value());
  BOOST_TEST(node->opened == 1);
}

BOOST_AUTO_TEST_CASE(who_only_waits_is_woken_after_admission_opened_and_a_few_at_once) {
  reader->mute = true;
  reader->open = persistence::open_tenants{};
  for (int i = 0; i < 20; ++i)
    reader->open->waiting.emplace_back("T-" + std::to_string(i));
  const auto reply = wake();
  BOOST_TEST(reply->has_value());
  BOOST_TEST(node->opened == 1);
  const auto at_once = reader->loads;
  BOOST_TEST(at_once > 0);
  BOOST_TEST(at_once < 20);
  for (int i = 0; i < 20; ++i)
    answer_loads();
  BOOST_TEST(reader->loads == 20);
}

BOOST_AUTO_TEST_CASE(who_only_waits_and_could_not_be_loaded_is_loaded_again) {
  reader->open = persistence::open_tenants{{}, {tenant()}};
  reader->failing = 1;
  wake();
  BOOST_TEST(reader->loads == 1);
  pass(2s, 1s);
  BOOST_TEST(reader->loads == 2);
  BOOST_TEST(log->joined.contains(tenant()));
}

BOOST_AUTO_TEST_CASE(a_tenant_that_could_not_be_loaded_is_loaded_again_before_admission_opens) {
  reader->failing = 1;
  const auto reply = wake();
  BOOST_TEST(node->opened == 0);
  BOOST_TEST(!reply->has_value());
  pass(2s, 1s);
  BOOST_TEST(node->opened >= 1);
  BOOST_TEST(node->wishes_before >= 1U);
  BOOST_TEST(reply->has_value());
}

BOOST_AUTO_TEST_CASE(a_list_that_fails_while_a_tenant_is_loaded_again_is_read_again) {
  reader->failing = 1;
  const auto reply = wake();
  reader->failing_lists = 2;
  pass(5s, 1s);
  BOOST_TEST(reply->has_value());
  BOOST_TEST(node->opened >= 1);
}

BOOST_AUTO_TEST_CASE(whoever_asks_for_a_tenant_that_cannot_be_loaded_is_told) {
  reader->failing = 1;
  const auto reply = ask<tenant_reply>(directory, find_tenant{tenant()});
  BOOST_REQUIRE(reply->has_value());
  BOOST_TEST(((*reply)->value.error().code == domain::problem_code::store_unavailable));
}

BOOST_AUTO_TEST_CASE(a_tenant_that_could_not_be_loaded_leaves_no_other_life_behind) {
  reader->failing = 1;
  ask<tenant_reply>(directory, find_tenant{tenant()});
  awake();
  awake();
  BOOST_TEST(log->last_incarnation == 2U);
  BOOST_TEST(log->left.size() == 1U);
  BOOST_TEST(log->joined.size() == 1U);
}

BOOST_AUTO_TEST_CASE(who_asks_while_a_tenant_wakes_gets_the_same_one) {
  reader->mute = true;
  const auto one = ask<tenant_reply>(directory, find_tenant{tenant()});
  const auto two = ask<tenant_reply>(directory, find_tenant{tenant()});
  answer_loads();
  BOOST_REQUIRE((one->has_value() && two->has_value()));
  BOOST_TEST((*(*one)->value == *(*two)->value));
  BOOST_TEST(reader->loads == 1);
}

BOOST_AUTO_TEST_CASE(a_tenant_that_breaks_while_it_wakes_is_waited_for) {
  reader->mute = true;
  const auto found = ask<tenant_reply>(directory, find_tenant{tenant()});
  const auto broken = log->joined.at(tenant()).first;
  caf::anon_send_exit(caf::actor_cast<caf::actor>(broken), caf::exit_reason::unhandled_exception);
  run();
  BOOST_TEST(reader->loads == 1); // what broke it may do so again
  pass(2s, 1s);
  BOOST_TEST(reader->loads == 2);
  BOOST_TEST(!found->has_value());
  answer_loads();
  BOOST_REQUIRE(found->has_value());
  BOOST_TEST((*(*found)->value == caf::actor_cast<tenant_actor>(log->joined.at(tenant()).first)));
}

BOOST_AUTO_TEST_SUITE_END()
