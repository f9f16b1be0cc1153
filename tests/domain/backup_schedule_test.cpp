#include <boost/test/unit_test.hpp>

#include <random>

#include "domain/backup_schedule.hpp"
#include "domain/backups.hpp"
#include "domain/health.hpp"
#include "domain/story.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::int64_t keep_last = 2;
constexpr std::int64_t keep_days = 5;

/// `starter` names the policy `daily`; `premium` none, the tenant's plan `tier` names `weekly`.
catalogue with_policies(std::int64_t days_kept = keep_days) {
  auto all = offers();
  all.backup_policies = {{"daily", 24, keep_last, days_kept}, {"weekly", 168, 4, 30}};
  all.plans[0].backup_policy = "daily";
  tenant_plan tier;
  tier.id = "tier";
  tier.backup_policy = "weekly";
  all.tenant_plans = {tier};
  return all;
}

struct kept_pod : story {
  explicit kept_pod(std::int64_t days_kept = keep_days) : story(with_policies(days_kept)) {
    BOOST_REQUIRE(settle(pod));
  }

  pod_id pod = order(samples::order()).value();
  int asked = 0;

  expected<std::vector<new_event>> judged() {
    const auto number = "policy-" + std::to_string(++asked);
    return decide_upkeep(log.tenant(), log.record(pod), log.offers(),
                         {job_id{"job-" + number}, item_id{"q-" + number}, "bak-" + number}, now);
  }
  /// Whether anything was due; if so it is queued.
  bool tick() {
    const auto facts = judged();
    if (facts)
      append(*facts);
    return facts.has_value();
  }
  bool back_up(luck how = samples::luck::success) {
    chances drawn;
    drawn.how = how;
    const bool due = tick();
    settle(pod, drawn);
    return due && !state(pod).backups.empty();
  }
  const std::vector<pod_backup>& backups() const { return state(pod).backups; }
};

} // namespace

// Contract 3 ([[backup_policies]]), 11, 19.
BOOST_FIXTURE_TEST_SUITE(backups_by_policy, kept_pod)

BOOST_AUTO_TEST_CASE(the_plans_policy_counts_before_that_of_the_tenants_plan) {
  const auto all = with_policies();
  auto tenant = log.tenant();
  tenant.plan = "tier";
  auto other = state(pod);
  BOOST_TEST(policy_of(tenant, other, all)->name == "daily");
  other.order.plan = plan_code{"premium"};
  BOOST_TEST(policy_of(tenant, other, all)->name == "weekly");
  tenant.plan.reset();
  BOOST_TEST((policy_of(tenant, other, all) == nullptr));
}

BOOST_AUTO_TEST_CASE(the_first_is_due_as_soon_as_the_pod_is_active) {
  BOOST_TEST(back_up());
  BOOST_TEST(backups().front().by_policy);
  BOOST_TEST(!tick());
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_not_active_is_not_backed_up) {
  const auto next = order(samples::order());
  BOOST_REQUIRE(next.has_value());
  pod = *next;
  BOOST_TEST(!tick());
}

BOOST_AUTO_TEST_CASE(a_second_one_is_refused_while_one_is_open) {
  BOOST_TEST(tick());
  BOOST_TEST(!tick());
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(all<pod_backed_up>().size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_next_is_due_within_the_last_tenth_of_its_interval) {
  BOOST_REQUIRE(back_up());
  now = backups().back().created_at + hours{24} * 9 / 10 - std::chrono::milliseconds{1};
  BOOST_TEST(!tick());
  now = backups().back().created_at + hours{24};
  BOOST_TEST(tick());
}

BOOST_AUTO_TEST_CASE(pods_that_began_together_drift_apart) {
  const backup_policy daily{"daily", 24, 2, 5};
  std::set<instant> when;
  for (int i = 0; i < 50; ++i)
    when.insert(next_backup_at(pod_id{"pod-" + std::to_string(i)}, after(0), daily));
  BOOST_TEST(when.size() > 45U);
  BOOST_TEST((*when.begin() > after(0) + hours{24} * 9 / 10 - std::chrono::milliseconds{1}));
  BOOST_TEST((*when.rbegin() <= after(0) + hours{24}));
}

BOOST_AUTO_TEST_CASE(one_that_failed_is_tried_again_after_a_pause) {
  BOOST_TEST(!back_up(samples::luck::permanent));
  BOOST_TEST(!tick());
  now += pause_after_failure;
  BOOST_TEST(back_up());
  BOOST_TEST(!state(pod).upkeep_failed_at.has_value());
}

BOOST_AUTO_TEST_CASE(a_full_storage_fails_it_before_the_backup) {
  node.free_gb = 0;
  BOOST_REQUIRE(tick());
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(job_of(pod, job_type::backup).error->code == "BACKUP_STORAGE_FULL");
  for (const auto& each : all<item_step_started>())
    BOOST_TEST((each.which != step::backup));
}

BOOST_AUTO_TEST_CASE(a_suspended_pod_is_backed_up_too) {
  BOOST_REQUIRE(ask(pod, item_action::suspend).has_value());
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(back_up());
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_of_a_pod_without_a_policy) {
  catalogue none = with_policies();
  none.plans[0].backup_policy.clear();
  BOOST_TEST(!decide_upkeep(log.tenant(), log.record(pod), none, {}, now).has_value());
}

BOOST_AUTO_TEST_CASE(retention_can_be_trusted_whatever_fails) {
  std::mt19937_64 chance{11};
  const auto one_in = [&](int n) { return std::uniform_int_distribution{1, n}(chance) == 1; };
  std::size_t looked_at = log.events().size();
  auto before = state(pod);
  bool newest_failed = false;
  std::size_t pruned = 0;
  for (int turn = 0; turn < 400; ++turn) {
    now += hours{std::uniform_int_distribution{1, 30}(chance)};
    if (one_in(3))
      BOOST_REQUIRE(ask(pod, item_action::backup).has_value());
    else
      tick();
    chances drawn;
    drawn.lost = one_in(6);
    if (one_in(4))
      drawn.how = one_in(2) ? samples::luck::permanent : samples::luck::transient;
    BOOST_REQUIRE(settle(pod, drawn) || settle(pod));
    for (; looked_at < log.events().size(); ++looked_at) {
      const auto& fact = log.events()[looked_at];
      if (std::holds_alternative<pod_backed_up>(fact.payload)) {
        newest_failed = false;
      } else if (const auto* ended = std::get_if<item_ended>(&fact.payload)) {
        newest_failed = newest_failed || (ended->action == item_action::backup &&
                                          ended->status == item_status::failed);
      } else if (std::holds_alternative<pod_backup_deleted>(fact.payload)) {
        ++pruned;
        BOOST_TEST(!newest_failed);
      }
    }
    const auto& left = backups();
    std::vector<pod_backup> ever;
    for (const auto& each : before.backups)
      if (each.by_policy)
        ever.push_back(each);
      else
        BOOST_TEST(state(pod).find_backup(each.id) != nullptr);
    std::vector<pod_backup> of_policy;
    std::ranges::copy_if(left, std::back_inserter(of_policy), &pod_backup::by_policy);
    BOOST_TEST(of_policy.size() >= std::min<std::size_t>(keep_last, ever.size()));
    for (const auto& each : ever)
      if (state(pod).find_backup(each.id) == nullptr)
        BOOST_TEST((each.created_at <= of_policy.back().created_at - days{keep_days}));
    before = state(pod);
  }
  BOOST_TEST(pruned > 20U);
  log.check_refold();
}

BOOST_AUTO_TEST_SUITE_END()

// Contract 11: backups of a deleted pod are kept `keep_days` after its end.
BOOST_FIXTURE_TEST_SUITE(backups_of_a_deleted_pod, kept_pod)

BOOST_AUTO_TEST_CASE(all_of_them_go_when_their_time_has_come_and_the_vmid_rests_then) {
  BOOST_REQUIRE(back_up());
  BOOST_REQUIRE(ask(pod, item_action::backup).has_value());
  BOOST_REQUIRE(settle(pod));
  const auto guest = state(pod).order.guest;
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  BOOST_REQUIRE((state(pod).status == pod_status::deleted));
  BOOST_TEST((expiry_of(state(pod), backups().front(), keep_days).value() ==
              *state(pod).deleted_at + days{keep_days}));
  BOOST_TEST(!tick());
  now = *state(pod).deleted_at + days{keep_days};
  BOOST_TEST(tick());
  BOOST_TEST(!tick());
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(backups().empty());
  BOOST_TEST(node.archives.empty());
  BOOST_TEST(all<pod_backup_deleted>().back().reason == "pod_deleted");
  BOOST_TEST((job_of(pod, job_type::backup).status == job_status::success));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST(!tick());
  log.check_ends();
  log.check_refold();

  auto last = with_policies();
  last.vmids = {guest, guest};
  allocation found{std::make_shared<const catalogue>(last)};
  for (const auto& each : log.events())
    found.fold(each);
  BOOST_TEST(!found.hold_vmid(pod_id{"pod-next"}, now).has_value());
  now += std::chrono::seconds{last.quarantine_s};
  BOOST_TEST(found.hold_vmid(pod_id{"pod-next"}, now).has_value());
}

BOOST_AUTO_TEST_CASE(what_could_not_be_removed_is_tried_again_after_a_pause) {
  BOOST_REQUIRE(back_up());
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  now += days{keep_days + 1};
  BOOST_REQUIRE(tick());
  chances bad;
  bad.how = samples::luck::permanent;
  BOOST_REQUIRE(settle(pod, bad));
  BOOST_TEST(job_of(pod, job_type::backup).error->code == "CLEANUP_FAILED");
  BOOST_TEST(backups().size() == 1U);
  BOOST_TEST(!tick());
  now += pause_after_failure;
  BOOST_TEST(tick());
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(backups().empty());
  log.check_ends();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(without_days_to_keep_they_go_with_their_pod) {
  kept_pod life{0};
  BOOST_REQUIRE(life.back_up());
  life.destroy(life.pod);
  BOOST_REQUIRE(life.settle(life.pod));
  BOOST_TEST(life.tick());
  BOOST_REQUIRE(life.settle(life.pod));
  BOOST_TEST(life.backups().empty());
}

BOOST_AUTO_TEST_CASE(without_a_policy_they_are_kept_as_long_as_one_keeps_them_that_says_nothing) {
  BOOST_TEST(days_after_end(nullptr) == 14);
}

// Contract 17: health that a sweep finds.
BOOST_FIXTURE_TEST_SUITE(health_by_sweep, kept_pod)

BOOST_AUTO_TEST_CASE(only_a_change_is_told) {
  guest_health runs;
  runs.status = "running";
  const auto first = note_health(log.record(pod), runs);
  BOOST_REQUIRE(first.size() == 1U);
  append(first);
  BOOST_TEST(note_health(log.record(pod), runs).empty());
  guest_health down;
  down.status = "stopped";
  const auto news = note_health(log.record(pod), down);
  BOOST_REQUIRE(news.size() == 1U);
  BOOST_TEST((std::get<pod_health_changed>(news.front().payload).health.status ==
              health_status::critical));
}

BOOST_AUTO_TEST_CASE(a_guest_that_was_stopped_on_purpose_does_well) {
  BOOST_REQUIRE(ask(pod, item_action::stop).has_value());
  BOOST_REQUIRE(settle(pod));
  guest_health down;
  down.status = "stopped";
  const auto told = note_health(log.record(pod), down);
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST(
      (std::get<pod_health_changed>(told.front().payload).health.status == health_status::ok));
}

BOOST_AUTO_TEST_CASE(nothing_is_concluded_while_something_is_done_to_the_guest) {
  BOOST_REQUIRE(ask(pod, item_action::reboot).has_value());
  guest_health down;
  down.status = "stopped";
  BOOST_TEST(note_health(log.record(pod), down).empty());
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(note_health(log.record(pod), guest_health{}).empty());
}

BOOST_AUTO_TEST_CASE(a_vms_memory_is_not_judged_by_the_hosts_view) {
  listed_guest seen;
  seen.status = "running";
  seen.memory = 0.99;
  seen.cpu = 0.5;
  BOOST_TEST(!health_in_list(seen).memory.has_value());
  BOOST_TEST(*health_in_list(seen).cpu == 0.5);
  seen.kind = guest_kind::ct;
  BOOST_TEST(*health_in_list(seen).memory == 0.99);
  seen.status = "unknown";
  BOOST_TEST(health_in_list(seen).status.empty());
}

BOOST_AUTO_TEST_SUITE_END()
