#include <stdexcept>
#include <thread>

#include "caller.hpp"
#include "loads.hpp"
#include "long_log.hpp"
#include "site.hpp"

namespace cloudpods::bench {

namespace {

/// The commands that the node begins once it has a place, one of them being the late order's.
struct late_order {
  std::int64_t begun_before = 0; ///< items of others that began after it was accepted
  double started_ms = 0;         ///< from its acceptance to the start of its item
};

/// Room for all of them: a pebibyte.
constexpr const char* much_memory = "1125899906842624";

std::string number_of(const std::string& sql) { return "SELECT coalesce((" + sql + "), 0)"; }

/// Orders for a tenant that has nothing waiting, and waits until its item has begun.
late_order order_late(const site& at, const std::string& tenant) {
  const auto token = at.token(tenant);
  const auto got = post_once(at.port(), token, "/api/cloud-pods/order", order_body("late"));
  if (got.status != 202)
    throw std::runtime_error{"no order: " + got.body};
  const std::string pod{got.json().at("pod").at("id").as_string()};
  const std::string job{got.json().at("job").at("id").as_string()};
  const auto ended = get_once(at.port(), token, "/api/cloud-pods/jobs/" + job + "?wait=25");
  if (ended.status != 200 || ended.json().at("status").as_string() != "success")
    throw std::runtime_error{"the late pod did not become active: " + ended.body};
  const auto seq = [&](const std::string& name) {
    return std::to_string(
        at.count(number_of("SELECT min(seq) FROM cloud_pod_events WHERE name = '" + name +
                           "' AND pod_id = '" + pod + "'")));
  };
  const auto queued = seq("item.queued");
  const auto started = seq("item.started");
  const auto time_of = [](const std::string& of) {
    return "(SELECT created_at FROM cloud_pod_events WHERE seq = " + of + ")";
  };
  late_order found;
  found.begun_before = at.count("SELECT count(*) FROM cloud_pod_events WHERE name = "
                                "'item.started' AND seq > " +
                                queued + " AND seq < " + started);
  found.started_ms = static_cast<double>(at.count("SELECT (extract(epoch FROM " + time_of(started) +
                                                  " - " + time_of(queued) + ") * 1000)::bigint"));
  return found;
}

} // namespace

figures turns(const amounts& size) {
  const int orders = size.of(1000, 10);
  site here{{.max_concurrency = 1}};
  here.node().set("host_memory", much_memory);
  here.start();
  const auto token = here.token(tenant_name(0));
  for (int i = 0; i < orders; ++i)
    if (const auto got = post_once(here.port(), token, "/api/cloud-pods/order",
                                   order_body("shop-" + std::to_string(i)));
        got.status != 202)
      throw std::runtime_error{"no order: " + got.body};
  const auto late = order_late(here, tenant_name(1));
  return {{"a tenant's first order behind " + text(orders) + " of another, one at once",
           text(static_cast<double>(late.begun_before)) + " of the other's begun before it", "–",
           "", "≤ 1"}};
}

figures backlog(const amounts& size) {
  const int tenants = size.of(100, 2);
  const int pods = size.of(1000, 5);
  site here{{.max_concurrency = 8}, log_of_waiting_pods(tenants, pods)};
  here.node().set("host_memory", much_memory);
  here.node().set_latency("*", std::chrono::milliseconds{0});
  const auto first = here.start();
  here.stop();
  const auto again = here.start();
  const auto late = order_late(here, "urgent");
  const auto items = text(static_cast<double>(tenants) * pods) + " waiting items";
  return {{"start until it serves, " + items,
           text(first, 2) + " s, the second time " + text(again, 2) + " s", "–", "", "< 5 s"},
          {"an order of another tenant begins, " + items, text(late.started_ms) + " ms", "–", "",
           "< 1,000 ms"}};
}

} // namespace cloudpods::bench
