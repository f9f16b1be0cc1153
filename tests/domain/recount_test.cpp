#include <boost/test/unit_test.hpp>

#include "domain/recount.hpp"
#include "domain/story.hpp"

// Contract 12: what a recalculation finds.

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

struct recount_story : story {
  pod_id pod;

  recount_story() {
    pod = *order(samples::order());
    BOOST_TEST_REQUIRE(settle(pod));
  }

  /// The rows as they must be.
  tenant_projection rows() const {
    tenant_projection made;
    made.held = log.tenant().held;
    made.own_limits = log.tenant().own_limits;
    for (const auto& [id, record] : log.tenant().pods)
      made.pods.push_back({id, std::string{text(record->pod.status)},
                           std::optional{record->pod.order.guest}, record->pod.size()});
    return made;
  }

  guests_seen seen(std::vector<listed_guest> guests, std::int64_t later = 60) const {
    guests_seen made;
    made.by_node[state(pod).order.node].guests = std::move(guests);
    made.asked_at = state(pod).updated_at + std::chrono::seconds{later};
    return made;
  }

  listed_guest own_guest(std::string tags = {}) const {
    listed_guest made;
    made.guest = state(pod).order.guest;
    made.tags = std::move(tags);
    return made;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_recalculation, recount_story)

BOOST_AUTO_TEST_CASE(finds_nothing_where_all_is_as_it_must_be) {
  BOOST_TEST(recount(log.tenant(), rows(), seen({own_guest()})).empty());
}

BOOST_AUTO_TEST_CASE(names_each_amount_of_the_quota_that_differs) {
  auto wrong = rows();
  wrong.held.used.cpu_cores += 2;
  wrong.held.reserved.pods += 1;
  wrong.own_limits.max_pods = 9;
  const auto found = recount(log.tenant(), wrong, seen({own_guest()}));
  BOOST_TEST_REQUIRE(found.size() == 3U);
  BOOST_TEST(found[0].where == "projection");
  BOOST_TEST(found[0].field == "used.cpuCores");
  BOOST_TEST(found[0].expected == std::to_string(log.tenant().held.used.cpu_cores));
  BOOST_TEST(found[0].found == std::to_string(wrong.held.used.cpu_cores));
  BOOST_TEST(found[1].field == "reserved.pods");
  BOOST_TEST(found[2].field == "limits.pods");
  BOOST_TEST(found[2].expected == "none");
}

BOOST_AUTO_TEST_CASE(names_what_the_pods_do_not_sum_up_to) {
  auto fold = log.tenant();
  fold.held.used.disk_gb += 1;
  const auto found = recount(fold, rows(), seen({own_guest()}));
  BOOST_TEST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].where == "log");
  BOOST_TEST(found[0].field == "used.diskGb");
  BOOST_TEST(found[1].where == "projection");
}

BOOST_AUTO_TEST_CASE(names_rows_that_are_wrong_missing_or_too_many) {
  auto wrong = rows();
  wrong.pods[0].status = "error";
  wrong.pods[0].guest = std::nullopt;
  wrong.pods.push_back({pod_id{"pod-strange"}, "active", 1, {}});
  auto found = recount(log.tenant(), wrong, seen({own_guest()}));
  BOOST_TEST_REQUIRE(found.size() == 3U);
  BOOST_TEST(found[0].field == "status");
  BOOST_TEST(found[1].field == "vmid");
  BOOST_TEST(found[1].found == "none");
  BOOST_TEST(found[2].field == "row");
  BOOST_TEST(found[2].pod->value == "pod-strange");
  wrong.pods.clear();
  found = recount(log.tenant(), wrong, seen({own_guest()}));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].field == "row");
  BOOST_TEST(found[0].found == "none");
}

BOOST_AUTO_TEST_CASE(misses_the_guest_of_an_active_pod_on_its_own_node_only) {
  const auto found = recount(log.tenant(), rows(), seen({}));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].where == "node");
  BOOST_TEST(found[0].field == "guest");
  BOOST_TEST(found[0].found == "none");
  auto elsewhere = seen({});
  elsewhere.by_node.clear();
  elsewhere.by_node[node_name{"another"}] = {};
  BOOST_TEST(recount(log.tenant(), rows(), elsewhere).empty());
}

BOOST_AUTO_TEST_CASE(does_not_judge_what_changed_just_before_the_nodes_were_asked) {
  BOOST_TEST(recount(log.tenant(), rows(), seen({}, 5)).empty());
}

BOOST_AUTO_TEST_CASE(finds_the_guest_of_a_deleted_pod) {
  const auto left_over = own_guest(owner_mark{controller_id{"ctl-1"}, pod}.tags());
  destroy(pod);
  BOOST_TEST_REQUIRE(settle(pod));
  BOOST_TEST_REQUIRE(!state(pod).is_live());
  BOOST_TEST(recount(log.tenant(), rows(), seen({})).empty());
  BOOST_TEST(recount(log.tenant(), rows(), seen({own_guest("somebody's")})).empty());
  const auto found = recount(log.tenant(), rows(), seen({left_over}));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].expected == "none");
}

BOOST_AUTO_TEST_SUITE_END()
