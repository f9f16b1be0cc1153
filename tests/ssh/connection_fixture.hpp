#pragma once

#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "ssh/command_line.hpp"
#include "ssh/node_connection.hpp"
#include "ssh/plain_sshd.hpp"
#include "ssh/report.hpp"

namespace cloudpods::ssh::test {

using namespace std::chrono_literals;

struct witness : connection_observer {
  void up() override { ++ups; }
  void down(const std::string& sentence) override { downs.push_back(sentence); }
  void host_key_refused(const host_key_refusal& refusal) override { refusals.push_back(refusal); }
  void host_key_pinned(const std::string& fingerprint) override { pinned.push_back(fingerprint); }

  int ups = 0;
  std::vector<std::string> downs;
  std::vector<host_key_refusal> refusals;
  std::vector<std::string> pinned;
};

/// One sshd for all tests of this program: making keys takes time.
inline plain_sshd& shared_sshd() {
  static plain_sshd sshd;
  return sshd;
}

struct connection_fixture {
  connection_fixture() {
    sshd.pin();
    settings.host = "127.0.0.1";
    settings.port = sshd.port();
    settings.user = plain_sshd::user();
    settings.private_key_file = sshd.file("user_key");
    settings.known_hosts_file = sshd.file("known_hosts");
    settings.pace = {20ms, 100ms, 200ms, 10s};
  }

  void connect() {
    connection = std::make_unique<node_connection>(io, settings, seen, [] { return 0.5; });
  }

  template <class Condition>
  void run_until(Condition condition, std::chrono::seconds limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(50ms);
    }
    BOOST_TEST_REQUIRE(condition());
  }

  run_handle begin(const std::string& line, std::optional<exec_result>& into,
                   std::chrono::milliseconds limit = 20s, std::string input = {},
                   std::size_t keep = kept_of_output) {
    return connection->run({line, std::move(input), limit, keep}, {},
                           [&into](exec_result result) { into = std::move(result); });
  }

  exec_result run(const std::string& line, std::chrono::milliseconds limit = 20s,
                  std::string input = {}) {
    std::optional<exec_result> result;
    begin(line, result, limit, std::move(input));
    run_until([&] { return result.has_value(); });
    return *result;
  }

  attempt_report report_from(const shell_line& line) {
    std::optional<exec_result> result;
    begin(line.text, result, 20s, line.input, kept_of_report);
    run_until([&] { return result.has_value(); });
    const auto report = report_of(*result);
    BOOST_TEST_REQUIRE(report.has_value());
    return *report;
  }

  void await_file(const std::filesystem::path& file) {
    run_until([&] { return std::filesystem::exists(file); });
  }

  plain_sshd& sshd = shared_sshd();
  boost::asio::io_context io;
  connection_settings settings;
  witness seen;
  std::unique_ptr<node_connection> connection;
  node_setting node{domain::node_name{"pve1"}, "work", false};
};

} // namespace cloudpods::ssh::test
