#include <stdexcept>

#include "bare_server.hpp"
#include "caller.hpp"
#include "loads.hpp"
#include "site.hpp"
#include "wrk.hpp"

namespace cloudpods::bench {

namespace {

constexpr int page = 50;

/// Floor and daemon by turns, so that what else the machine does meets both.
figure compare(const amounts& size, const site& here, const std::string& path,
               const std::string& bar, wrk_load asked) {
  const auto body = get_once(asked.port, asked.token, asked.path).body;
  const bare_server bare{body};
  wrk_load floor = asked;
  floor.port = bare.port();
  asked.seconds = floor.seconds = size.of(5, 1);
  std::vector<double> ratios;
  std::vector<double> ours;
  std::vector<double> floors;
  double p99 = 0;
  double requests = 0;
  double cpu = 0;
  for (int round = 0; round < size.of(5, 1); ++round) {
    floors.push_back(run_wrk(floor).per_second);
    const auto before = here.cpu_seconds();
    const auto got = run_wrk(asked);
    cpu += here.cpu_seconds() - before;
    requests += got.requests;
    ours.push_back(got.per_second);
    ratios.push_back(got.per_second / floors.back());
    p99 = std::max(p99, got.p99_ms);
  }
  return {"`GET " + path + "`, 64 connections, " + text(static_cast<double>(body.size())) + " B",
          text(median(ours)) + "/s, worst p99 " + text(p99, 1) + " ms, " +
              text(1e6 * cpu / requests, 1) + " µs of CPU each",
          "bare Beast " + text(median(floors)) + "/s", text(100 * median(ratios)) + " %", bar};
}

} // namespace

figures reads(const amounts& size) {
  site here{{.has_node = false}};
  here.start();
  const auto token = here.token("acme");
  const auto ordered = post_once(here.port(), token, "/api/cloud-pods/order", order_body("shop-1"));
  if (ordered.status != 202)
    throw std::runtime_error{"no order: " + ordered.body};
  const std::string pod{ordered.json().at("pod").at("id").as_string()};
  const auto many = here.token("many");
  for (int i = 0; i < page; ++i)
    post_once(here.port(), many, "/api/cloud-pods/order", order_body("shop-" + std::to_string(i)));
  return {compare(size, here, "/api/cloud-pods/plans", "≥ 70 %",
                  {.port = here.port(), .path = "/api/cloud-pods/plans"}),
          compare(size, here, "/api/cloud-pods/{ref}", "≥ 55 %",
                  {.port = here.port(), .path = "/api/cloud-pods/" + pod, .token = token}),
          compare(size, here, "/api/cloud-pods?limit=50", "≥ 50 %",
                  {.port = here.port(), .path = "/api/cloud-pods?limit=50", .token = many})};
}

} // namespace cloudpods::bench
