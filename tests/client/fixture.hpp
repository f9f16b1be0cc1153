#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "client/run.hpp"
#include "client/scripted_server.hpp"

namespace cloudpods::client {

/// Runs `cloudpodsctl` in the test's process, before a scripted server. The clock moves a second
/// each time it is read; pauses are noted and not slept.
struct command_line {
  /// The server that the next runs talk to.
  void serve(std::vector<step> script);
  /// Runs with these words; returns the exit code. `out` and `err` hold what it said.
  int run(std::vector<std::string> words);

  std::unique_ptr<scripted_server> server;
  std::map<std::string, std::string> variables{{"CLOUDPODS_TOKEN", "t0ken"}};
  std::string input;
  std::string out;
  std::string err;
  bool can_ask = false;
  bool shows_bar = false;
  std::vector<std::chrono::milliseconds> pauses;
  int keys_made = 0;
};

/// A pod and a job as the API shows them, with the given status.
std::string pod_json(const std::string& status);
std::string job_json(const std::string& status, int percent = 0, const std::string& more = {});

inline const std::string pod_id = "pod-01HV0000000000000000000001";
inline const std::string job_id = "job-01HV0000000000000000000002";

} // namespace cloudpods::client
