#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"
#include "sse_client.hpp"
#include "ws_client.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;
using test::json_header;
using test::sse_client;
using test::ws_client;

namespace {

const std::string tickets = "/api/cloud-pods/events/tickets";
const std::string sse = "/api/cloud-pods/events/sse";
const std::string web_socket = "/api/cloud-pods/events/stream";

struct ticket_fixture : test::api_fixture {
  std::string ticket(const std::string& bearer, const std::string& body = "") {
    const auto answer = ask("POST", tickets, bearer, body.empty() ? "" : json_header, body);
    BOOST_TEST_REQUIRE(status(answer) == 200);
    return std::string{json(answer).at("ticket").as_string()};
  }
  int opens(const std::string& target) { return status(sse_client(port).open(target, "")); }
  /// The first event that a ticket shows.
  std::string first_event(const std::string& of) {
    sse_client client(port);
    BOOST_TEST(status(client.open(sse + "?since=0&ticket=" + of, "")) == 200);
    client.next();
    return client.next();
  }
};

} // namespace

// contract 9
BOOST_FIXTURE_TEST_SUITE(tickets_for_browsers, ticket_fixture)

BOOST_AUTO_TEST_CASE(a_ticket_opens_one_stream) {
  serve();
  const auto first = ticket(owner());
  BOOST_TEST(first.size() == 43U); // 256 bits
  ws_client client(port);
  BOOST_TEST(status(client.open(web_socket + "?since=0&ticket=" + first, "")) == 101);
  BOOST_TEST(client.text() == R"({"type":"subscribed","cursor":0})");
  BOOST_TEST(status(ws_client(port).open(web_socket + "?ticket=" + first, "")) == 401);
  BOOST_TEST(opens(sse + "?ticket=" + first) == 401);
  const auto second = ticket(owner());
  BOOST_TEST(second != first);
  BOOST_TEST(opens(sse + "?ticket=" + second) == 200);
  BOOST_TEST(opens(sse + "?ticket=" + second) == 401);
}

BOOST_AUTO_TEST_CASE(a_ticket_is_good_for_30_seconds) {
  serve();
  const auto answer = json(ask("POST", tickets, owner()));
  BOOST_TEST(answer.size() == 2U);
  BOOST_TEST(answer.at("expiresAt").as_string().ends_with("Z"));
  const auto old = std::string{answer.at("ticket").as_string()};
  const auto young = ticket(owner());
  time.move(29'999ms);
  BOOST_TEST(opens(sse + "?ticket=" + young) == 200);
  time.move(1ms);
  BOOST_TEST(opens(sse + "?ticket=" + old) == 401);
}

BOOST_AUTO_TEST_CASE(a_ticket_opens_nothing_but_streams) {
  serve();
  const auto good = ticket(owner());
  for (const auto* path : {"/api/cloud-pods", "/api/cloud-pods/events", "/api/cloud-pods/my-quota"})
    BOOST_TEST(opens(std::string{path} + "?ticket=" + good) == 401, path);
  BOOST_TEST(status(ask("POST", tickets + "?ticket=" + good, "")) == 401);
  BOOST_TEST(status(ask("HEAD", sse + "?ticket=" + good, "")) == 401);
  for (const auto* made_up : {"", "AAAA", "0", "%00"})
    BOOST_TEST(opens(sse + "?ticket=" + made_up) == 401);
  BOOST_TEST(opens(sse + "?ticket=" + good) == 200);
}

BOOST_AUTO_TEST_CASE(a_ticket_sees_what_its_token_sees) {
  serve();
  behind.world->write(1, "T-2");
  behind.world->write(1, "T-1");
  BOOST_TEST(first_event(ticket(token("T-1", "viewer"))).starts_with("id: 2\n"));
  BOOST_TEST(first_event(ticket(service())).starts_with("id: 1\n"));
  BOOST_TEST(status(ask("POST", tickets, token("T-1", "billing"))) == 403);
  BOOST_TEST(status(ask("POST", tickets, "")) == 401);
}

BOOST_AUTO_TEST_CASE(a_platform_makes_a_ticket_for_one_tenants_browser) {
  serve();
  behind.world->write(1, "T-2");
  behind.world->write(1, "T-1");
  const auto narrow = R"({"tenantId":"T-1"})";
  BOOST_TEST(first_event(ticket(service(), narrow)).starts_with("id: 2\n"));
  sse_client client(port);
  const auto other = client.open(sse + "?tenantId=T-2&ticket=" + ticket(service(), narrow), "");
  BOOST_TEST(code(other) == "TENANT_MISMATCH");
  BOOST_TEST(code(ask("POST", tickets, owner(), json_header, R"({"tenantId":"T-2"})")) ==
             "TENANT_MISMATCH");
  BOOST_TEST(status(ask("POST", tickets, owner(), json_header, R"({"odd":1})")) == 422);
  BOOST_TEST(status(ask("POST", tickets, service(), json_header, R"({"tenantId":"a b"})")) == 422);
}

BOOST_AUTO_TEST_CASE(a_stream_ends_with_the_token_behind_its_ticket) {
  serve();
  const auto ends = std::chrono::duration<double>((time.wall() + 10s).time_since_epoch());
  const auto brief = http::sign_claims(
      settings.auth.hs256_secret,
      R"({"iss":"mpanel","aud":"cloudpods","sub":"u","tenant_id":"T-1","role":"owner","exp":)" +
          std::to_string(ends.count()) + "}");
  const auto in_time = ticket(brief);
  const auto too_late = ticket(brief);
  time.move(9'900ms);
  ws_client client(port);
  BOOST_TEST(status(client.open(web_socket + "?since=0&ticket=" + in_time, "")) == 101);
  BOOST_TEST(client.close_frame().close_code() == 4401);
  time.move(100ms);
  BOOST_TEST(opens(sse + "?ticket=" + too_late) == 401);
}

BOOST_AUTO_TEST_CASE(tickets_are_no_changes_and_count_as_reads) {
  settings.rates = {6, 1, 100};
  serve();
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(has(ask("POST", tickets, owner()), "\r\nRateLimit-Limit: 100\r\n"));
}

BOOST_AUTO_TEST_CASE(unused_tickets_are_bounded) {
  serve();
  for (int i = 0; i < 100; ++i)
    ticket(owner());
  const auto refused = ask("POST", tickets, owner());
  BOOST_TEST(status(refused) == 429);
  BOOST_TEST(has(refused, "\r\nRetry-After: "));
  ticket(token("T-2", "owner"));
  time.move(30s);
  ticket(owner());
}

// architecture 8
BOOST_AUTO_TEST_CASE(streams_of_all_tenants_count_for_their_user) {
  settings.streams_per_tenant = 1;
  serve();
  const auto other = token("", "", "platform:admin", "user-8");
  sse_client first(port);
  BOOST_TEST(status(first.open(sse, service())) == 200);
  BOOST_TEST(opens(sse + "?ticket=" + ticket(service())) == 429);
  sse_client second(port);
  BOOST_TEST(status(second.open(sse, other)) == 200);
  sse_client third(port);
  BOOST_TEST(status(third.open(sse, owner())) == 200);
}

BOOST_AUTO_TEST_SUITE_END()
