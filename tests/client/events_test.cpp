#include <boost/test/unit_test.hpp>

#include "client/fixture.hpp"

using namespace cloudpods::client;

namespace {

std::string event(int seq, const std::string& type = R"("type":"event",)") {
  return "{" + type + R"("seq":)" + std::to_string(seq) +
         R"(,"at":"2026-03-01T12:00:00.000Z","name":"pod.active","message":"CloudPod created",)"
         R"("vmid":9101})";
}

} // namespace

BOOST_AUTO_TEST_SUITE(events)

BOOST_FIXTURE_TEST_CASE(stored_events_are_listed_page_by_page, command_line) {
  serve({answers(200, R"({"items":[)" + event(8, "") + R"(],"nextCursor":"c1"})"),
         answers(200, R"({"items":[)" + event(9, "") + R"(],"nextCursor":null})")});
  BOOST_TEST(run({"events", "--since", "7"}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods/events?limit=500&after=7");
  BOOST_TEST(server->requests().at(1).target.ends_with("&cursor=c1"));
  BOOST_TEST(out.contains("       8  2026-03-01"));
  BOOST_TEST(out.contains("pod.active              CloudPod created  (vmid 9101)\n"));
  BOOST_TEST(out.contains("       9  "));
}

BOOST_FIXTURE_TEST_CASE(the_stream_goes_on_after_the_last_event_that_was_seen, command_line) {
  serve({streams({R"({"type":"subscribed","cursor":7})", event(8), event(9)}),
         streams({event(9), event(10), R"({"type":"heartbeat","cursor":12})"}, 1001),
         streams({event(13)})});
  BOOST_TEST(run({"events", "--follow", "--since", "7", "--limit", "4", "--json"}) == 0);
  const auto seen = server->requests();
  BOOST_REQUIRE(seen.size() == 3U);
  BOOST_TEST(seen[0].target == "/api/cloud-pods/events/stream?since=7");
  BOOST_TEST(seen[1].target == "/api/cloud-pods/events/stream?since=9");
  BOOST_TEST(seen[2].target == "/api/cloud-pods/events/stream?since=12");
  BOOST_TEST(seen[0].headers.at("sec-websocket-protocol") == "cloudpods.events.v1");
  BOOST_TEST(seen[0].headers.at("authorization") == "Bearer t0ken");
  BOOST_TEST(out == event(8) + "\n" + event(9) + "\n" + event(10) + "\n" + event(13) + "\n");
}

BOOST_FIXTURE_TEST_CASE(following_without_a_number_begins_now, command_line) {
  serve({streams({R"({"type":"subscribed","cursor":41})"}), streams({event(42)})});
  BOOST_TEST(run({"events", "-f", "--limit", "1"}) == 0);
  BOOST_TEST(server->requests().at(0).target.ends_with("since=now"));
  BOOST_TEST(server->requests().at(1).target.ends_with("since=41"));
}

BOOST_FIXTURE_TEST_CASE(an_expired_token_ends_the_stream, command_line) {
  serve({streams({event(1)}, 4401)});
  BOOST_TEST(run({"events", "--follow"}) == 1);
  BOOST_TEST(err.contains("Your token has expired"));
}

BOOST_FIXTURE_TEST_CASE(a_refused_stream_is_explained, command_line) {
  serve({answers(403, R"({"code":"FORBIDDEN","message":"billing reads no events"})")});
  BOOST_TEST(run({"events", "--follow"}) == 1);
  BOOST_TEST(err.contains("billing reads no events"));
}

BOOST_FIXTURE_TEST_CASE(a_starting_daemon_is_asked_again, command_line) {
  serve({answers(503, "{}"), streams({event(1)})});
  BOOST_TEST(run({"events", "--follow", "--limit", "1"}) == 0);
  BOOST_TEST(pauses.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
