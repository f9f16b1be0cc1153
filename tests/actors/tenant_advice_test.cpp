#include "actors/stage.hpp"

// Contract 16: what a recommendation asks is decided by its tenant, in one append.

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using domain::advice;
using domain::problem_code;

namespace {

struct advice_stage : engine_stage {
  domain::pod_id id = accepted_in(place()).pod->pod.id;

  take_advice advised(std::vector<domain::recommended_action> actions) {
    take_advice made;
    made.what.id = "rec-1";
    made.what.rule = "outside.busy";
    made.what.about = {domain::samples::tenant(), id, pod(id)->pod.order.guest, std::nullopt};
    made.what.subject = made.what.about.subject();
    made.what.actions = std::move(actions);
    return made;
  }
  domain::expected<std::vector<domain::job_id>> take(take_advice what) {
    const auto reply = ask<advice_reply>(awake(), std::move(what));
    BOOST_REQUIRE(reply->has_value());
    return (*reply)->value;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(advice_for_a_tenant, advice_stage)

BOOST_AUTO_TEST_CASE(all_it_asks_and_that_it_was_applied_is_one_append) {
  const auto before = log->appended.size();
  const auto jobs =
      take(advised({{advice::run_health_check}, {advice::notify_tenant, {}, {}, "busy"}}));
  BOOST_REQUIRE(jobs.has_value());
  BOOST_TEST_REQUIRE(jobs->size() == 1U);
  BOOST_TEST((job(jobs->front())->status == domain::job_status::success));
  BOOST_TEST(log->count("recommendation.applied") == 1);
  BOOST_TEST(log->count("tenant.notified") == 1);
  // job.queued, item.queued, tenant.notified, recommendation.applied
  BOOST_TEST(log->appended.at(before) == 4U);
}

BOOST_AUTO_TEST_CASE(what_the_quota_refuses_leaves_nothing) {
  const auto before = log->events.size();
  const auto refused =
      take(advised({{advice::notify_tenant, {}, {}, "busy"}, {advice::scale_up, 400, {}, {}}}));
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == problem_code::quota_exceeded));
  BOOST_TEST(log->events.size() == before);
}

BOOST_AUTO_TEST_CASE(a_key_that_was_used_for_something_else_is_refused) {
  auto wish = advised({{advice::notify_tenant, {}, {}, "busy"}});
  wish.key = idempotency{"k", "hash-1"};
  BOOST_TEST(take(wish).has_value());
  BOOST_TEST((take(wish).error().code == problem_code::idempotency_key_reused));
  const auto order = place(domain::samples::order(), idempotency{"k", "hash-2"});
  BOOST_TEST(((*order)->value.error().code == problem_code::idempotency_key_reused));
}

BOOST_AUTO_TEST_CASE(a_log_that_refuses_is_told_and_the_tenant_goes_on) {
  log->refusal = domain::problem{problem_code::store_unavailable, "away"};
  const auto wish = advised({{advice::notify_tenant, {}, {}, "busy"}});
  BOOST_TEST((take(wish).error().code == problem_code::store_unavailable));
  log->refusal.reset();
  BOOST_TEST(take(wish).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
