#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"

using namespace cloudpods;
using test::json_header;

namespace {

struct conventions_fixture : test::api_fixture {
  /// The value of a header; empty where it is absent.
  static std::string header(const std::string& answer, const std::string& name) {
    const auto head = answer.substr(0, answer.find("\r\n\r\n") + 2);
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos)
      return "";
    const auto from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

} // namespace

// contract 5
BOOST_FIXTURE_TEST_SUITE(conventions, conventions_fixture)

BOOST_AUTO_TEST_CASE(every_answer_forbids_sniffing_and_all_but_offers_forbid_storing) {
  settings.server.session.reading.body_bytes = 100;
  serve();
  struct line {
    std::string answer;
    int status;
    bool may_be_stored;
  };
  const std::string pods = "/api/cloud-pods";
  const line lines[]{
      {ask("GET", pods + "/plans", ""), 200, true},
      {ask("GET", pods + "/plans/starter", ""), 200, true},
      {ask("GET", "/openapi.json", ""), 200, true},
      {ask("GET", pods + "/plans/none", ""), 404, false},
      {ask("GET", "/healthz", ""), 200, false},
      {ask("GET", pods + "/pod-1", owner()), 200, false},
      {ask("GET", pods + "/pod-1", owner(), "If-None-Match: \"9\"\r\n"), 304, false},
      {ask("GET", pods, ""), 401, false},
      {ask("GET", "/nowhere", ""), 404, false},
      {ask("PUT", pods + "/pod-1", owner()), 405, false},
      {ask("DELETE", pods + "/pod-1", owner()), 202, false},
      {ask("POST", pods + "/order", "", json_header, std::string(101, ' ')), 413, false},
      {ask("GET", pods, "", "X: " + std::string(17'000, 'x') + "\r\n"), 431, false},
      {ask("GET", pods, "", "Host: y\r\n"), 400, false},
      {ask("POST", pods + "/events/tickets", owner()), 200, false},
  };
  for (const auto& [answer, wanted, may_be_stored] : lines) {
    BOOST_TEST(status(answer) == wanted);
    BOOST_TEST(header(answer, "X-Content-Type-Options") == "nosniff", wanted);
    BOOST_TEST(header(answer, "Cache-Control") == (may_be_stored ? "" : "no-store"), wanted);
    BOOST_TEST(header(answer, "X-Request-Id").starts_with("req-"), wanted);
    BOOST_TEST(header(answer, "Server").empty(), wanted);
  }
}

BOOST_AUTO_TEST_CASE(a_request_id_of_a_trusted_proxy_is_taken_where_it_is_one) {
  serve();
  const auto named = [this](const std::string& id) {
    return header(ask("GET", "/healthz", "", "X-Request-Id: " + id + "\r\n"), "X-Request-Id");
  };
  BOOST_TEST(named("from-nginx_1") == "from-nginx_1");
  BOOST_TEST(named(std::string(128, 'x')) == std::string(128, 'x'));
  for (const auto& id :
       {std::string(129, 'x'), std::string{"a b"}, std::string{"\xc3\xa4"}, std::string{}})
    BOOST_TEST(named(id).starts_with("req-"), id);
}

BOOST_AUTO_TEST_CASE(a_wrong_method_is_told_the_right_ones) {
  serve();
  const auto allow = [this](const std::string& method, const std::string& path) {
    const auto answer = ask(method, "/api/cloud-pods" + path, owner());
    BOOST_TEST(status(answer) == 405);
    BOOST_TEST(code(answer) == "METHOD_NOT_ALLOWED");
    return header(answer, "Allow");
  };
  BOOST_TEST(allow("GET", "/order") == "POST");
  BOOST_TEST(allow("POST", "/my-quota") == "GET, HEAD");
  BOOST_TEST(allow("TRACE", "/pod-1") == "GET, HEAD, DELETE");
  BOOST_TEST(allow("GET", "/events/tickets") == "POST");
}

BOOST_AUTO_TEST_CASE(overload_says_when_to_come_back) {
  settings.max_in_flight = 0;
  serve();
  const auto answer = ask("GET", "/api/cloud-pods", owner());
  BOOST_TEST(status(answer) == 503);
  BOOST_TEST(code(answer) == "OVERLOADED");
  BOOST_TEST(header(answer, "Retry-After") == "1");
  BOOST_TEST(json(answer).at("retryAfter").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(a_pod_is_not_sent_again_to_who_has_it) {
  serve();
  const auto asked = [this](const std::string& tags) {
    return ask("GET", "/api/cloud-pods/pod-1", owner(), "If-None-Match: " + tags + "\r\n");
  };
  for (const auto* tags : {"\"9\"", "\"8\", \"9\"", "W/\"9\"", "*"}) {
    const auto answer = asked(tags);
    BOOST_TEST(status(answer) == 304, tags);
    BOOST_TEST(header(answer, "ETag") == "\"9\"");
  }
  for (const auto* tags : {"\"8\"", "\"19\"", "\"99\", \"90\"", "9"})
    BOOST_TEST(status(asked(tags)) == 200, tags);
}

BOOST_AUTO_TEST_CASE(an_action_names_the_versions_that_it_is_for) {
  serve();
  const auto asked = [this](const std::string& tags) {
    return status(ask("DELETE", "/api/cloud-pods/pod-1", owner(), "If-Match: " + tags + "\r\n"));
  };
  for (const auto* tags : {"\"9\"", "\"8\", \"9\"", "*"})
    BOOST_TEST(asked(tags) == 202, tags);
  for (const auto* tags : {"\"8\"", "\"19\"", "W/\"9\"", "\"8\", W/\"9\"", "9", "\"9"})
    BOOST_TEST(asked(tags) == 412, tags);
}

// contract 4 and 5: the token is looked at before the path
BOOST_AUTO_TEST_CASE(both_families_show_nothing_without_a_token) {
  serve();
  for (const auto* path : {"/api/cloud-pods/no/where/at/all", "/internal/cloudpods",
                           "/api/internal/cloudpods", "/api"})
    BOOST_TEST(status(ask("GET", path, "")) == 401, path);
  BOOST_TEST(status(ask("GET", "/", "")) == 404);
}

// contract 4: a cookie is nothing, and does not spoil the header beside it
BOOST_AUTO_TEST_CASE(a_token_in_a_cookie_is_none) {
  serve();
  const auto cookie = "Cookie: auth_token=" + owner() + "\r\n";
  BOOST_TEST(status(ask("GET", "/api/cloud-pods", "", cookie)) == 401);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods", owner(), cookie)) == 200);
}

// Whoever wants a trial must not get the deed.
BOOST_AUTO_TEST_CASE(a_trial_is_refused_and_not_done) {
  serve();
  const auto answer = ask("POST", "/api/cloud-pods/pod-1/destroy?dryRun=true", owner());
  BOOST_TEST(status(answer) == 422);
  BOOST_TEST(code(answer) == "VALIDATION_FAILED");
}

BOOST_AUTO_TEST_SUITE_END()
