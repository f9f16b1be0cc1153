#include <boost/test/unit_test.hpp>

#include "persistence/holdings.hpp"
#include "samples.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

/// A pod's stream, a second between two decisions.
struct stream_fixture {
  samples::subject pod;
  std::vector<stored_event> events;
  std::int64_t seconds = 0;

  stream_fixture& then(const decision& decided) {
    ++seconds;
    for (const auto& each : decided.events) {
      if (each.stream != domain::pod_stream(pod.pod()))
        continue;
      stored_event made;
      made.event.stream = each.stream;
      made.event.stream_version = static_cast<std::int64_t>(events.size()) + 1;
      made.event.tenant = each.tenant;
      made.event.pod = each.pod;
      made.event.job = each.job;
      made.event.at = samples::at(seconds);
      made.event.payload = each.payload;
      events.push_back(made);
    }
    return *this;
  }

  allocator_view released_after(std::int64_t since) const {
    allocator_view out;
    find_released(events, samples::at(since), out);
    return out;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(holdings, stream_fixture)

BOOST_AUTO_TEST_CASE(a_deleted_pod_gives_up_vmid_and_address) {
  then(samples::ordered(pod)).then(samples::built(pod)).then(samples::destroyed(pod));
  const auto view = released_after(0);
  BOOST_REQUIRE_EQUAL(view.vmids.size(), 1U);
  BOOST_TEST(view.vmids[0].what == pod.guest());
  BOOST_CHECK(view.vmids[0].at == samples::at(3));
  BOOST_REQUIRE_EQUAL(view.addresses.size(), 1U);
  BOOST_TEST(view.addresses[0].what == pod.address());
}

BOOST_AUTO_TEST_CASE(a_failed_create_gives_up_its_address_and_keeps_its_vmid) {
  then(samples::ordered(pod)).then(samples::failed(pod, false));
  const auto view = released_after(0);
  BOOST_TEST(view.vmids.empty());
  BOOST_TEST(view.addresses.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_pending_cleanup_gives_up_nothing_until_it_is_done) {
  then(samples::ordered(pod)).then(samples::failed(pod, true));
  BOOST_TEST(released_after(0).addresses.empty());
  then(samples::cleaned(pod));
  BOOST_TEST(released_after(0).addresses.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_released_long_ago_is_not_listed) {
  then(samples::ordered(pod)).then(samples::destroyed(pod));
  BOOST_TEST(released_after(2).vmids.empty());
}

BOOST_AUTO_TEST_SUITE_END()
