#include <memory>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "caller.hpp"
#include "loads.hpp"
#include "pgbench.hpp"
#include "site.hpp"

namespace cloudpods::bench {

namespace asio = boost::asio;

namespace {

constexpr int tenants = 64;
constexpr int most_orders = 60'000;

struct round {
  int number = 0;
  steady::time_point until;
  std::vector<double> milliseconds;
  std::string fault;
};

/// One tenant that orders pod after pod over one connection.
asio::awaitable<void> order_on(round& all, std::shared_ptr<caller> by) {
  while (steady::now() < all.until && all.number < most_orders) {
    auto body = order_body("shop-" + std::to_string(++all.number));
    const auto begun = steady::now();
    const auto got = co_await by->post("/api/cloud-pods/order", std::move(body));
    if (got.status != 202) {
      all.fault = got.body;
      co_return;
    }
    all.milliseconds.push_back(milliseconds_since(begun));
  }
}

double run(round& all, const site& at, int seconds) {
  asio::io_context io{1};
  all.until = steady::now() + std::chrono::seconds{seconds};
  for (int i = 0; i < tenants; ++i) {
    auto by = std::make_shared<caller>(io, at.port(), at.token(tenant_name(i)));
    asio::co_spawn(io, order_on(all, std::move(by)), asio::detached);
  }
  const auto begun = steady::now();
  const auto before = all.milliseconds.size();
  io.run();
  if (!all.fault.empty())
    throw std::runtime_error{"an order was refused: " + all.fault};
  return static_cast<double>(all.milliseconds.size() - before) / seconds_since(begun);
}

} // namespace

figures orders(const amounts& size) {
  site here{{.has_node = false}};
  here.start();
  const pgbench floor;
  round warm;
  run(warm, here, 1);
  round all;
  all.number = warm.number;
  std::vector<double> ours;
  std::vector<double> floors;
  std::vector<double> ratios;
  double cpu = 0;
  for (int turn = 0; turn < size.of(3, 1); ++turn) {
    floors.push_back(floor.per_second(size.of(4, 1)));
    const auto before = here.cpu_seconds();
    ours.push_back(run(all, here, size.of(4, 1)));
    cpu += here.cpu_seconds() - before;
    ratios.push_back(ours.back() / floors.back());
  }
  here.stop();
  here.verify();
  return {{"order → 202, 64 tenants, 64 connections",
           text(median(ours)) + "/s, p50 " + text(percentile(all.milliseconds, 0.5), 1) +
               " ms, p99 " + text(percentile(all.milliseconds, 0.99), 1) + " ms, " +
               text(1e6 * cpu / static_cast<double>(all.milliseconds.size())) + " µs of CPU each",
           "pgbench, 8 clients " + text(median(floors)) + "/s", text(median(ratios), 2) + " ×",
           "≥ 0.3 ×, p99 ≤ 50 ms"}};
}

} // namespace cloudpods::bench
