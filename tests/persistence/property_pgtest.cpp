#include <atomic>
#include <future>

#include "cutting_proxy.hpp"
#include "fold_comparison.hpp"
#include "random_history.hpp"
#include "store_fixture.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

/// What a subscriber got, page by page, up to the end of the log.
struct subscriber {
  event_filter filter;
  std::vector<std::int64_t> seqs;

  void follow(const std::string& dsn, const std::atomic<std::int64_t>& last) {
    log_reader reader{{.dsn = dsn, .connect_timeout_s = 2}};
    std::int64_t cursor = 0;
    while (cursor < last) {
      const auto page = reader.events_after(cursor, filter, 7);
      if (!page)
        continue; // killed twice in a row: from the same place again
      for (const auto& each : page->events)
        seqs.push_back(each.event.seq);
      cursor = page->looked_up_to;
    }
  }
};

std::vector<std::int64_t> seqs_of(const std::vector<stored_event>& events) {
  std::vector<std::int64_t> out;
  for (const auto& each : events)
    out.push_back(each.event.seq);
  return out;
}

struct property_fixture : store_fixture {
  cutting_proxy proxy{dsn};
  std::atomic<bool> done = false;
  std::atomic<std::int64_t> last = std::numeric_limits<std::int64_t>::max();

  /// Ends sessions of readers and writers at random moments until all is done.
  void kill_sessions(std::uint64_t seed) const {
    std::mt19937_64 engine{seed};
    auto link = good(connection::open({.dsn = dsn, .application_name = "killer", .session = {}}));
    while (!done) {
      const bool writers = engine() % 2 == 0;
      good(link.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                    "current_database() AND application_name = 'cloudpodsd " +
                    std::string{writers ? "writer" : "reader"} + "'"));
      // The clock of this test is the log itself.
      const auto head = good(link.run("SELECT seq FROM cloud_pod_log_head")).integer(0, 0);
      while (!done && good(link.run("SELECT seq FROM cloud_pod_log_head")).integer(0, 0) <
                          head + static_cast<std::int64_t>(engine() % 60)) {
      }
    }
  }

  /// Appends a history over a way that is cut now and then; returns every event that was
  /// acknowledged, in order.
  std::vector<stored_event> write(log_writer& writer, std::uint64_t seed, random_history& history,
                                  int calls) {
    std::mt19937_64 engine{seed};
    std::vector<stored_event> acknowledged;
    for (int i = 0; i < calls; ++i) {
      if (engine() % 5 == 0)
        proxy.cut_next(static_cast<cut>(engine() % 4));
      const auto decisions = history.next(6);
      auto result = writer.append(decisions, samples::at(i));
      while (const auto* away = std::get_if<store_away>(&result)) {
        const bool kept = away->fate_open;
        result = writer.recover();
        if (!kept && std::holds_alternative<appended>(result))
          result = writer.append(decisions, samples::at(i));
      }
      for (auto& each : settled(std::move(result)))
        std::ranges::move(good(std::move(each)), std::back_inserter(acknowledged));
    }
    last = writer.head().seq;
    return acknowledged;
  }

  /// Whatever becomes of the writer, the others come to their end.
  struct end_of_all {
    property_fixture& of;

    ~end_of_all() {
      of.done = true;
      if (of.last == std::numeric_limits<std::int64_t>::max())
        of.last = 0;
    }
  };
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(under_fire, property_fixture)

BOOST_AUTO_TEST_CASE(every_event_is_written_once_and_read_once) {
  random_history history{42};
  std::vector<subscriber> subscribers(4);
  subscribers[1].filter.tenant = domain::tenant_id{"tenant-0"};
  subscribers[2].filter.names = {"pod.*", "quota.reserved"};
  subscribers[3].filter.tenant = domain::tenant_id{"tenant-1"};
  subscribers[3].filter.categories = {domain::category::info};
  auto writer = leader(proxy.dsn());
  std::vector<std::future<void>> running;
  for (auto& each : subscribers)
    running.push_back(std::async(std::launch::async, [&] { each.follow(dsn, last); }));
  running.push_back(std::async(std::launch::async, [&] { kill_sessions(7); }));
  std::vector<stored_event> acknowledged;
  {
    const end_of_all end{*this};
    acknowledged = write(writer, 11, history, 150);
  }
  for (auto& each : running)
    each.get();

  BOOST_TEST(proxy.cuts() > 0);
  auto store = reader();
  const auto all = good(store.events_after(0, {}, 100'000)).events;
  BOOST_REQUIRE_EQUAL(all.size(), acknowledged.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    BOOST_TEST_REQUIRE(all[i].event.id.value == acknowledged[i].event.id.value);
    BOOST_TEST_REQUIRE(all[i].event.seq == acknowledged[i].event.seq);
    BOOST_TEST_REQUIRE(all[i].data == acknowledged[i].data);
  }
  for (const auto& each : subscribers)
    BOOST_TEST(each.seqs == seqs_of(good(store.events_after(0, each.filter, 100'000)).events),
               boost::test_tools::per_element());
  BOOST_TEST(verified().difference.value_or("") == "");
  for (const auto& tenant : history.tenants())
    compare_with_fold(*this, tenant);
}

BOOST_AUTO_TEST_SUITE_END()
