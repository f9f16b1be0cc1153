#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "domain/allocation.hpp"
#include "domain/samples.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

struct allocation_fixture {
  catalogue all = [] {
    auto made = offers();
    made.vmids = {100000, 100006};                      // five of them: two are protected
    made.ip_pools[0].last = made.ip_pools[0].first + 3; // three: one is the gateway's
    return made;
  }();
  allocation free{std::make_shared<const catalogue>(all)};
  std::int64_t seq = 0;

  placement_request wanted(bool address = false) const {
    return {{node_name{"pve1"}, node_name{"pve2"}}, 1024, 30, storage_name{"clients"}, address, {}};
  }
  void fold(int pod, event_payload payload, instant at) {
    new_event fact;
    fact.stream = pod_stream(ids(pod).pod);
    fact.tenant = tenant();
    fact.pod = ids(pod).pod;
    fact.payload = std::move(payload);
    for (const auto& each : committed({fact}, ++seq, at))
      free.fold(each);
  }
  placement take(int pod, instant at, bool address = false) {
    const auto place = free.hold(ids(pod).pod, wanted(address), at).value();
    pod_ordered ordered;
    ordered.guest = place.guest;
    ordered.node = place.node;
    ordered.ip_address = place.ip_address;
    ordered.memory_mb = 1024;
    ordered.disk_gb = 30;
    ordered.storage = storage_name{"clients"};
    fold(pod, ordered, at);
    return place;
  }
};

} // namespace

// Contract 5 (placement), 11 (quarantine).
BOOST_FIXTURE_TEST_SUITE(allocations, allocation_fixture)

BOOST_AUTO_TEST_CASE(no_vmid_and_no_address_is_given_twice_and_none_that_is_protected) {
  std::set<vmid> guests;
  for (int i = 1; i <= 5; ++i)
    BOOST_TEST(guests.insert(take(i, after(0)).guest).second);
  BOOST_TEST((guests == std::set<vmid>{100000, 100001, 100002, 100005, 100006}));
  const auto refused = free.hold(ids(6).pod, wanted(), after(0));
  BOOST_TEST((refused.error().code == problem_code::no_capacity));
}

BOOST_AUTO_TEST_CASE(an_empty_pool_is_said_and_takes_nothing) {
  std::set<std::string> addresses;
  for (int i = 1; i <= 3; ++i)
    BOOST_TEST(addresses.insert(take(i, after(0), true).ip_address.value()).second);
  BOOST_TEST(!addresses.contains("10.1.10.101"));
  BOOST_TEST((free.hold(ids(4).pod, wanted(true), after(0)).error().code ==
              problem_code::ip_pool_exhausted));
  BOOST_TEST(free.hold(ids(5).pod, wanted(), after(0)).has_value());
  BOOST_TEST(free.hold(ids(6).pod, wanted(), after(0)).has_value());
}

BOOST_AUTO_TEST_CASE(a_hold_that_came_to_nothing_is_free_again_at_once) {
  for (int i = 1; i <= 5; ++i)
    BOOST_TEST(free.hold(ids(i).pod, wanted(i < 4), after(0)).has_value());
  free.end_hold(ids(2).pod);
  BOOST_TEST(free.hold(ids(7).pod, wanted(true), after(0)).has_value());
  free.end_hold(ids(99).pod);
}

BOOST_AUTO_TEST_CASE(a_hold_for_the_same_pod_takes_the_place_of_its_first) {
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(free.hold(ids(1).pod, wanted(true), after(0)).has_value());
  free.end_hold(ids(1).pod);
  for (int i = 1; i <= 5; ++i)
    BOOST_TEST(free.hold(ids(i).pod, wanted(i < 4), after(0)).has_value());
}

BOOST_AUTO_TEST_CASE(a_released_vmid_and_address_are_in_quarantine) {
  for (int i = 1; i <= 5; ++i)
    take(i, after(0), i <= 3);
  fold(1, pod_deleted{}, after(100));
  BOOST_TEST(!free.hold(ids(6).pod, wanted(), after(101)).has_value());
  BOOST_TEST(!free.hold(ids(6).pod, wanted(), after(100 + 3599)).has_value());
  BOOST_TEST(free.hold(ids(6).pod, wanted(true), after(100 + 3600)).has_value());
}

BOOST_AUTO_TEST_CASE(quarantine_is_known_again_after_a_restart) {
  allotment taken{100000, node_name{"pve1"}, ipv4_from_text("10.1.10.100"), 1, 1, {}};
  free.restore(ids(1).pod, taken);
  for (const vmid each : {100001, 100002})
    free.restore_released(each, after(0));
  free.restore_released(*ipv4_from_text("10.1.10.102"), after(0));
  const auto place = free.hold(ids(2).pod, wanted(true), after(10)).value();
  BOOST_TEST(place.guest == 100005);
  BOOST_TEST(place.ip_address.value() == "10.1.10.103");
}

// Contract 7: what a script or a guest told is nobody else's either.
BOOST_AUTO_TEST_CASE(an_address_that_was_found_is_held_like_one_that_was_given) {
  take(1, after(0));
  fold(1, pod_active{"10.1.10.103", power_state::running}, after(1));
  auto named = wanted();
  named.ip_address = "10.1.10.103";
  BOOST_TEST((free.hold(ids(2).pod, named, after(2)).error().code == problem_code::ip_in_use));
  fold(1, pod_deleted{}, after(3));
  BOOST_TEST((free.hold(ids(2).pod, named, after(4)).error().code == problem_code::ip_in_use));
  BOOST_TEST(free.hold(ids(2).pod, named, after(3 + 3600)).has_value());
}

BOOST_AUTO_TEST_CASE(an_address_that_a_guest_claims_stays_with_its_holder) {
  const auto held = take(1, after(0), true).ip_address.value();
  take(2, after(0));
  fold(2, pod_active{held, power_state::running}, after(1));
  fold(2, pod_deleted{}, after(2));
  auto named = wanted();
  named.ip_address = held;
  BOOST_TEST((free.hold(ids(3).pod, named, after(9000)).error().code == problem_code::ip_in_use));
}

BOOST_AUTO_TEST_CASE(a_clean_failed_create_keeps_its_vmid_and_no_address) {
  for (int i = 1; i <= 5; ++i)
    take(i, after(0), i <= 3);
  fold(1, pod_failed{pod_fault::create_failed, "no space", false}, after(1));
  BOOST_TEST(
      (free.hold(ids(6).pod, wanted(), after(9000)).error().code == problem_code::no_capacity));
  fold(2, pod_deleted{}, after(1));
  fold(3, pod_failed{pod_fault::create_failed, "no space", true}, after(1));
  std::set<std::string> addresses;
  for (int i = 6; i <= 6; ++i)
    addresses.insert(take(i, after(9000), true).ip_address.value());
  BOOST_TEST(!addresses.contains("10.1.10.103"));
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_is_done_gives_the_address_back) {
  for (int i = 1; i <= 3; ++i)
    take(i, after(0), true);
  fold(1, pod_failed{pod_fault::create_failed, "no space", true}, after(1));
  BOOST_TEST(!free.hold(ids(6).pod, wanted(true), after(9000)).has_value());
  fold(1, item_ended{item_id{"q"}, item_action::cleanup, item_status::success, {}}, after(1));
  BOOST_TEST(free.hold(ids(6).pod, wanted(true), after(9000)).has_value());
}

BOOST_AUTO_TEST_CASE(a_renumbered_pod_has_the_new_vmid_only_and_the_strangers_is_left_alone) {
  const auto place = take(1, after(0));
  const auto other = free.hold_vmid(ids(1).pod, after(0)).value();
  BOOST_TEST(other != place.guest);
  fold(1, pod_renumbered{place.guest, other}, after(1));
  fold(1, pod_deleted{}, after(2));
  std::set<vmid> given;
  for (int i = 2; i <= 5; ++i)
    given.insert(take(i, after(9000)).guest);
  BOOST_TEST(!given.contains(place.guest));
  BOOST_TEST(given.contains(other));
}

BOOST_AUTO_TEST_CASE(a_second_hold_of_a_vmid_takes_the_place_of_the_first) {
  take(1, after(0));
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(free.hold_vmid(ids(1).pod, after(0)).has_value());
}

BOOST_AUTO_TEST_CASE(a_stranger_keeps_its_vmid) {
  free.note_guests(node_name{"pve1"}, {100000});
  BOOST_TEST(take(1, after(0)).guest == 100001);
}

BOOST_AUTO_TEST_CASE(a_stranger_that_a_node_lists_no_more_gives_its_vmid_free) {
  free.note_guests(node_name{"pve1"}, {100000, 100001, 100002, 100003, 100004, 100005});
  free.note_guests(node_name{"pve2"}, {100006});
  BOOST_TEST(!free.hold(ids(1).pod, wanted(), after(0)).has_value());
  free.note_guests(node_name{"pve1"}, {});
  BOOST_TEST(free.hold(ids(1).pod, wanted(), after(0)).value().guest == 100000);
}

BOOST_AUTO_TEST_CASE(a_stranger_that_was_found_counts_for_a_day_and_then_the_lists_tell) {
  const auto place = take(1, after(0));
  const auto other = free.hold_vmid(ids(1).pod, after(0)).value();
  fold(1, pod_renumbered{place.guest, other}, after(1));
  std::set<vmid> given;
  for (int i = 2; i <= 4; ++i)
    given.insert(take(i, after(80'000)).guest);
  BOOST_TEST(!given.contains(place.guest));
  BOOST_TEST(!free.hold(ids(6).pod, wanted(), after(80'000)).has_value());
  BOOST_TEST(free.hold(ids(6).pod, wanted(), after(90'000)).value().guest == place.guest);
}

// Contract 8: a drained node gets no new pods.
BOOST_AUTO_TEST_CASE(a_drained_node_gets_no_new_pods_until_it_is_resumed) {
  event fact;
  fact.stream = node_stream(node_name{"pve1"});
  fact.payload = node_drained{};
  free.fold(fact);
  BOOST_TEST((take(1, after(0)).node == node_name{"pve2"}));
  free.note_drained(node_name{"pve2"});
  BOOST_TEST((free.hold(ids(2).pod, wanted(), after(0)).error().code == problem_code::no_capacity));
  fact.payload = node_resumed{};
  free.fold(fact);
  BOOST_TEST((take(2, after(0)).node == node_name{"pve1"}));
}

BOOST_AUTO_TEST_CASE(the_holds_of_a_tenant_that_is_made_anew_end_and_no_others) {
  const tenant_id gone{"T-gone"};
  const auto first = free.hold(ids(1).pod, wanted(), after(0), gone).value();
  const auto other = free.hold(ids(2).pod, wanted(), after(0), tenant_id{"T-here"}).value();
  free.end_holds_of(gone);
  free.end_holds_of(gone);
  std::set<vmid> given;
  for (int i = 3; i <= 6; ++i)
    if (const auto place = free.hold(ids(i).pod, wanted(), after(0)))
      given.insert(place->guest);
  BOOST_TEST(given.contains(first.guest));
  BOOST_TEST(!given.contains(other.guest));
}

BOOST_AUTO_TEST_CASE(a_node_keeps_a_fifth_of_its_memory_and_a_tenth_of_its_disk) {
  node_capacity small;
  small.memory_total_mb = 1280;
  free.note_capacity(node_name{"pve1"}, small);
  BOOST_TEST((take(1, after(0)).node == node_name{"pve1"}));
  BOOST_TEST((take(2, after(0)).node == node_name{"pve2"}));
  small.memory_total_mb = 0;
  small.storages = {{storage_name{"other"}, 1, 0}, {storage_name{"clients"}, 66, 66}};
  free.note_capacity(node_name{"pve2"}, small);
  BOOST_TEST((free.hold(ids(3).pod, wanted(), after(0)).error().code == problem_code::no_capacity));
  fold(2, pod_deleted{}, after(1));
  BOOST_TEST((free.hold(ids(3).pod, wanted(), after(1)).value().node == node_name{"pve2"}));
}

BOOST_AUTO_TEST_CASE(a_failed_create_that_is_clean_takes_no_room_on_its_node) {
  node_capacity small;
  small.memory_total_mb = 1280;
  free.note_capacity(node_name{"pve1"}, small);
  BOOST_TEST((take(1, after(0)).node == node_name{"pve1"}));
  fold(1, pod_failed{pod_fault::create_failed, "no space", false}, after(1));
  BOOST_TEST((take(2, after(1)).node == node_name{"pve1"}));
  fold(1, pod_deleted{}, after(1));
  BOOST_TEST((take(3, after(1)).node == node_name{"pve2"}));
}

BOOST_AUTO_TEST_SUITE_END()
