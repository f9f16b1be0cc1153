#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"
#include "sse_client.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;
using test::sse_client;

namespace {

const std::string path = "/api/cloud-pods/events/sse";

struct sse_fixture : test::api_fixture {
  /// A stream that was let in.
  sse_client stream(const std::string& query, const std::string& bearer,
                    const std::string& more = "") {
    sse_client client(port);
    BOOST_TEST(status(client.open(path + query, bearer, more)) == 200);
    return client;
  }
  std::string refusal(const std::string& query, const std::string& bearer,
                      const std::string& more = "") {
    return sse_client(port).open(path + query, bearer, more);
  }

  static std::string event(int seq) {
    const auto number = std::to_string(seq);
    return "id: " + number + "\ndata: {\"type\":\"event\",\"seq\":" + number + "}";
  }
  static std::string control(const std::string& type, int cursor) {
    return R"(data: {"type":")" + type + R"(","cursor":)" + std::to_string(cursor) + "}";
  }
  static std::string closed(int code, const std::string& reason) {
    return R"(data: {"type":"closed","code":)" + std::to_string(code) + R"(,"reason":")" + reason +
           "\"}";
  }
};

} // namespace

// contract 9
BOOST_FIXTURE_TEST_SUITE(server_sent_events, sse_fixture)

BOOST_AUTO_TEST_CASE(history_and_live_events_come_in_order_with_their_seq_as_id) {
  serve();
  behind.world->write(3, "T-1");
  auto client = stream("?since=1", owner());
  BOOST_TEST(client.next() == control("subscribed", 1));
  BOOST_TEST(client.next() == event(2));
  BOOST_TEST(client.next() == event(3));
  BOOST_TEST(client.next() == control("caught_up", 3));
  behind.world->write(1, "T-2");
  behind.world->write(1, "T-1");
  BOOST_TEST(client.next() == event(5));
}

BOOST_AUTO_TEST_CASE(its_head_says_what_every_answer_says) {
  settings.rates = {0, 1, 100};
  serve();
  sse_client client(port);
  const auto head = client.open(path, owner());
  for (const auto* line :
       {"HTTP/1.1 200 OK\r\n", "Content-Type: text/event-stream\r\n", "Cache-Control: no-store\r\n",
        "X-Content-Type-Options: nosniff\r\n", "X-Request-Id: req-", "Connection: close\r\n",
        "X-Accel-Buffering: no\r\n", "RateLimit-Limit: 100\r\n"})
    BOOST_TEST(has(head, line), line);
  BOOST_TEST(!has(head, "Content-Length"));
  const auto nothing = ask("HEAD", path, owner());
  BOOST_TEST(status(nothing) == 200);
  BOOST_TEST(nothing.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(a_browser_that_comes_back_goes_on_where_it_was) {
  serve();
  behind.world->write(3, "T-1");
  auto client = stream("?since=0", owner(), "Last-Event-ID: 2\r\n");
  BOOST_TEST(client.next() == control("subscribed", 2));
  BOOST_TEST(client.next() == event(3));
  BOOST_TEST(status(refusal("", owner(), "Last-Event-ID: x\r\n")) == 422);
}

BOOST_AUTO_TEST_CASE(without_a_since_nothing_of_the_past_comes) {
  serve();
  behind.world->write(3, "T-1");
  for (const auto* query : {"", "?since=now"}) {
    auto client = stream(query, owner());
    BOOST_TEST(client.next() == control("subscribed", 3));
    BOOST_TEST(client.next() == control("caught_up", 3));
  }
}

BOOST_AUTO_TEST_CASE(a_query_filters_as_a_message_does) {
  serve();
  behind.world->write(1, "T-1", "job.queued");
  behind.world->write(1, "T-1", "pod.active");
  auto named = stream("?since=0&name=pod.*&name=stack.*", owner());
  BOOST_TEST(named.next() == control("subscribed", 0));
  BOOST_TEST(named.next() == event(2));
  for (const auto* query : {"?since=0&podId=pod-2", "?since=0&category=BACKUP"}) {
    auto none = stream(query, owner());
    BOOST_TEST(none.next() == control("subscribed", 0));
    BOOST_TEST(none.next() == control("caught_up", 2), query);
  }
  for (const auto* query : {"?name=*.x", "?name=", "?category=LOUD", "?since=-1", "?since=then"})
    BOOST_TEST(status(refusal(query, owner())) == 422, query);
}

BOOST_AUTO_TEST_CASE(a_platform_sees_all_tenants_or_the_one_it_names) {
  serve();
  behind.world->write(1, "T-1");
  behind.world->write(1, "T-2");
  auto all = stream("?since=0", service());
  all.next();
  BOOST_TEST(all.next() == event(1));
  BOOST_TEST(all.next() == event(2));
  auto one = stream("?since=0&tenantId=T-2", service());
  one.next();
  BOOST_TEST(one.next() == event(2));
  BOOST_TEST(status(refusal("?tenantId=a%20b", service())) == 422);
  BOOST_TEST(status(refusal("?tenantId=T-1", owner())) == 200);
  BOOST_TEST(code(refusal("?tenantId=T-2", owner())) == "TENANT_MISMATCH");
}

BOOST_AUTO_TEST_CASE(who_may_not_see_events_gets_none) {
  serve();
  BOOST_TEST(status(refusal("", "")) == 401);
  BOOST_TEST(status(refusal("?token=" + owner(), "")) == 401);
  BOOST_TEST(status(refusal("", token("T-1", "billing"))) == 403);
  BOOST_TEST(status(refusal("", token("", "owner"))) == 403);
}

BOOST_AUTO_TEST_CASE(a_browsers_origin_has_to_be_allowed) {
  settings.allowed_origins = {"https://panel.example"};
  serve();
  BOOST_TEST(status(refusal("", owner(), "Origin: https://evil.example\r\n")) == 403);
  BOOST_TEST(status(refusal("", owner(), "Origin: null\r\n")) == 403);
  sse_client client(port);
  const auto head = client.open(path, owner(), "Origin: https://panel.example\r\n");
  BOOST_TEST(has(head, "\r\nAccess-Control-Allow-Origin: https://panel.example\r\n"));
  BOOST_TEST(has(head, "\r\nVary: Origin\r\n"));
}

BOOST_AUTO_TEST_CASE(past_the_bound_of_streams_the_answer_is_429) {
  settings.streams_per_tenant = 1;
  serve();
  auto first = stream("?since=0", owner());
  BOOST_TEST(first.next() == control("subscribed", 0));
  const auto second = refusal("?since=0", owner());
  BOOST_TEST(status(second) == 429);
  BOOST_TEST(has(second, "\r\nRetry-After: "));
  auto other = stream("?since=0", token("T-2", "viewer"));
  BOOST_TEST(other.next() == control("subscribed", 0));
}

BOOST_AUTO_TEST_CASE(a_place_is_free_again_when_its_stream_has_ended) {
  settings.streams_per_tenant = 1;
  serve();
  behind.world->write(1, "T-1");
  for (int i = 0; i < 3; ++i) {
    auto client = stream("?since=7", owner());
    BOOST_TEST(client.next() == closed(4409, "the log ends at 1"));
    BOOST_TEST(client.next().empty());
  }
}

BOOST_AUTO_TEST_CASE(it_ends_with_its_token) {
  serve();
  const auto ends = std::chrono::duration<double>((time.wall() + 200ms).time_since_epoch());
  const auto brief = http::sign_claims(
      settings.auth.hs256_secret,
      R"({"iss":"mpanel","aud":"cloudpods","sub":"u","tenant_id":"T-1","role":"owner","exp":)" +
          std::to_string(ends.count()) + "}");
  auto client = stream("?since=0", brief);
  client.next();
  client.next();
  BOOST_TEST(client.next() == closed(4401, "the token has expired"));
  BOOST_TEST(client.next().empty());
}

BOOST_AUTO_TEST_CASE(a_stop_ends_it_with_1001) {
  serve();
  auto client = stream("?since=0", owner());
  BOOST_TEST(client.next() == control("subscribed", 0));
  BOOST_TEST(client.next() == control("caught_up", 0));
  server->stop(200ms);
  BOOST_TEST(client.next() == closed(1001, "the server goes away; come back with since"));
}

BOOST_AUTO_TEST_CASE(a_quiet_stream_has_a_heartbeat_without_an_id) {
  settings.streams.bounds.heartbeat = 20ms;
  serve();
  auto client = stream("?since=0", owner());
  client.next();
  client.next();
  BOOST_TEST(client.next().starts_with(R"(data: {"type":"heartbeat","cursor":0,"at":")"));
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_slower_than_the_writers_misses_nothing) {
  settings.streams.bounds.frames = 50;
  serve();
  auto client = stream("?since=0", owner());
  for (int i = 0; i < 30; ++i)
    behind.world->write(300, "T-1");
  for (int last = 0; last < 9'000;) {
    const auto text = client.next();
    BOOST_TEST_REQUIRE(!text.empty());
    if (text.starts_with("id: "))
      BOOST_TEST_REQUIRE(text == event(++last));
  }
}

BOOST_AUTO_TEST_SUITE_END()
