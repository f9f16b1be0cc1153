#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include "http/server.hpp"
#include "wire_client.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;
using test::wire_client;

namespace {

/// Answers with what it was asked; some targets behave in a way of their own.
class echo : public http::service {
public:
  explicit echo(boost::asio::io_context& io) : gate_(io) {
    gate_.expires_at(std::chrono::steady_clock::time_point::max());
  }

  boost::asio::awaitable<http::response> answer(http::request& asked) override {
    const std::string target{asked.target};
    if (target == "/throw")
      throw std::runtime_error("scripted");
    if (target == "/wait") {
      boost::system::error_code opened;
      co_await gate_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, opened));
    }
    if (target == "/open")
      gate_.cancel();
    co_return http::response{200, target + " " + std::string{asked.body}};
  }

  http::response refuse(const http::request&, const domain::problem& why) override {
    return http::response{why.code == domain::problem_code::overloaded ? 503u : 400u, why.message};
  }

private:
  boost::asio::steady_timer gate_;
};

struct server_fixture {
  http::server_settings settings = [] {
    http::server_settings made;
    made.port = 0;
    made.sweep = 5ms;
    return made;
  }();
  std::unique_ptr<http::server> server;

  std::uint16_t start() {
    server = std::make_unique<http::server>(
        settings, [](boost::asio::io_context& io) { return std::make_unique<echo>(io); });
    return server->start();
  }
};

std::string get(const std::string& target, const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(connections, server_fixture)

BOOST_AUTO_TEST_CASE(one_connection_serves_many_requests) {
  wire_client client(start());
  for (const auto* target : {"/one", "/two"}) {
    const auto answer = client.ask(get(target));
    BOOST_TEST(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(answer.ends_with(std::string{target} + " "));
    BOOST_TEST(answer.find("X-Content-Type-Options: nosniff") != std::string::npos);
    BOOST_TEST(answer.find("Cache-Control: no-store") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  wire_client client(start());
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += get("/" + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(client.answer().ends_with("/" + std::to_string(i) + " "));
}

BOOST_AUTO_TEST_CASE(an_answer_is_not_held_back_by_the_next_request_that_waits) {
  const auto port = start();
  wire_client client(port);
  client.send(get("/first") + get("/wait"));
  BOOST_TEST(client.answer().ends_with("/first "));
  wire_client other(port);
  BOOST_TEST(other.ask(get("/open")).ends_with("/open "));
  BOOST_TEST(client.answer().ends_with("/wait "));
}

BOOST_AUTO_TEST_CASE(a_head_request_gets_the_length_but_no_body) {
  wire_client client(start());
  client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n" + get("/end", "Connection: close\r\n"));
  const auto all = client.rest();
  BOOST_TEST(all.find("Content-Length: 5\r\n\r\nHTTP/1.1 200 OK") != std::string::npos);
  BOOST_TEST(all.ends_with("/end "));
}

BOOST_AUTO_TEST_CASE(connection_close_is_honoured_and_said) {
  wire_client client(start());
  client.send(get("/x", "Connection: close\r\n"));
  const auto all = client.rest();
  BOOST_TEST(all.find("Connection: close\r\n") != std::string::npos);
  BOOST_TEST(all.ends_with("/x "));
}

BOOST_AUTO_TEST_CASE(a_refused_request_ends_the_connection_with_its_answer) {
  wire_client client(start());
  client.send("GET / HTTP/1.1\r\n\r\n" + get("/never"));
  const auto all = client.rest();
  BOOST_TEST(all.starts_with("HTTP/1.1 400 "));
  BOOST_TEST(all.find("/never") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_large_body_gets_its_refusal_while_it_is_still_sent) {
  settings.session.reading.body_bytes = 100;
  wire_client client(start());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n");
  client.send(std::string(200000, 'x'));
  BOOST_TEST(client.rest().starts_with("HTTP/1.1 400 "));
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_is_answered_and_the_connection_lives) {
  wire_client client(start());
  BOOST_TEST(client.ask(get("/throw")).starts_with("HTTP/1.1 400 "));
  BOOST_TEST(client.ask(get("/x")).ends_with("/x "));
}

BOOST_AUTO_TEST_CASE(who_expects_continue_gets_it) {
  wire_client client(start());
  client.send("POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  BOOST_TEST(client.answer() == "HTTP/1.1 100 Continue\r\n\r\n");
  BOOST_TEST(client.ask("{}").ends_with("/p {}"));
}

BOOST_AUTO_TEST_CASE(a_header_that_trickles_in_is_cut_off) {
  settings.session.header_timeout = 40ms;
  wire_client client(start());
  client.send("GET / HTTP/1.1\r\nHo");
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(a_connection_that_says_nothing_is_closed) {
  settings.session.header_timeout = 20ms;
  wire_client client(start());
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_after_its_time) {
  settings.session.idle_timeout = 40ms;
  wire_client client(start());
  BOOST_TEST(client.ask(get("/x")).ends_with("/x "));
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(a_body_that_never_comes_is_not_waited_for) {
  settings.session.idle_timeout = 40ms;
  wire_client client(start());
  client.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{");
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(past_the_bound_of_connections_the_answer_is_503) {
  settings.max_connections = 1;
  const auto port = start();
  wire_client first(port);
  BOOST_TEST(first.ask(get("/x")).ends_with("/x "));
  wire_client second(port);
  BOOST_TEST(second.rest().starts_with("HTTP/1.1 503 "));
  first.send(get("/x", "Connection: close\r\n"));
  BOOST_TEST(first.rest().ends_with("/x "));
}

BOOST_AUTO_TEST_CASE(several_threads_serve_side_by_side) {
  settings.threads = 3;
  const auto port = start();
  std::vector<std::unique_ptr<wire_client>> clients;
  for (int i = 0; i < 12; ++i)
    clients.push_back(std::make_unique<wire_client>(port));
  for (auto& each : clients)
    each->send(get("/x"));
  for (auto& each : clients)
    BOOST_TEST(each->answer().ends_with("/x "));
}

BOOST_AUTO_TEST_CASE(a_stop_closes_idle_connections_and_ends_within_its_grace) {
  const auto port = start();
  wire_client waiting(port);
  wire_client idle(port);
  wire_client fresh(port);
  BOOST_TEST(idle.ask(get("/x")).ends_with("/x "));
  waiting.send(get("/one") + get("/wait"));
  BOOST_TEST(waiting.answer().ends_with("/one "));
  server->stop(50ms);
  BOOST_TEST(fresh.rest() == "");
  BOOST_TEST(idle.rest() == "");
  BOOST_CHECK_THROW(wire_client{port}, boost::system::system_error);
}

BOOST_AUTO_TEST_SUITE_END()
