#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"

// Contract 5: rates, and what happens at the bounds.

using namespace cloudpods;
using namespace std::chrono_literals;
using test::json_header;

BOOST_FIXTURE_TEST_SUITE(bounds_of_the_api, test::api_fixture)

// contract 5
BOOST_AUTO_TEST_CASE(a_tenant_is_limited_in_its_rate_and_a_platform_is_not) {
  settings.rates = {6, 1, 1000};
  serve();
  const std::string path = "/api/cloud-pods/pod-1/destroy";
  const auto first = ask("POST", path, owner());
  BOOST_TEST(status(first) == 202);
  BOOST_TEST(
      has(first, "\r\nRateLimit-Limit: 1\r\nRateLimit-Remaining: 0\r\nRateLimit-Reset: 10\r\n"));
  const auto second = ask("POST", path, owner(), "", "{");
  BOOST_TEST(status(second) == 429);
  BOOST_TEST(code(second) == "RATE_LIMITED");
  BOOST_TEST(has(second, "\r\nRetry-After: 10\r\n"));
  BOOST_TEST(json(second).at("retryAfter").as_int64() == 10);
  BOOST_TEST(json(second).at("retryable").as_bool());
  const auto read = ask("GET", "/api/cloud-pods/pod-1", owner());
  BOOST_TEST(status(read) == 200);
  BOOST_TEST(has(read, "\r\nRateLimit-Limit: 1000\r\n"));
  time.move(10s);
  BOOST_TEST(status(ask("POST", path, owner())) == 202);
  for (int i = 0; i < 3; ++i) {
    const auto free = ask("POST", path, service());
    BOOST_TEST(status(free) == 202);
    BOOST_TEST(!has(free, "RateLimit-"));
  }
}

// contract 5: 401, 404 and 405 come before 429, and 429 before 415, 400 and 403
BOOST_AUTO_TEST_CASE(a_rate_is_judged_in_its_turn) {
  settings.rates = {6, 1, 1};
  serve();
  const std::string path = "/api/cloud-pods/pod-1/destroy";
  BOOST_TEST(status(ask("POST", path, owner())) == 202);
  BOOST_TEST(status(ask("POST", path, "nonsense")) == 401);
  BOOST_TEST(status(ask("POST", path + "/no/where", owner())) == 404);
  BOOST_TEST(status(ask("PUT", path, owner())) == 405);
  BOOST_TEST(status(ask("POST", path, owner(), "", "no json")) == 429);
  BOOST_TEST(status(ask("POST", path, token("T-1", "viewer"))) == 429);
  BOOST_TEST(status(ask("POST", path, owner(), "X-Tenant-Id: T-2\r\n")) == 429);
}

BOOST_AUTO_TEST_CASE(too_many_waits_lock_nobody_out) {
  settings.max_waiting = 0;
  serve();
  BOOST_TEST(code(ask("GET", "/api/cloud-pods/jobs/job-1?wait=1", owner())) == "OVERLOADED");
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/jobs/job-1", owner())) == 200);
}

BOOST_AUTO_TEST_CASE(while_stopping_reads_go_on_and_writes_do_not) {
  serve();
  state.enter(actors::service_phase::stopping);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", owner())) == 200);
  BOOST_TEST(status(ask("DELETE", "/api/cloud-pods/pod-1", owner())) == 503);
}

BOOST_AUTO_TEST_CASE(large_headers_and_bodies_are_refused_first) {
  settings.server.session.reading.body_bytes = 100;
  serve();
  const auto header = ask("GET", "/api/cloud-pods", "", "X: " + std::string(17'000, 'x') + "\r\n");
  BOOST_TEST(status(header) == 431);
  BOOST_TEST(code(header) == "HEADERS_TOO_LARGE");
  const auto body = ask("POST", "/api/cloud-pods/order", "", json_header, std::string(101, ' '));
  BOOST_TEST(status(body) == 413);
  BOOST_TEST(json(body).at("requestId").as_string().starts_with("req-"));
}

BOOST_AUTO_TEST_SUITE_END()
