#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "persistence/projection.hpp"
#include "samples.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

struct projection_fixture {
  samples::subject pod;
  projection rows;
  std::int64_t version = 0;

  domain::event fact(const domain::new_event& from) {
    domain::event out;
    out.stream = from.stream;
    out.stream_version = ++version;
    out.tenant = from.tenant;
    out.pod = from.pod;
    out.job = from.job;
    out.at = samples::at(version);
    out.payload = from.payload;
    return out;
  }

  void add(const decision& decided) {
    for (const auto& each : decided.events)
      rows.add(fact(each));
  }

  /// The patch of the pod's row that one event makes.
  row_patch pod_patch(const domain::event_payload& payload) {
    for (auto& each : patches_of(fact(pod.of_pod(payload))))
      if (each.of == &pods_table())
        return each;
    BOOST_FAIL("no patch of the pod");
    return {pods_table(), ""};
  }

  static const row_patch::entry* find(const row_patch& patch, std::string_view column) {
    const auto found =
        std::ranges::find(patch.entries, patch.of->index(column), &row_patch::entry::column);
    return found == patch.entries.end() ? nullptr : &*found;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(projecting, projection_fixture)

BOOST_AUTO_TEST_CASE(every_event_of_a_pod_raises_its_version) {
  const auto patch = pod_patch(domain::pod_provisioning{});
  BOOST_REQUIRE(find(patch, "version") != nullptr);
  BOOST_CHECK(find(patch, "version")->change.value == sql_value{std::int64_t{1}});
  BOOST_TEST(find(patch, "updated_at") != nullptr);
}

BOOST_AUTO_TEST_CASE(an_event_of_the_tenants_stream_leaves_the_pod_alone) {
  for (const auto& each : patches_of(fact(pod.of_tenant(domain::quota_reserved{pod.size()}))))
    BOOST_CHECK(each.of == &quotas_table());
}

BOOST_AUTO_TEST_CASE(a_cleanup_is_not_the_pods_current_job) {
  const domain::item_started create{pod.item(), domain::item_action::create};
  const domain::item_started cleanup{pod.item(), domain::item_action::cleanup};
  BOOST_TEST(find(pod_patch(create), "current_job_id") != nullptr);
  BOOST_TEST(find(pod_patch(cleanup), "current_job_id") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_pods_whole_life_is_few_statements) {
  add(samples::ordered(pod));
  add(samples::building(pod));
  add(samples::built(pod));
  // Pod, job and item are one row each; the quota's is ensured, then changed.
  BOOST_TEST(rows.take_statements().size() == 5U);
}

BOOST_AUTO_TEST_CASE(changes_that_cannot_be_one_patch_keep_their_order) {
  add(samples::failed(pod, true));
  add(samples::cleaned(pod));
  const auto statements = rows.take_statements();
  const auto mentions = [](std::string_view text) {
    return [text](const statement& it) { return it.sql.find(text) != std::string::npos; };
  };
  const auto set = std::ranges::find_if(statements, mentions("error = u."));
  const auto joined = std::ranges::find_if(statements, mentions("error = t.error ||"));
  BOOST_TEST((set < joined));
  BOOST_TEST((joined != statements.end()));
}

BOOST_AUTO_TEST_CASE(what_was_taken_is_not_given_again) {
  add(samples::ordered(pod));
  rows.take_statements();
  BOOST_TEST(rows.take_statements().empty());
}

BOOST_AUTO_TEST_SUITE_END()
