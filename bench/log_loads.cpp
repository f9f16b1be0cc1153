#include <stdexcept>

#include <libpq-fe.h>

#include "caller.hpp"
#include "loads.hpp"
#include "long_log.hpp"
#include "site.hpp"

namespace cloudpods::bench {

namespace {

/// Reads all of the log's rows by pages, looking at none; returns the seconds it took.
double paged_select(const std::string& dsn, std::int64_t events) {
  PGconn* link = PQconnectdb(dsn.c_str());
  const auto begun = steady::now();
  std::int64_t rows = 0;
  for (std::int64_t after = 0; after < events; after += 10'000) {
    PGresult* page = PQexec(link, ("SELECT * FROM cloud_pod_events WHERE seq > " +
                                   std::to_string(after) + " ORDER BY seq LIMIT 10000")
                                      .c_str());
    rows += PQntuples(page);
    PQclear(page);
  }
  const auto took = seconds_since(begun);
  PQfinish(link);
  if (rows < events)
    throw std::runtime_error{"rows are missing"};
  return took;
}

std::string seconds(double value) { return text(value, 2) + " s"; }

} // namespace

figures memory(const amounts& size) {
  const int tenants = size.of(100, 2);
  const int pods = size.of(100, 5);
  site here{{.has_node = false}, log_of_active_pods(tenants, pods)};
  here.start();
  const auto asleep = here.resident_mb();
  for (int i = 0; i < tenants; ++i)
    if (const auto got =
            get_once(here.port(), here.token(tenant_name(i)), "/api/cloud-pods?limit=1");
        got.json().at("total").as_int64() != pods)
      throw std::runtime_error{"pods are missing: " + got.body};
  const auto awake = here.resident_mb();
  const auto count = static_cast<double>(tenants) * pods;
  return {{"memory with " + text(count) + " active pods of " + text(tenants) + " tenants awake",
           text(awake) + " MB RSS", "all asleep " + text(asleep) + " MB",
           text(1024 * (awake - asleep) / count, 1) + " KB a pod", "–"}};
}

figures replay(const amounts& size) {
  const int events = size.of(1'000'000, 2'000);
  site here{{.has_node = false}, log_of_events(events)};
  const auto all = here.count("SELECT seq FROM cloud_pod_log_head");
  const auto floor = paged_select(here.dsn(), all);
  const auto first = here.start();
  here.stop();
  const auto again = here.start();
  here.stop();
  const auto verify = here.verify();
  const auto of_events = ", " + text(static_cast<double>(all)) + " events";
  const auto paged = "paged SELECT " + seconds(floor);
  return {
      {"start until it serves" + of_events, seconds(first) + ", the second time " + seconds(again),
       paged, text(first / floor, 2) + " ×", "–"},
      {"`verify-log`" + of_events, seconds(verify), paged, text(verify / floor, 2) + " ×", "–"}};
}

figures appends(const amounts& size) {
  figures rows;
  for (const auto& [pods, rounds] : {std::pair{1, 200}, {12, 60}, {100, 15}}) {
    const auto found = measure_appends(pods, size.of(rounds, 2));
    rows.push_back({"the log writer alone, " + text(found.events_a_call) + " events a call",
                    text(found.ours) + " events/s",
                    "plain `unnest` " + text(found.plain) + " events/s",
                    text(100 * found.ours / found.plain) + " %", "–"});
  }
  return rows;
}

} // namespace cloudpods::bench
