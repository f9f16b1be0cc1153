#include <boost/test/unit_test.hpp>

#include <boost/json/parse.hpp>

#include "client/event_follower.hpp"

using namespace cloudpods::client;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(following)

BOOST_AUTO_TEST_CASE(no_event_is_shown_twice) {
  event_follower follower{5};
  BOOST_TEST(!follower.take(json::parse(R"({"type":"event","seq":5})")));
  BOOST_TEST(follower.take(json::parse(R"({"type":"event","seq":6})")));
  BOOST_TEST(!follower.take(json::parse(R"({"type":"event","seq":6})")));
  BOOST_TEST(follower.target().ends_with("?since=6"));
}

BOOST_AUTO_TEST_CASE(progress_moves_no_cursor) {
  event_follower follower{5};
  BOOST_TEST(!follower.take(json::parse(R"({"type":"progress","percent":42})")));
  BOOST_TEST(follower.target().ends_with("?since=5"));
}

BOOST_AUTO_TEST_CASE(a_cursor_never_goes_back) {
  event_follower follower{5};
  follower.take(json::parse(R"({"type":"heartbeat","cursor":3})"));
  BOOST_TEST(follower.target().ends_with("?since=5"));
}

BOOST_AUTO_TEST_CASE(pauses_grow_until_something_is_heard) {
  event_follower follower{0};
  const stream_end lost{0, 0, "reset", {}};
  BOOST_TEST((follower.after(lost).value() == 500ms));
  BOOST_TEST((follower.after(lost).value() == 1000ms));
  for (int i = 0; i < 100; ++i)
    BOOST_TEST((follower.after(lost).value() <= 32s));
  follower.take(json::parse(R"({"type":"heartbeat","cursor":3})"));
  BOOST_TEST((follower.after(lost).value() == 500ms));
}

BOOST_AUTO_TEST_CASE(a_restart_is_followed_soon) {
  event_follower follower{0};
  BOOST_TEST((follower.after({0, 1001, "", {}}).value() == 200ms));
}

BOOST_AUTO_TEST_CASE(what_another_connection_would_meet_again_is_the_end) {
  for (const int code : {1008, 4401, 4403, 4409})
    BOOST_TEST(!event_follower{0}.after({0, code, "why", {}}).has_value());
  for (const int status : {400, 401, 403, 404})
    BOOST_TEST(!event_follower{0}.after({status, 0, "declined", {}}).has_value());
  for (const int status : {429, 500, 502, 503})
    BOOST_TEST(event_follower{0}.after({status, 0, "declined", {}}).has_value());
  BOOST_TEST(event_follower{0}.after({0, 4429, "too many", {}}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
