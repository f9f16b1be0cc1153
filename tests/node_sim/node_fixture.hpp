#pragma once

#include "support/simulated_node.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace cloudpods::node_sim {

using support::finished;
using support::node_fault;
using support::strike;

/// A fresh node for each test, reached by a real ssh client.
struct node_fixture {
  support::simulated_node node;

  finished ssh(const std::string& command, std::string_view input = {}) const {
    return node.ssh(command, input);
  }

  /// Output of a command that must succeed.
  std::string good(const std::string& command, std::string_view input = {}) const {
    const auto result = ssh(command, input);
    BOOST_TEST(result.code == 0, command << ": " << result.err);
    return result.out;
  }

  boost::json::value get(const std::string& path) const {
    return boost::json::parse(good("sudo -n pvesh get " + path + " --output-format json"));
  }

  std::string config(int vmid, const std::string& key) const {
    const auto guest = node.guest(vmid);
    return guest && guest->config.contains(key) ? guest->config.at(key) : "";
  }

  /// Starts a command that outlives its connection; its output and exit code go to `name`.
  void start_detached(const std::string& name, const std::string& command) const {
    good("cd; mkdir " + name + "; setsid sh -c '" + command + " >" + name + "/log 2>&1; echo $? >" +
         name + "/part; mv " + name + "/part " + name + "/rc' </dev/null >/dev/null 2>&1 &");
  }

  bool wait_rc(const std::string& name) const {
    return node.wait_until([&] { return exists(node.home() / name / "rc"); });
  }
};

} // namespace cloudpods::node_sim
