#include <boost/test/unit_test.hpp>

#include "daemon/reload.hpp"
#include "daemon/watchdog.hpp"

// Contract 3: what a reload takes over; contract 18: what the watchdog is told.

using namespace cloudpods;

namespace {

domain::blueprint on_node(const std::string& code, const std::string& node) {
  domain::blueprint made;
  made.code = domain::blueprint_code{code};
  made.nodes = {domain::node_name{node}};
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(reloads)

BOOST_AUTO_TEST_CASE(what_is_sold_and_its_limits_are_taken_over_and_nothing_else) {
  domain::catalogue running;
  running.nodes.push_back({domain::node_name{"pve1"}, "", "", {}, ""});
  running.quarantine_s = 1;
  running.backup_storage = domain::storage_name{"old"};
  domain::catalogue fresh;
  fresh.plans.emplace_back().code = domain::plan_code{"new"};
  fresh.tenant_plans.emplace_back().id = "new";
  fresh.blueprints.push_back(on_node("new", "pve1"));
  fresh.default_blueprint = domain::blueprint_code{"new"};
  fresh.default_limits = {{1, 2, 3, 4}};
  fresh.backup_policies.push_back({"new", 1, 1, 1});
  fresh.quarantine_s = 2;
  fresh.backup_storage = domain::storage_name{"new"};
  const auto made = daemon::taken_over(running, fresh);
  BOOST_TEST(made.find_plan("new") != nullptr);
  BOOST_TEST(made.find_tenant_plan("new") != nullptr);
  BOOST_TEST(made.find_blueprint("new") != nullptr);
  BOOST_TEST(made.default_blueprint.value == "new");
  BOOST_TEST(made.default_limits.most.disk_gb == 4);
  BOOST_TEST(made.find_backup_policy("new") != nullptr);
  BOOST_TEST(made.nodes.size() == 1U);
  BOOST_TEST(made.quarantine_s == 1);
  BOOST_TEST(made.backup_storage.value == "old");
  BOOST_TEST(daemon::unknown_nodes(made).empty());
}

BOOST_AUTO_TEST_CASE(a_reload_that_would_leave_nothing_to_believe_a_token_by_is_a_fault) {
  config::auth_settings by_keys;
  by_keys.jwks_file = "jwks.json";
  by_keys.jwks = R"({"keys":[]})";
  config::auth_settings by_secret;
  by_secret.hs256_secret.emplace("a-secret-that-is-long-enough-0123456789");
  const auto to_secret = daemon::taken_over(by_keys, by_secret);
  BOOST_TEST(!to_secret.hs256_secret.has_value());
  BOOST_TEST(daemon::faults_of_belief(to_secret).size() == 1U);
  auto both = by_secret;
  both.jwks_file = by_keys.jwks_file;
  both.jwks = by_keys.jwks;
  BOOST_TEST(daemon::faults_of_belief(daemon::taken_over(by_keys, both)).size() == 1U);
  BOOST_TEST(daemon::faults_of_belief(daemon::taken_over(by_secret, both)).empty());
}

BOOST_AUTO_TEST_CASE(a_blueprint_on_a_node_that_is_not_there_yet_is_a_fault) {
  domain::catalogue wanted;
  wanted.nodes.push_back({domain::node_name{"pve1"}, "", "", {}, ""});
  wanted.blueprints = {on_node("good", "pve1"), on_node("bad", "pve2")};
  const auto faults = daemon::unknown_nodes(wanted);
  BOOST_TEST_REQUIRE(faults.size() == 1U);
  BOOST_TEST(faults[0].value == "\"bad\"");
  BOOST_TEST(faults[0].sentence.find("pve2") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(vital_signs)

namespace {

struct watched {
  actors::service_state state;
  bool io_answers = true;
  daemon::vital_signs signs{state, 2, [this](const std::function<void()>& answered) {
                              for (int i = 0; i < (io_answers ? 2 : 1); ++i)
                                answered();
                            }};
};

} // namespace

BOOST_FIXTURE_TEST_CASE(before_the_daemon_serves_the_io_threads_are_enough, watched) {
  BOOST_TEST(!signs.look());
  BOOST_TEST(signs.look());
  state.enter(actors::service_phase::standby);
  BOOST_TEST(signs.look());
}

BOOST_FIXTURE_TEST_CASE(an_io_thread_that_does_not_answer_is_no_sign_of_life, watched) {
  signs.look();
  io_answers = false;
  BOOST_TEST(signs.look());
  BOOST_TEST(!signs.look());
  io_answers = true;
  BOOST_TEST(!signs.look());
  BOOST_TEST(signs.look());
}

BOOST_FIXTURE_TEST_CASE(while_the_daemon_serves_the_event_log_has_to_beat, watched) {
  signs.look();
  state.enter(actors::service_phase::serving);
  BOOST_TEST(signs.look());
  BOOST_TEST(!signs.look());
  state.beat_log();
  BOOST_TEST(signs.look());
  BOOST_TEST(!signs.look());
  state.enter(actors::service_phase::stopping);
  BOOST_TEST(signs.look());
}

BOOST_AUTO_TEST_SUITE_END()
