#include <sstream>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "actors/node_stage.hpp"

// What an operator reads of a host in the daemon's log (contract 18).

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;

namespace {

/// A node whose log is read here, in place of the process's own.
struct read_log : node_stage {
  read_log() {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text);
    auto mine = std::make_shared<spdlog::logger>("node", std::move(sink));
    mine->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(mine));
  }
  ~read_log() { spdlog::set_default_logger(before); }

  /// The lines since the last call, without their fields.
  std::vector<std::string> lines() {
    std::vector<std::string> all;
    for (std::string line; std::getline(text, line);)
      all.push_back(line.substr(0, line.find('\x1e')));
    text.clear();
    return all;
  }

  std::shared_ptr<spdlog::logger> before = spdlog::default_logger();
  std::stringstream text;
};

using said = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(log_of_a_node, read_log)

BOOST_AUTO_TEST_CASE(a_host_that_never_connects_is_told_with_its_reason_once) {
  connect(0, false, "pve1:22 refuses the login of mpanel-automation");
  connect(1, false, "pve1:22 refuses the login of mpanel-automation");
  pass(60s, 1s);
  connect(0, false, "pve1:22 refuses the login of mpanel-automation");
  BOOST_TEST(
      (lines() == said{"warning node-down: pve1:22 refuses the login of mpanel-automation"}));
}

BOOST_AUTO_TEST_CASE(another_reason_is_told_again_and_the_connection_at_last) {
  connect(0, false, "no connection to pve1:22: Connection refused");
  connect(0, false, "the host key is not known");
  connect(0, true);
  connect(0, false, "the connection was lost");
  BOOST_TEST(
      (lines() == said{"warning node-down: no connection to pve1:22: Connection refused",
                       "warning node-down: the host key is not known", "info node-up: connected",
                       "warning node-down: the connection was lost"}));
}

BOOST_AUTO_TEST_CASE(one_connection_of_two_that_does_not_stand_is_no_news) {
  connect(0, true);
  lines();
  connect(1, false, "no connection to pve1:22 in time");
  BOOST_TEST(lines().empty());
}

BOOST_AUTO_TEST_CASE(a_host_that_cannot_be_told_the_epoch_is_not_told_twice) {
  work->announcement = {announcement::failed, "flock is missing"};
  connect(0, true);
  pass(5s, 1s);
  BOOST_TEST((lines() == said{"warning node-not-announced: flock is missing"}));
}

BOOST_AUTO_TEST_SUITE_END()
