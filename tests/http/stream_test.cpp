#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"
#include "ws_client.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;
using test::ws_client;

namespace {

const std::string path = "/api/cloud-pods/events/stream";

struct stream_fixture : test::api_fixture {
  std::string refusal(const std::string& target, const std::string& bearer,
                      const std::string& more = "") {
    ws_client client(port);
    return client.open(target, bearer, more);
  }

  /// What a message or a URL is answered with at the end.
  int close_code(const std::string& target, const std::string& message) {
    ws_client client(port);
    BOOST_TEST(status(client.open(target, owner())) == 101);
    if (!message.empty())
      client.send(message);
    return client.close_frame().close_code();
  }

  static std::string event(int seq) {
    return R"({"type":"event","seq":)" + std::to_string(seq) + "}";
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(event_stream, stream_fixture)

BOOST_AUTO_TEST_CASE(who_may_not_see_events_gets_no_stream) {
  serve();
  BOOST_TEST(status(refusal(path, "nonsense")) == 401);
  BOOST_TEST(status(refusal(path, token("T-1", "billing"))) == 403);
  BOOST_TEST(status(refusal(path + "?token=" + owner(), owner())) == 401);
  BOOST_TEST(status(refusal(path + "?since=x", owner())) == 422);
  BOOST_TEST(status(ask("GET", path, owner())) == 400);
}

BOOST_AUTO_TEST_CASE(a_browsers_origin_has_to_be_allowed) {
  settings.allowed_origins = {"https://panel.example"};
  serve();
  BOOST_TEST(status(refusal(path, owner(), "Origin: https://evil.example\r\n")) == 403);
  BOOST_TEST(status(refusal(path, owner(), "Origin: https://panel.example\r\n")) == 101);
}

BOOST_AUTO_TEST_CASE(the_subprotocol_is_confirmed_and_nothing_names_versions) {
  serve();
  const auto answer =
      refusal(path, owner(), "Sec-WebSocket-Protocol: other, cloudpods.events.v1\r\n");
  BOOST_TEST(has(answer, "Sec-WebSocket-Protocol: cloudpods.events.v1\r\n"));
  BOOST_TEST(!has(answer, "Beast"));
  BOOST_TEST(has(answer, "X-Request-Id: req-"));
}

BOOST_AUTO_TEST_CASE(history_and_live_events_come_in_order) {
  serve();
  behind.world->write(3, "T-1");
  ws_client client(port);
  BOOST_TEST(status(client.open(path + "?since=1", owner())) == 101);
  BOOST_TEST(client.text() == R"({"type":"subscribed","cursor":1})");
  BOOST_TEST(client.text() == event(2));
  BOOST_TEST(client.text() == event(3));
  BOOST_TEST(client.text() == R"({"type":"caught_up","cursor":3})");
  behind.world->write(1, "T-2");
  behind.world->write(2, "T-1");
  BOOST_TEST(client.text() == event(5));
  BOOST_TEST(client.text() == event(6));
}

BOOST_AUTO_TEST_CASE(a_message_subscribes_with_a_filter) {
  serve();
  behind.world->write(1, "T-1", "job.queued");
  behind.world->write(1, "T-1", "pod.active");
  ws_client client(port);
  BOOST_TEST(status(client.open(path, owner())) == 101);
  client.send(R"({"type":"subscribe","since":0,"filter":{"names":["pod.*"],"tenantId":null}})");
  BOOST_TEST(client.text() == R"({"type":"subscribed","cursor":0})");
  BOOST_TEST(client.text() == event(2));
  BOOST_TEST(client.text() == R"({"type":"caught_up","cursor":2})");
}

BOOST_AUTO_TEST_CASE(a_platform_token_may_see_all_tenants) {
  serve();
  behind.world->write(1, "T-1");
  behind.world->write(1, "T-2");
  ws_client client(port);
  BOOST_TEST(status(client.open(path + "?since=0", service())) == 101);
  client.text();
  BOOST_TEST(client.text() == event(1));
  BOOST_TEST(client.text() == event(2));
}

BOOST_AUTO_TEST_CASE(bad_messages_end_the_stream_with_1008) {
  serve();
  for (const auto* message :
       {"{", "[]", R"({"type":"subscribe","since":-1})", R"({"type":"subscribe","since":"then"})",
        R"({"type":"hello"})", R"({"type":"subscribe","since":0,"more":1})",
        R"({"type":"subscribe","since":0,"filter":{"names":["*.x"]}})",
        R"({"type":"subscribe","since":0,"filter":{"categories":["LOUD"]}})",
        R"({"type":"subscribe","since":0,"filter":{"odd":[]}})"})
    BOOST_TEST(close_code(path, message) == 1008, message);
  BOOST_TEST(close_code(path + "?since=0", R"({"type":"subscribe","since":0})") == 1008);
}

BOOST_AUTO_TEST_CASE(another_tenant_is_not_to_be_seen) {
  serve();
  BOOST_TEST(close_code(path, R"({"type":"subscribe","since":0,"filter":{"tenantId":"T-2"}})") ==
             4403);
}

BOOST_AUTO_TEST_CASE(since_beyond_the_log_ends_with_its_head_named) {
  serve();
  behind.world->write(2, "T-1");
  ws_client client(port);
  BOOST_TEST(status(client.open(path + "?since=3", owner())) == 101);
  const auto end = client.close_frame();
  BOOST_TEST(end.close_code() == 4409);
  BOOST_TEST(end.payload.substr(2) == "the log ends at 2");
}

BOOST_AUTO_TEST_CASE(a_tenant_has_a_bound_of_streams) {
  settings.streams_per_tenant = 1;
  serve();
  ws_client first(port);
  BOOST_TEST(status(first.open(path + "?since=0", owner())) == 101);
  BOOST_TEST(first.text() == R"({"type":"subscribed","cursor":0})");
  BOOST_TEST(close_code(path + "?since=0", "") == 4429);
  ws_client other(port);
  BOOST_TEST(status(other.open(path + "?since=0", token("T-2", "viewer"))) == 101);
  BOOST_TEST(other.text() == R"({"type":"subscribed","cursor":0})");
}

BOOST_AUTO_TEST_CASE(a_stream_ends_with_its_token) {
  serve();
  using std::chrono::system_clock;
  const auto ends = std::chrono::duration<double>((system_clock::now() + 200ms).time_since_epoch());
  const auto brief = http::sign_claims(
      settings.auth.hs256_secret,
      R"({"iss":"mpanel","aud":"cloudpods","sub":"u","tenant_id":"T-1","role":"owner","exp":)" +
          std::to_string(ends.count()) + "}");
  ws_client client(port);
  BOOST_TEST(status(client.open(path + "?since=0", brief)) == 101);
  BOOST_TEST(client.close_frame().close_code() == 4401);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_streams_with_1001) {
  serve();
  ws_client client(port);
  BOOST_TEST(status(client.open(path + "?since=0", owner())) == 101);
  BOOST_TEST(client.text() == R"({"type":"subscribed","cursor":0})");
  server->stop(200ms);
  BOOST_TEST(client.close_frame().close_code() == 1001);
}

BOOST_AUTO_TEST_CASE(a_quiet_stream_is_pinged_and_has_a_heartbeat) {
  settings.streams.ping = 20ms;
  settings.streams.bounds.heartbeat = 30ms;
  serve();
  ws_client client(port);
  BOOST_TEST(status(client.open(path + "?since=0", owner())) == 101);
  bool pinged = false;
  bool beaten = false;
  while (!pinged || !beaten) {
    const auto frame = client.next();
    BOOST_TEST_REQUIRE(frame.opcode != -1);
    pinged |= frame.opcode == 9;
    beaten |= frame.payload.starts_with(R"({"type":"heartbeat","cursor":0,"at":")");
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_says_nothing_is_cut_off) {
  settings.streams.silence = 10ms;
  serve();
  ws_client client(port);
  BOOST_TEST(status(client.open(path + "?since=0", owner())) == 101);
  auto frame = client.next();
  while (frame.opcode != -1)
    frame = client.next();
  BOOST_TEST(frame.opcode == -1);
}

BOOST_AUTO_TEST_CASE(a_ping_of_the_client_is_answered) {
  serve();
  ws_client client(port);
  BOOST_TEST(status(client.open(path, owner())) == 101);
  client.send("hi", 9);
  const auto frame = client.next();
  BOOST_TEST(frame.opcode == 10);
  BOOST_TEST(frame.payload == "hi");
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_slower_than_the_writers_misses_nothing) {
  settings.streams.bounds.frames = 50;
  serve();
  ws_client client(port);
  BOOST_TEST(status(client.open(path + "?since=0", owner())) == 101);
  for (int i = 0; i < 100; ++i)
    behind.world->write(300, "T-1");
  int last = 0;
  while (last < 30'000) {
    const auto text = client.text();
    if (text.starts_with(R"({"type":"event")")) {
      BOOST_TEST_REQUIRE(text == event(last + 1));
      ++last;
    } else {
      BOOST_TEST_REQUIRE(!text.starts_with("closed"), text);
    }
  }
  BOOST_TEST(last == 30'000);
}

BOOST_AUTO_TEST_SUITE_END()
