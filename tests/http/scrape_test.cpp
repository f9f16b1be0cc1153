#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"
#include "metrics/exposition.hpp"

// Contract 8, 18: GET /metrics.

using namespace cloudpods;
using namespace std::chrono_literals;
using cloudpods::tests::exposition;

namespace {

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

/// What differs between two refusals of the same kind by nature.
std::string without_names(std::string answer, const std::string& path) {
  for (const auto& word : {path, std::string{"req-"}})
    for (auto at = answer.find(word); at != std::string::npos; at = answer.find(word))
      answer.replace(at, word == path ? word.size() : 28, "…");
  return answer;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(metrics_of_the_daemon, test::api_fixture)

BOOST_AUTO_TEST_CASE(requests_are_counted_by_the_pattern_of_their_route) {
  serve();
  ask("GET", "/api/cloud-pods/pod-1", owner());
  ask("GET", "/api/cloud-pods/100007", owner());
  ask("GET", "/api/cloud-pods/pod-1", "");
  ask("GET", "/no/where", "");
  const auto answer = ask("GET", "/metrics", "");
  BOOST_TEST(status(answer) == 200);
  BOOST_TEST(has(answer, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  const exposition seen{body_of(answer)};
  const std::string requests = "cloudpods_http_requests_total";
  const std::string route = "/api/cloud-pods/{ref}";
  BOOST_TEST(
      seen.value(requests, {{"method", "GET"}, {"route", route}, {"status", "200"}}).value() == 2);
  BOOST_TEST(
      seen.value(requests, {{"method", "GET"}, {"route", route}, {"status", "401"}}).value() == 1);
  BOOST_TEST(
      seen.value(requests, {{"method", "GET"}, {"route", "none"}, {"status", "404"}}).value() == 1);
  BOOST_TEST(seen.value("cloudpods_http_request_duration_seconds_count",
                        {{"method", "GET"}, {"route", route}})
                 .value() == 3);
  BOOST_TEST(!has(answer, "100007"));
}

BOOST_AUTO_TEST_CASE(gauges_come_from_the_nodes_and_the_store) {
  serve();
  const exposition seen{body_of(ask("GET", "/metrics", ""))};
  BOOST_TEST(seen.value("cloudpods_node_up", {{"node", "pve1"}}).value() == 1);
  BOOST_TEST(seen.value("cloudpods_node_cpu_ratio", {{"node", "pve1"}}).value() == 0.25);
  BOOST_TEST(seen.value("cloudpods_node_memory_ratio", {{"node", "pve1"}}).value() == 0.25);
  BOOST_TEST(
      seen.value("cloudpods_storage_used_ratio", {{"node", "pve1"}, {"storage", "a"}}).value() ==
      0.5);
  BOOST_TEST(seen.value("cloudpods_stream_subscribers").value() == 0);
  BOOST_TEST(seen.value("cloudpods_pods", {{"status", "active"}}).value() == 1);
}

BOOST_AUTO_TEST_CASE(without_the_store_the_rest_is_told) {
  serve();
  behind.world->store_away = true;
  const auto answer = ask("GET", "/metrics", "");
  BOOST_TEST(status(answer) == 200);
  const exposition seen{body_of(answer)};
  BOOST_TEST(seen.find("cloudpods_pods") == nullptr);
  BOOST_TEST(seen.value("cloudpods_node_up", {{"node", "pve1"}}).value() == 1);
}

BOOST_AUTO_TEST_CASE(it_is_there_before_the_daemon_serves) {
  listen();
  const auto answer = ask("GET", "/metrics", "");
  BOOST_TEST(status(answer) == 200);
  const exposition seen{body_of(answer)};
  BOOST_TEST(seen.find("cloudpods_event_log_position") == nullptr);
  BOOST_TEST(seen.find("cloudpods_node_up") == nullptr);
}

BOOST_AUTO_TEST_CASE(for_all_others_the_path_is_not_there) {
  settings.metrics_from = {"192.0.2.0/24"};
  serve();
  for (const std::string method : {"GET", "POST", "PUT"}) {
    const auto answer = ask(method, "/metrics", "");
    BOOST_TEST(status(answer) == 404);
    BOOST_TEST(without_names(answer, "/metrics") ==
               without_names(ask(method, "/metricz", ""), "/metricz"));
  }
}

BOOST_AUTO_TEST_CASE(others_are_not_told_of_it_while_the_daemon_starts) {
  settings.metrics_from = {"192.0.2.0/24"};
  listen();
  BOOST_TEST(without_names(ask("GET", "/metrics", ""), "/metrics") ==
             without_names(ask("GET", "/metricz", ""), "/metricz"));
}

BOOST_AUTO_TEST_CASE(behind_trusted_proxies_the_client_is_whom_they_saw) {
  settings.trusted_proxies = {"127.0.0.1/32", "10.0.0.0/8"};
  settings.metrics_from = {"127.0.0.0/8", "192.0.2.0/24"};
  serve();
  const auto from = [&](const std::string& seen) {
    return status(ask("GET", "/metrics", "", "X-Forwarded-For: " + seen + "\r\n"));
  };
  BOOST_TEST(from("192.0.2.7") == 200);
  BOOST_TEST(from("198.51.100.7") == 404);
  BOOST_TEST(from("192.0.2.7, 198.51.100.7") == 404);
  BOOST_TEST(from("198.51.100.7, 192.0.2.7") == 200);
  BOOST_TEST(from("192.0.2.7, 10.1.1.1") == 200);
  BOOST_TEST(from("198.51.100.7, 10.1.1.1") == 404);
  BOOST_TEST(from("nonsense") == 404);
  BOOST_TEST(from("198.51.100.7\r\nX-Forwarded-For: 192.0.2.7") == 200);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_no_proxy_cannot_claim_to_be_another) {
  settings.trusted_proxies = {};
  settings.metrics_from = {"192.0.2.0/24"};
  serve();
  BOOST_TEST(status(ask("GET", "/metrics", "", "X-Forwarded-For: 192.0.2.7\r\n")) == 404);
}

BOOST_AUTO_TEST_SUITE_END()
