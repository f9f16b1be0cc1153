#include <chrono>
#include <cstdio>

#include "persistence/connection.hpp"
#include "store_fixture.hpp"
#include "support/postgres_server.hpp"

// How fast the writer appends, beside the same number of rows put by plain `unnest` into a table
// with the same indexes. Prints, asserts nothing: a busy machine proves nothing.

using namespace cloudpods::persistence;

namespace {

using steady = std::chrono::steady_clock;

double per_second(std::int64_t events, steady::time_point since) {
  return static_cast<double>(events) / std::chrono::duration<double>(steady::now() - since).count();
}

std::string database() {
  static cloudpods::support::postgres_server server{{.fsync = true}};
  const auto dsn = server.create_database();
  good(migrate(dsn));
  return dsn;
}

/// The yardstick: arrays into a copy of the event table, one transaction per batch.
double plain_unnest(int batch, int batches) {
  auto link =
      good(connection::open({.dsn = database(), .application_name = "bench", .session = {}}));
  good(link.run("CREATE TABLE plain (LIKE cloud_pod_events INCLUDING ALL)"));
  const statement insert{
      "INSERT INTO plain SELECT s, 'evt-' || s, 'pod:' || s % 1000, s, 'tenant-' || s % 10, s, "
      "'pod-' || s % 1000, 100, 'job', 'INFO', 'pod.active', 1, 'message', '{\"ipAddress\":"
      "\"10.1.1.1\",\"powerState\":\"running\"}', 'user:7', 'req', now(), decode(repeat('00', 32), "
      "'hex') FROM unnest($1) AS s",
      {}};
  const auto start = steady::now();
  std::int64_t seq = 0;
  for (int i = 0; i < batches; ++i) {
    array_parameter seqs{wire_type::integer};
    for (int j = 0; j < batch; ++j)
      seqs.push(++seq);
    auto each = insert;
    each.values.add(seqs);
    good(link.run_transaction(std::vector<statement>{each}));
  }
  return per_second(seq, start);
}

/// Whole lives of pods, as many decisions of different pods in one call as make up a batch.
double writer(int pods_at_once, int rounds, double& events_per_call) {
  log_writer it{{.dsn = database(), .random = samples::random_bits()}};
  good(it.take_lead());
  store_fixture::append(it, {samples::tenant_made("acme")});
  const auto start = steady::now();
  int number = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<samples::subject> pods;
    for (int i = 0; i < pods_at_once; ++i)
      pods.push_back({"acme", ++number});
    for (const auto step :
         {&samples::ordered, &samples::building, &samples::built, &samples::destroyed}) {
      std::vector<decision> decisions;
      for (const auto& each : pods)
        decisions.push_back(step(each));
      store_fixture::append(it, std::move(decisions));
    }
  }
  events_per_call = static_cast<double>(it.head().seq) / (4.0 * rounds);
  return per_second(it.head().seq, start);
}

} // namespace

BOOST_AUTO_TEST_CASE(append_bench) {
  for (const auto& [pods, rounds] : {std::pair{1, 200}, {12, 60}, {100, 15}}) {
    double events_per_call = 0;
    const auto ours = writer(pods, rounds, events_per_call);
    const auto plain = plain_unnest(static_cast<int>(events_per_call), rounds * 4);
    std::printf("%4.0f events a call: %8.0f events/s, plain unnest %8.0f (%.0f %%)\n",
                events_per_call, ours, plain, 100 * ours / plain);
  }
}
