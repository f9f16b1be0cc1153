#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/running_daemon.hpp"

// Contract 6, 10, 11, 14: one order becomes a running guest, on real parts.

namespace cloudpods::tests {

namespace {

std::string text_of(const boost::json::value& from, const char* name) {
  return std::string{from.at(name).as_string()};
}

struct served {
  installation here;
  running_daemon daemon{here};

  served() { daemon.await_serving(); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(provisioning, served)

BOOST_AUTO_TEST_CASE(an_ordered_vm_becomes_active_and_is_destroyed_again) {
  const auto client = daemon.client("acme");
  const auto ordered =
      client.post("/api/cloud-pods/order",
                  R"({"planCode":"starter","blueprint":"ubuntu-24-minimal","name":"shop-1"})");
  BOOST_TEST_REQUIRE(ordered.status == 202, ordered.text);
  const auto job = client.wait_for_job(text_of(ordered.json().at("job"), "id"));
  BOOST_TEST_REQUIRE(text_of(job, "status") == "success", boost::json::serialize(job));

  const auto pod = client.get("/api/cloud-pods/" + text_of(ordered.json().at("pod"), "id")).json();
  BOOST_TEST(text_of(pod, "status") == "active");
  BOOST_TEST(text_of(pod, "powerState") == "running");
  BOOST_TEST(text_of(pod, "ipAddress") == "10.1.10.100");
  const auto vmid = static_cast<int>(pod.at("vmid").as_int64());
  const auto guest = here.node().guest(vmid);
  BOOST_TEST_REQUIRE(guest.has_value());
  BOOST_TEST(guest->running);
  BOOST_TEST(guest->config.at("memory") == "1024");
  BOOST_TEST(here.select("SELECT status FROM cloud_pods WHERE name = 'shop-1'") == "active");
  BOOST_TEST(here.run("verify-log").code == 0);

  const auto destroyed = client.remove("/api/cloud-pods/" + std::to_string(vmid));
  BOOST_TEST_REQUIRE(destroyed.status == 202, destroyed.text);
  const auto end = client.wait_for_job(text_of(destroyed.json().at("job"), "id"));
  BOOST_TEST(text_of(end, "status") == "success", boost::json::serialize(end));
  BOOST_TEST(!here.node().guest(vmid).has_value());
  BOOST_TEST(client.get("/api/cloud-pods/my-quota").json().at("usage").at("pods").as_int64() == 0);
  BOOST_TEST(here.run("verify-log").code == 0);
  BOOST_TEST(here.node().overlaps().empty());
}

BOOST_AUTO_TEST_CASE(an_ordered_container_becomes_active_and_is_destroyed_again) {
  const auto client = daemon.client("acme");
  const auto ordered =
      client.post("/api/cloud-pods/order",
                  R"({"planCode":"starter","blueprint":"ubuntu-24-container","name":"box-1"})");
  BOOST_TEST_REQUIRE(ordered.status == 202, ordered.text);
  const auto job = client.wait_for_job(text_of(ordered.json().at("job"), "id"));
  BOOST_TEST_REQUIRE(text_of(job, "status") == "success", boost::json::serialize(job));
  const auto pod = client.get("/api/cloud-pods/" + text_of(ordered.json().at("pod"), "id")).json();
  const auto vmid = static_cast<int>(pod.at("vmid").as_int64());
  BOOST_TEST(text_of(pod, "status") == "active");
  BOOST_TEST_REQUIRE(here.node().guest(vmid).has_value());

  const auto destroyed = client.post("/api/cloud-pods/" + std::to_string(vmid) + "/destroy", "");
  BOOST_TEST_REQUIRE(destroyed.status == 202, destroyed.text);
  const auto end = client.wait_for_job(text_of(destroyed.json().at("job"), "id"));
  BOOST_TEST(text_of(end, "status") == "success", boost::json::serialize(end));
  BOOST_TEST(!here.node().guest(vmid).has_value());
  BOOST_TEST(here.run("verify-log").code == 0);
}

BOOST_AUTO_TEST_CASE(a_stopped_daemon_ends_in_order) {
  BOOST_TEST(daemon.stop().code == 0);
  BOOST_TEST(daemon.log().find("\"stopped") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
