#include <boost/test/unit_test.hpp>

#include "actors/circuit.hpp"
#include "actors/lease_times.hpp"

// Contract 11: a node that keeps failing opens a circuit; it is probed and closed again.

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace std::chrono_literals;
using enum domain::circuit_state;

namespace {

struct circuit_fixture {
  bool fail(std::chrono::milliseconds later, int pod = 0, circuit::request kind = attempt) {
    now += later;
    return it.failed(kind, domain::pod_id{"pod-" + std::to_string(pod)}, now);
  }
  void open() {
    for (int i = 0; i < 5; ++i)
      fail(2s, i);
    BOOST_REQUIRE(!it.lets_through());
  }
  /// From now until it wants a probe, in seconds.
  std::int64_t pause() const {
    for (std::int64_t s = 0;; ++s)
      if (it.wants_probe(now + std::chrono::seconds{s}))
        return s;
  }

  static constexpr auto attempt = circuit::request::attempt;
  static constexpr auto query = circuit::request::query;
  domain::instant now{1h};
  circuit it{{}, false, now};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_circuit, circuit_fixture)

BOOST_AUTO_TEST_CASE(five_failures_of_more_than_one_pod_open_it) {
  for (int i = 0; i < 4; ++i)
    BOOST_TEST(!fail(2s, i));
  BOOST_TEST(fail(2s, 4));
  BOOST_TEST(it.failures() == 5);
  BOOST_TEST(!fail(2s, 5));
}

BOOST_AUTO_TEST_CASE(one_pod_alone_does_not_open_it) {
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(!fail(2s));
  BOOST_TEST(fail(2s, 1));
}

BOOST_AUTO_TEST_CASE(what_fails_at_once_counts_once) {
  for (int i = 0; i < 50; ++i)
    BOOST_TEST(!fail(1ms, i));
}

BOOST_AUTO_TEST_CASE(a_success_between_them_begins_anew) {
  for (int i = 0; i < 4; ++i)
    fail(2s, i);
  it.succeeded(attempt, false, now);
  for (int i = 0; i < 4; ++i)
    BOOST_TEST(!fail(2s, i));
}

BOOST_AUTO_TEST_CASE(a_read_that_works_and_a_no_are_no_success_of_a_command) {
  for (int i = 0; i < 4; ++i) {
    fail(2s, i);
    it.succeeded(query, false, now);
    it.succeeded(attempt, true, now);
  }
  BOOST_TEST(fail(2s));
}

BOOST_AUTO_TEST_CASE(failures_that_lie_far_apart_do_not_open_it) {
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(!fail(40s, i));
}

BOOST_AUTO_TEST_CASE(a_probe_that_fails_doubles_the_pause_up_to_five_minutes) {
  open();
  BOOST_TEST(pause() == 5);
  for (const auto next : {10, 20, 40, 80, 160, 300, 300}) {
    now += 300s;
    it.probe_begins();
    BOOST_TEST(!it.wants_probe(now));
    it.probe_failed(now);
    BOOST_TEST(pause() == next);
  }
}

BOOST_AUTO_TEST_CASE(a_probe_that_works_closes_it_and_it_opens_again_with_a_longer_pause) {
  open();
  it.probe_begins();
  BOOST_TEST((it.state() == probing));
  BOOST_TEST(it.succeeded(query, false, now));
  BOOST_TEST((it.state() == closed));
  open();
  BOOST_TEST(pause() == 10);
  it.probe_begins();
  it.succeeded(query, false, now);
  now += 300s;
  open();
  BOOST_TEST(pause() == 5);
}

BOOST_AUTO_TEST_CASE(one_that_was_left_open_is_probed_at_once) {
  const circuit left{{}, true, now};
  BOOST_TEST(!left.lets_through());
  BOOST_TEST(left.wants_probe(now));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(lease_durations, circuit_fixture)

BOOST_AUTO_TEST_CASE(a_turn_is_foretold_from_the_mean_of_what_was) {
  lease_times times;
  const domain::pod_id one{"pod-1"};
  const domain::pod_id two{"pod-2"};
  BOOST_TEST(!times.eta("node", 1, 1).has_value());
  times.granted(one, {"node", "storage:a"}, now);
  times.granted(two, {"node"}, now);
  times.released(one, {"storage:a"}, now + 10s);
  times.released(one, {}, now + 20s);
  times.released(two, {}, now + 40s);
  times.released(two, {}, now + 400s);
  BOOST_TEST(times.eta("storage:a", 3, 1).value() == 30);
  BOOST_TEST(times.eta("node", 1, 2).value() == 15);
  BOOST_TEST(times.eta("node", 4, 2).value() == 60);
}

BOOST_AUTO_TEST_SUITE_END()
