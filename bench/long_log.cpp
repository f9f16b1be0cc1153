#include "long_log.hpp"

#include <stdexcept>

#include "figures.hpp"
#include "persistence/connection.hpp"
#include "persistence/log_writer.hpp"
#include "persistence/maintenance.hpp"
#include "persistence/samples.hpp"
#include "site.hpp"

namespace cloudpods::bench {

namespace samples = persistence::samples;

namespace {

constexpr int pods_in_batch = 60;

using pod_step = persistence::decision (*)(const samples::subject&);

template <class T>
T good(persistence::stored<T> got) {
  if (!got)
    throw std::runtime_error{got.error().message};
  if constexpr (!std::is_void_v<T>)
    return *std::move(got);
}

std::string migrated_database() {
  auto dsn = durable_postgres().create_database();
  good(persistence::migrate(dsn));
  return dsn;
}

/// The daemon's writer, with no daemon around it.
class scribe {
public:
  explicit scribe(const std::string& dsn)
      : writer_({.dsn = dsn, .random = samples::random_bits()}) {
    if (!good(writer_.take_lead()).leading)
      throw std::runtime_error{"another one writes"};
  }

  void write(std::vector<persistence::decision> decisions) {
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto done = writer_.append(std::move(decisions), now);
    const auto* all = std::get_if<persistence::appended>(&done);
    if (all == nullptr)
      throw std::runtime_error{"the log takes nothing"};
    for (const auto& each : all->decisions)
      if (!each)
        throw std::runtime_error{each.error().message};
  }

  void step(const std::vector<samples::subject>& pods, pod_step what) {
    std::vector<persistence::decision> decisions;
    for (const auto& each : pods)
      decisions.push_back(what(each));
    write(std::move(decisions));
  }

  [[nodiscard]] std::int64_t head() const { return writer_.head().seq; }

private:
  persistence::log_writer writer_;
};

std::vector<samples::subject> next_pods(int& number, int count, int tenants) {
  std::vector<samples::subject> pods;
  for (int i = 0; i < count; ++i, ++number)
    pods.push_back({tenant_name(number % tenants), number});
  return pods;
}

void make_tenants(scribe& log, int tenants) {
  for (int i = 0; i < tenants; ++i)
    log.write({samples::tenant_made(tenant_name(i))});
}

double plain_unnest(int batch, int batches) {
  auto link = good(persistence::connection::open(
      {.dsn = migrated_database(), .application_name = "bench", .session = {}}));
  good(link.run("CREATE TABLE plain (LIKE cloud_pod_events INCLUDING ALL)"));
  const persistence::statement insert{
      "INSERT INTO plain SELECT s, 'evt-' || s, 'pod:' || s % 1000, s, 'tenant-' || s % 10, s, "
      "'pod-' || s % 1000, 100, 'job', 'INFO', 'pod.active', 1, 'message', '{\"ipAddress\":"
      "\"10.1.1.1\",\"powerState\":\"running\"}', 'user:7', 'req', now(), decode(repeat('00', 32), "
      "'hex') FROM unnest($1) AS s",
      {}};
  const auto start = steady::now();
  std::int64_t seq = 0;
  for (int i = 0; i < batches; ++i) {
    persistence::array_parameter seqs{persistence::wire_type::integer};
    for (int j = 0; j < batch; ++j)
      seqs.push(++seq);
    auto each = insert;
    each.values.add(seqs);
    good(link.run_transaction(std::vector<persistence::statement>{each}));
  }
  return static_cast<double>(seq) / seconds_since(start);
}

std::string log_of_pods(int tenants, int pods_of_tenant, const std::vector<pod_step>& steps) {
  auto dsn = migrated_database();
  scribe log{dsn};
  make_tenants(log, tenants);
  for (int number = 0; number < tenants * pods_of_tenant;) {
    const auto pods =
        next_pods(number, std::min(pods_in_batch, tenants * pods_of_tenant - number), tenants);
    for (const auto step : steps)
      log.step(pods, step);
  }
  return dsn;
}

persistence::decision ended(const samples::subject& pod) { return samples::destroyed(pod); }

} // namespace

std::string log_of_waiting_pods(int tenants, int pods_of_tenant) {
  return log_of_pods(tenants, pods_of_tenant, {&samples::ordered});
}

std::string log_of_active_pods(int tenants, int pods_of_tenant) {
  return log_of_pods(tenants, pods_of_tenant,
                     {&samples::ordered, &samples::building, &samples::built});
}

std::string log_of_events(int events) {
  constexpr int tenants = 64;
  auto dsn = migrated_database();
  scribe log{dsn};
  make_tenants(log, tenants);
  for (int number = 0; log.head() < events;) {
    const auto pods = next_pods(number, pods_in_batch, tenants);
    for (const auto step : {&samples::ordered, &samples::building, &samples::built, &ended})
      if (log.head() < events)
        log.step(pods, step);
  }
  return dsn;
}

append_speed measure_appends(int pods_at_once, int rounds) {
  scribe log{migrated_database()};
  make_tenants(log, 1);
  const auto before = log.head();
  const auto begun = steady::now();
  int number = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto pods = next_pods(number, pods_at_once, 1);
    for (const auto step : {&samples::ordered, &samples::building, &samples::built, &ended})
      log.step(pods, step);
  }
  const auto events = static_cast<double>(log.head() - before);
  append_speed found;
  found.ours = events / seconds_since(begun);
  found.events_a_call = events / (4.0 * rounds);
  found.plain = plain_unnest(static_cast<int>(found.events_a_call), rounds * 4);
  return found;
}

} // namespace cloudpods::bench
