#include <boost/test/unit_test.hpp>

#include <deque>
#include <sstream>

#include "client/api.hpp"

using namespace cloudpods::client;
using namespace std::chrono_literals;

namespace {

/// Answers from memory.
struct queued_transport final : transport {
  std::expected<http_response, lost_connection> send(const http_request& request) override {
    requests.push_back(request);
    if (answers.empty())
      return std::unexpected(lost_connection{"nobody"});
    auto next = std::move(answers.front());
    answers.pop_front();
    return next;
  }

  std::deque<http_response> answers;
  std::vector<http_request> requests;
};

struct api_fixture {
  std::ostringstream out;
  std::istringstream in;
  queued_transport carrier;
  int keys = 0;
  console around{.in = in,
                 .out = out,
                 .err = out,
                 .variable = {},
                 .now = {},
                 .sleep = [](std::chrono::milliseconds) {},
                 .make_key = [this] { return std::to_string(++keys); }};
  api daemon{carrier, around, {"", "", ""}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(asking, api_fixture)

BOOST_AUTO_TEST_CASE(each_post_has_a_key_of_its_own) {
  carrier.answers = {{200, "{}", {}}, {200, "{}", {}}};
  BOOST_TEST(daemon.post("/a", json::object{}).has_value());
  BOOST_TEST(daemon.post("/b", json::object{}).has_value());
  BOOST_TEST(carrier.requests.at(0).headers.at(0).second == "1");
  BOOST_TEST(carrier.requests.at(1).headers.at(0).second == "2");
}

BOOST_AUTO_TEST_CASE(a_refusal_is_not_repeated) {
  carrier.answers = {{409, R"({"message":"taken"})", {}}};
  const auto result = daemon.post("/a", json::object{});
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST(result.error().message == "taken");
  BOOST_TEST(carrier.requests.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_list_that_never_ends_is_ended) {
  for (int i = 0; i < 10; ++i)
    carrier.answers.push_back({200, R"({"items":[1,2],"nextCursor":"c"})", {}});
  const auto some = daemon.get_all("/jobs?limit=2", 3);
  BOOST_TEST(list_at(*some, "items").size() == 3U);
  carrier.answers = {{200, R"({"items":[],"nextCursor":"c"})", {}}};
  BOOST_TEST(list_at(*daemon.get_all("/jobs", 3), "items").empty());
}

BOOST_AUTO_TEST_CASE(lists_of_another_shape_are_survived) {
  for (const auto* body : {"[]", "null", "7", "{}", R"({"items":7})"}) {
    carrier.answers = {{200, body, {}}};
    BOOST_TEST(list_at(*daemon.get_all("/", 3), "items").empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
