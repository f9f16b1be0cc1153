#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"

// Contract 8, 11: what an operator sees of a node and does with it, and what is remembered.

namespace cloudpods::tests {

namespace {

struct operated_site : chaos_site {
  operated_site() : chaos_site([](installation& here) { here.set("jobs", "max_attempts = 100"); }) {
    start();
    BOOST_TEST_REQUIRE(daemon().await_log("\"node-up"));
  }

  api_client admin() { return daemon().client("", "", "platform:admin"); }
  boost::json::value seen() { return admin().get("/api/cloud-pods/admin/nodes/pve1").json(); }
  int told(const std::string& name) {
    return std::stoi(
        store().value("SELECT count(*) FROM cloud_pod_events WHERE name = '" + name + "'"));
  }
  api_answer try_order(const std::string& name) {
    return client().post("/api/cloud-pods/order",
                         R"({"planCode":"starter","blueprint":"ubuntu-24-minimal","name":")" +
                             name + "\"}");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(nodes, operated_site)

BOOST_AUTO_TEST_CASE(a_drained_node_gets_no_new_pods_also_after_a_restart) {
  const auto before = order("before");
  for (int i = 0; i < 2; ++i) {
    const auto drained = admin().post("/api/cloud-pods/admin/nodes/pve1/drain", "");
    BOOST_TEST(drained.status == 200, drained.text);
    BOOST_TEST(drained.json().at("drained").as_bool());
  }
  BOOST_TEST(told("node.drained") == 1);
  BOOST_TEST(try_order("refused").status == 409);
  restart();
  BOOST_TEST(seen().at("drained").as_bool());
  BOOST_TEST(try_order("refused").status == 409);
  BOOST_TEST(end_of(before.job) == "success");
  BOOST_TEST(admin().post("/api/cloud-pods/admin/nodes/pve1/resume", "").status == 200);
  BOOST_TEST(end_of(order("after").job) == "success");
  BOOST_TEST(told("node.unreachable") == 0);
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(an_operator_sees_what_a_node_has) {
  BOOST_TEST(node().wait_until([&] { return !seen().at("load").is_null(); }));
  BOOST_TEST(node().wait_until([&] { return !seen().at("sudo").is_null(); }));
  const auto now = seen();
  BOOST_TEST(now.at("reachable").as_bool());
  BOOST_TEST(text_of(now, "circuit") == "closed");
  BOOST_TEST(now.at("capacity").at("cpus").as_int64() > 0);
  BOOST_TEST(!now.at("storages").as_array().empty());
  BOOST_TEST(now.at("sudo").at("all").as_bool());
  BOOST_TEST(client().get("/api/cloud-pods/admin/nodes").status == 403);
}

BOOST_AUTO_TEST_CASE(a_node_that_keeps_failing_is_left_alone_and_then_goes_on) {
  node().add_fault({.pattern = "qm clone*",
                    .kind = "fail",
                    .times = -1,
                    .exit = 1,
                    .text = "Connection timed out"});
  const auto one = order("one");
  const auto two = order("two", vm_blueprint, "other");
  BOOST_TEST(daemon().await_log("\"node-circuit-opened", std::chrono::seconds{40}));
  node().clear_faults();
  BOOST_TEST(text_of(seen(), "circuit") != "closed");
  BOOST_TEST(end_of(one.job) == "success");
  BOOST_TEST(end_of(two.job, "other") == "success");
  BOOST_TEST(told("node.circuit_opened") == told("node.circuit_closed"));
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
