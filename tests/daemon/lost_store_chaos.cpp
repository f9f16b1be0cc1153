#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/pod_story.hpp"
#include "support/postgres_server.hpp"

// Contract 5, architecture 3: without Postgres nothing is accepted and nothing is lost.

namespace cloudpods::tests {

namespace {

using support::shared_postgres;
using support::strike;

constexpr const char* an_order = R"({"planCode":"starter","blueprint":"ubuntu-24-minimal"})";

void check_refused(const api_answer& answer) {
  BOOST_TEST(answer.status == 503);
  BOOST_TEST(text_of(answer.json(), "code") == "STORE_UNAVAILABLE");
}

/// The server comes back whatever a test left it like.
struct store_guard {
  ~store_guard() {
    if (!shared_postgres().is_running())
      shared_postgres().start();
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(lost_stores)

BOOST_AUTO_TEST_CASE(a_daemon_without_its_store_says_so_and_waits) {
  installation here;
  const store_guard guard;
  shared_postgres().stop();
  running_daemon daemon{here};
  daemon.await_listening();
  BOOST_TEST(daemon.await_log("store-waiting"));
  BOOST_TEST(daemon.anyone().get("/healthz").status == 200);
  const auto ready = daemon.anyone().get("/readyz");
  BOOST_TEST(ready.status == 503);
  BOOST_TEST(text_of(ready.json(), "code") == "STARTING");
  shared_postgres().start();
  BOOST_TEST(daemon.await_log("\"serving"));
  BOOST_TEST(daemon.anyone().get("/readyz").status == 200);
}

BOOST_FIXTURE_TEST_CASE(reads_go_on_and_writes_are_refused_while_the_store_is_away, chaos_site) {
  const store_guard guard;
  start();
  node().add_fault({.pattern = "qm clone*", .kind = "hang", .when = strike::half, .name = "clone"});
  const auto made = order("before");
  BOOST_TEST(node().wait_hanging("clone"));
  shared_postgres().stop();
  check_refused(client().post("/api/cloud-pods/order", an_order));
  check_refused(client().post("/api/cloud-pods/" + made.pod + "/destroy", ""));
  BOOST_TEST(text_of(pod(made.pod), "status") == "provisioning");
  BOOST_TEST(client().get("/api/cloud-pods/my-quota").status == 200);
  check_refused(client("stranger").get("/api/cloud-pods/my-quota"));
  node().release("clone");
  BOOST_TEST(daemon().await_log("store-away"));
  BOOST_TEST(text_of(client().get("/readyz").json(), "code") == "STORE_UNAVAILABLE");
  shared_postgres().start();
  watch_again();
  BOOST_TEST(end_of(made.job) == "success");
  BOOST_TEST(live(*this, "after").wrong == "");
  BOOST_TEST(broken_invariants(*this) == "");
  BOOST_TEST(repeated_commands(node()) == "");
}

BOOST_FIXTURE_TEST_CASE(a_store_that_crashes_inside_a_life_loses_and_doubles_nothing, chaos_site) {
  const store_guard guard;
  start();
  for (int round = 0; round < 3; ++round) {
    const auto head = std::stoi(store().value("SELECT seq FROM cloud_pod_log_head"));
    auto story = begin_living(*this, "crashed-" + std::to_string(round));
    store().await("SELECT seq > " + std::to_string(head + 5 + 9 * round) +
                  " FROM cloud_pod_log_head");
    shared_postgres().kill();
    shared_postgres().start();
    watch_again();
    BOOST_TEST(story.get().wrong == "");
  }
  BOOST_TEST(broken_invariants(*this) == "");
  BOOST_TEST(repeated_commands(node()) == "");
}

BOOST_FIXTURE_TEST_CASE(sessions_ended_under_load_lose_and_double_nothing, chaos_site) {
  start();
  std::vector<std::future<lived>> stories;
  for (const auto* tenant : {"alpha", "beta", "gamma"})
    for (int number = 0; number < 3; ++number)
      stories.push_back(
          begin_living(*this, std::string{tenant} + std::to_string(number), vm_blueprint, tenant));
  const auto is_under_way = [](const auto& story) {
    return story.wait_for(std::chrono::milliseconds{40}) != std::future_status::ready;
  };
  int ended = 0;
  for (auto& story : stories)
    while (is_under_way(story))
      ended += store().end_sessions("cloudpodsd writer");
  BOOST_TEST(ended > 5);
  for (auto& story : stories)
    BOOST_TEST(story.get().wrong == "");
  BOOST_TEST(broken_invariants(*this) == "");
  BOOST_TEST(repeated_commands(node()) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
