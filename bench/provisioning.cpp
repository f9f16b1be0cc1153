#include <map>
#include <memory>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>

#include "caller.hpp"
#include "commit_probe.hpp"
#include "loads.hpp"
#include "site.hpp"

namespace cloudpods::bench {

namespace asio = boost::asio;

namespace {

constexpr int orders_per_second = 10;

struct life {
  double until_active_ms = 0;
  double on_node_ms = 0;
  int lines = 0;
};

using lives = std::map<std::string, life>;

/// Orders and waits, by long poll, until the job has ended. The answer comes as soon as the tenant
/// knows of the end.
asio::awaitable<void> order_and_wait(std::shared_ptr<caller> by, lives& all, int number) {
  const auto begun = steady::now();
  const auto ordered =
      co_await by->post("/api/cloud-pods/order", order_body("shop-" + std::to_string(number)));
  if (ordered.status != 202)
    throw std::runtime_error{"no order: " + ordered.body};
  const auto accepted = ordered.json();
  const std::string pod{accepted.at("pod").at("id").as_string()};
  const std::string job{accepted.at("job").at("id").as_string()};
  const auto ended = co_await by->get("/api/cloud-pods/jobs/" + job + "?wait=20");
  all[pod].until_active_ms = milliseconds_since(begun);
  if (ended.status != 200 || ended.json().at("status").as_string() != "success")
    throw std::runtime_error{"a pod did not become active: " + ended.body};
}

void rethrow(const std::exception_ptr& fault) {
  if (fault)
    std::rethrow_exception(fault);
}

/// One order every 100 ms, whatever becomes of those before.
asio::awaitable<void> order_steadily(asio::io_context& io, const site& at, lives& all, int count) {
  asio::steady_timer pace{io};
  const auto begun = steady::now();
  for (int i = 0; i < count; ++i) {
    pace.expires_at(begun + std::chrono::milliseconds{1000 * i / orders_per_second});
    co_await pace.async_wait(asio::use_awaitable);
    auto by = std::make_shared<caller>(io, at.port(), at.token(tenant_name(i % 64)));
    asio::co_spawn(io, order_and_wait(std::move(by), all, i), rethrow);
  }
}

std::string field(const std::string& line, const std::string& name) {
  const auto mark = "\"" + name + "\":\"";
  const auto at = line.find(mark);
  const auto from = at + mark.size();
  return at == std::string::npos ? "" : line.substr(from, line.find('"', from) - from);
}

/// What the daemon's log says of each line that ran for a pod.
void read_lines(const std::string& log, lives& all) {
  std::size_t at = 0;
  while ((at = log.find("\"node-line", at)) != std::string::npos) {
    const auto line = log.substr(at, log.find('\n', at) - at);
    at += line.size();
    const auto found = all.find(field(line, "podId"));
    if (found == all.end())
      continue;
    found->second.on_node_ms += std::stod(field(line, "us")) / 1000;
    ++found->second.lines;
  }
}

} // namespace

figures provisioning(const amounts& size) {
  site here{{.log_level = "debug"}};
  here.start();
  here.node().set_latency("*", std::chrono::milliseconds{0});
  lives all;
  asio::io_context io{1};
  commit_probe probe;
  asio::co_spawn(io, order_steadily(io, here, all, size.of(100, 5)), rethrow);
  io.run();
  const auto commit = median(probe.milliseconds());
  const auto commits =
      static_cast<double>(here.count("SELECT count(DISTINCT (pod_id, xmin::text)) FROM "
                                     "cloud_pod_events WHERE pod_id IS NOT NULL")) /
      static_cast<double>(all.size());
  here.stop();
  read_lines(here.log(), all);
  std::vector<double> added;
  std::vector<double> total;
  std::vector<double> node;
  double lines = 0;
  for (const auto& [pod, each] : all) {
    added.push_back(each.until_active_ms - each.on_node_ms);
    total.push_back(each.until_active_ms);
    node.push_back(each.on_node_ms);
    lines += each.lines;
  }
  return {{"order → active at 10/s, added to the node's time",
           "p50 " + text(median(added), 1) + " ms, p99 " + text(percentile(added, 0.99), 1) + " ms",
           text(commits, 1) + " commits of one row each, at the same time " +
               text(commits * commit, 1) + " ms",
           text(median(added) / (commits * commit), 1) + " ×", "p50 ≤ 10 ms"},
          {"the node's own time in it", "p50 " + text(median(node), 1) + " ms",
           "of " + text(median(total), 1) + " ms, in " +
               text(lines / static_cast<double>(all.size()), 1) + " lines",
           "", "–"}};
}

} // namespace cloudpods::bench
