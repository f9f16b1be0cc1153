#include "client/fixture.hpp"

namespace cloudpods::client {

void command_line::serve(std::vector<step> script) {
  server = std::make_unique<scripted_server>(std::move(script));
  variables["CLOUDPODS_URL"] = server->url();
}

int command_line::run(std::vector<std::string> words) {
  words.insert(words.begin(), "cloudpodsctl");
  std::vector<const char*> arguments;
  for (const auto& each : words)
    arguments.push_back(each.c_str());
  std::istringstream in{input};
  std::ostringstream out_stream, err_stream;
  time_point clock{std::chrono::seconds{1'772'366'709}};
  const console around{
      .in = in,
      .out = out_stream,
      .err = err_stream,
      .can_ask = can_ask,
      .shows_bar = shows_bar,
      .width = 80,
      .variable =
          [this](const std::string& name) {
            const auto found = variables.find(name);
            return found == variables.end() ? std::string{} : found->second;
          },
      .now = [&clock] { return clock += std::chrono::seconds{1}; },
      .sleep = [this](std::chrono::milliseconds pause) { pauses.push_back(pause); },
      .make_key = [this] { return "key-" + std::to_string(++keys_made); },
  };
  const int code = client::run(static_cast<int>(arguments.size()), arguments.data(), around);
  out = out_stream.str();
  err = err_stream.str();
  return code;
}

std::string pod_json(const std::string& status) {
  return R"({"id":")" + pod_id +
         R"(","tenantId":"T","kind":"vm","name":"shop-1","planCode":"starter",)"
         R"("blueprint":"ubuntu","region":"r","node":"pve1","vmid":100007,)"
         R"("ipAddress":"10.1.10.101","status":")" +
         status +
         R"(","powerState":"running","cpuCores":1,"memoryMb":1024,"swapMb":512,"diskGb":30,)"
         R"("metadata":{},"suspended":null,"health":{"status":"ok"},"error":null,)"
         R"("createdAt":"2026-03-01T12:00:00.000Z"})";
}

std::string job_json(const std::string& status, int percent, const std::string& more) {
  return R"({"id":")" + job_id + R"(","podId":")" + pod_id + R"(","type":"provision","status":")" +
         status + R"(","progress":{"percent":)" + std::to_string(percent) +
         R"(,"step":"clone","message":"transferred 3.4 of 8.0 GiB"})" + more + "}";
}

} // namespace cloudpods::client
