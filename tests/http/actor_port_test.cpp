#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "actors/protocol.hpp"
#include "http/ask.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;
using actors::find_tenant;
using actors::tenant_reply;

namespace {

/// Refuses every tenant but `mute`, and never answers that one.
caf::behavior directory(caf::event_based_actor* self, const std::string& mute) {
  return {[self, mute](const find_tenant& question) -> caf::result<tenant_reply> {
    if (question.tenant.value == mute)
      return self->make_response_promise<tenant_reply>();
    return tenant_reply{domain::refused(domain::problem_code::starting, question.tenant.value)};
  }};
}

struct port_fixture {
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> actors = std::make_unique<caf::actor_system>(config);
  boost::asio::io_context io;
  std::unique_ptr<http::actor_port> port = std::make_unique<http::actor_port>(io, *actors);
  caf::actor raw = actors->spawn(directory, std::string{"mute"});
  actors::tenant_directory_actor whom = caf::actor_cast<actors::tenant_directory_actor>(raw);

  ~port_fixture() {
    port.reset();
    caf::anon_send_exit(raw, caf::exit_reason::user_shutdown);
    raw = nullptr;
    whom = nullptr;
  }

  std::optional<http::asked<tenant_reply>> asked(const std::string& tenant,
                                                 std::chrono::milliseconds limit) {
    std::optional<http::asked<tenant_reply>> result;
    boost::asio::co_spawn(io, put_question(tenant, limit, result), boost::asio::detached);
    io.restart();
    io.run_for(5s);
    return result;
  }

  boost::asio::awaitable<void> put_question(std::string tenant, std::chrono::milliseconds limit,
                                            std::optional<http::asked<tenant_reply>>& result) {
    find_tenant question{domain::tenant_id{tenant}};
    result = co_await http::ask(*port, whom, limit, std::move(question));
    io.stop();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(asking_actors, port_fixture)

BOOST_AUTO_TEST_CASE(a_reply_comes_back_to_who_asked) {
  const auto result = asked("known", 5s);
  BOOST_TEST_REQUIRE(result.has_value());
  BOOST_TEST_REQUIRE(result->has_value());
  BOOST_TEST((*result)->value.error().message == "known");
}

BOOST_AUTO_TEST_CASE(a_silent_actor_is_waited_for_no_longer_than_allowed) {
  const auto result = asked("mute", 1ms);
  BOOST_TEST_REQUIRE(result.has_value());
  BOOST_TEST((result->error() == http::ask_fault::silent));
}

BOOST_AUTO_TEST_CASE(an_actor_that_has_ended_is_noticed_at_once) {
  caf::anon_send_exit(raw, caf::exit_reason::user_shutdown);
  const auto result = asked("known", 5s);
  BOOST_TEST_REQUIRE(result.has_value());
  BOOST_TEST((result->error() == http::ask_fault::nobody));
}

BOOST_AUTO_TEST_CASE(a_port_that_ends_leaves_nothing_behind) {
  boost::asio::co_spawn(
      io,
      [this]() -> boost::asio::awaitable<void> {
        find_tenant question{domain::tenant_id{"mute"}};
        co_await http::ask(*port, whom, 5s, std::move(question));
        BOOST_ERROR("nobody answered this");
      },
      boost::asio::detached);
  io.poll();
  port.reset();
  BOOST_TEST(io.poll() >= 0U);
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_goes_to_the_listener) {
  std::string heard;
  port->listen([&](caf::type_erased_tuple& content) {
    if (content.match_elements<actors::live_progress>())
      heard = *content.get_as<actors::live_progress>(0).text;
    io.stop();
  });
  const actors::live_progress news{domain::tenant_id{"t"}, domain::pod_id{"p"},
                                   std::make_shared<const std::string>("42 %")};
  caf::anon_send(port->address(), news);
  const auto kept = boost::asio::make_work_guard(io);
  io.run_for(5s);
  BOOST_TEST(heard == "42 %");
}

BOOST_AUTO_TEST_SUITE_END()
