#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <tuple>

#include "domain/stack_story.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

// Contract 15.

namespace {

std::vector<std::string> names_of(const stack_story& stack, const deployment_id& id) {
  std::vector<std::string> found;
  for (const auto& each : stack.life.log.events())
    if (each.stream == deployment_stream(id))
      found.emplace_back(event_name(each.payload));
  return found;
}

/// Everything goes well until a step of the role's pod, which fails for good.
void break_create_of(stack_story& stack, const deployment_id& id, const std::string& role) {
  const auto pod = stack.pod_of(id, role).id;
  for (int i = 0; i < 400 && stack.life.state(pod).status != pod_status::provisioning; ++i) {
    if (stack.push())
      continue;
    for (const auto& [each, record] : stack.life.log.tenant().pods) {
      const auto other = each;
      if (stack.life.act(other))
        break;
    }
  }
  BOOST_REQUIRE(stack.life.until_open(pod, step::create));
  stack.life.act(pod, {luck::permanent});
}

bool all_are(const stack_story& stack, const deployment_id& id, pod_status status) {
  return std::ranges::all_of(stack.state(id).order.pods, [&](const stack_pod& each) {
    return stack.life.state(each.pod).status == status;
  });
}

} // namespace

BOOST_AUTO_TEST_SUITE(deployments)

BOOST_AUTO_TEST_CASE(a_stack_is_ordered_whole_in_one_append) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  const auto& tenant = stack.life.log.tenant();
  BOOST_TEST(tenant.held.reserved.pods == 2);
  BOOST_TEST(stack.life.all<quota_reserved>().size() == 1U);
  BOOST_TEST(stack.life.all<pod_ordered>().size() == 2U);
  BOOST_TEST((stack.last_job(id).type == job_type::stack));
  BOOST_TEST((stack.state(id).status == deployment_status::deploying));
}

BOOST_AUTO_TEST_CASE(a_pod_is_begun_once_the_roles_it_depends_on_stand) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  BOOST_TEST(!stack.push());
  const auto app = stack.pod_of(id, "app").id;
  BOOST_TEST(!stack.life.log.record(app).has_work());
  const auto db = stack.pod_of(id, "db").id;
  BOOST_TEST(stack.life.settle(db));
  BOOST_TEST((stack.pod_of(id, "db").status == pod_status::active));
  while (stack.push())
    ;
  BOOST_TEST(stack.life.log.record(app).has_work());
}

BOOST_AUTO_TEST_CASE(a_stack_stands_once_its_pods_are_active_and_its_tasks_done) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  BOOST_TEST(stack.settle());
  BOOST_TEST((stack.state(id).status == deployment_status::deployed));
  BOOST_TEST((stack.last_job(id).status == job_status::success));
  BOOST_TEST(all_are(stack, id, pod_status::active));
  const std::vector<std::string> expected{"stack.deploying", "job.queued", "job.started",
                                          "stack.deployed", "job.succeeded"};
  BOOST_TEST(names_of(stack, id) == expected, boost::test_tools::per_element());
  stack.life.log.check_ends();
  stack.life.log.check_refold();
}

BOOST_AUTO_TEST_CASE(tasks_run_in_order_each_on_the_pod_that_it_names_first) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  BOOST_TEST(stack.settle());
  std::vector<std::pair<std::string, std::string>> tasks;
  for (const auto& each : stack.life.log.events())
    if (const auto* queued = std::get_if<item_queued>(&each.payload))
      if (queued->action == item_action::post_create)
        tasks.emplace_back(each.pod.value, queued->payload.value);
  const auto& db = stack.pod_of(id, "db");
  const auto& app = stack.pod_of(id, "app");
  BOOST_REQUIRE(tasks.size() == 2U);
  BOOST_TEST(tasks[0].first == db.id.value);
  BOOST_TEST(tasks[0].second ==
             "configure /bin/configure " + std::to_string(db.order.guest) + " " + tenant().value);
  BOOST_TEST(tasks[1].first == app.id.value);
  BOOST_TEST(tasks[1].second ==
             "register /bin/register a=" + app.order.ip_address.value_or("?") + " {unknown}");
}

BOOST_AUTO_TEST_CASE(a_failure_takes_back_what_the_deployment_made) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  break_create_of(stack, id, "app");
  BOOST_TEST(stack.settle());
  BOOST_TEST((stack.state(id).status == deployment_status::failed));
  BOOST_TEST((stack.last_job(id).status == job_status::failed));
  BOOST_TEST(stack.last_job(id).error->code == "CREATE_FAILED");
  BOOST_TEST(all_are(stack, id, pod_status::deleted));
  BOOST_TEST(stack.holds_nothing());
  BOOST_TEST(stack.life.node.guests.empty());
  stack.life.log.check_ends();
}

BOOST_AUTO_TEST_CASE(keep_leaves_what_is_active) {
  stack_story stack;
  const auto id = stack.deploy(word_press(), stack_failure::keep).value();
  break_create_of(stack, id, "app");
  BOOST_TEST(stack.settle());
  BOOST_TEST((stack.state(id).status == deployment_status::failed));
  BOOST_TEST((stack.pod_of(id, "db").status == pod_status::active));
  BOOST_TEST((stack.pod_of(id, "app").status == pod_status::deleted));
  BOOST_TEST(stack.life.log.tenant().held.used.pods == 1);
}

BOOST_AUTO_TEST_CASE(a_cancel_is_a_rollback_even_of_what_was_to_be_kept) {
  stack_story stack;
  const auto id = stack.deploy(word_press(), stack_failure::keep).value();
  const auto db = stack.pod_of(id, "db").id;
  BOOST_TEST(stack.life.settle(db));
  BOOST_TEST(stack.cancel(id).has_value());
  BOOST_TEST(stack.cancel(id).has_value());
  BOOST_TEST(stack.settle());
  BOOST_TEST((stack.last_job(id).status == job_status::cancelled));
  BOOST_TEST(all_are(stack, id, pod_status::deleted));
  BOOST_TEST(stack.holds_nothing());
  BOOST_TEST((stack.cancel(id).has_value()));
}

BOOST_AUTO_TEST_CASE(a_create_that_only_waits_is_given_up_for_a_rollback) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  const auto db = stack.pod_of(id, "db").id;
  BOOST_REQUIRE(stack.life.until_open(db, step::wait));
  BOOST_TEST(stack.cancel(id).has_value());
  BOOST_TEST(gives_up_looking(stack.life.log.record(db), stack.life.next(db)));
}

BOOST_AUTO_TEST_CASE(a_destroy_takes_all_its_pods_and_is_one_job) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  BOOST_TEST(stack.settle());
  BOOST_TEST(stack.destroy(id).has_value());
  const auto job = stack.last_job(id).id;
  BOOST_TEST(stack.destroy(id).has_value());
  BOOST_TEST((stack.last_job(id).id == job));
  BOOST_TEST(stack.settle());
  BOOST_TEST((stack.state(id).status == deployment_status::destroyed));
  BOOST_TEST((stack.last_job(id).status == job_status::success));
  BOOST_TEST(stack.holds_nothing());
  BOOST_TEST((stack.destroy(id).error().code == problem_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_destroy_ends_what_still_deploys) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  const auto deploys = stack.last_job(id).id;
  const auto db = stack.pod_of(id, "db").id;
  BOOST_REQUIRE(stack.life.until_open(db, step::create));
  BOOST_TEST(stack.destroy(id).has_value());
  BOOST_TEST(stack.settle());
  BOOST_TEST((stack.life.log.tenant().jobs.at(deploys)->status == job_status::cancelled));
  BOOST_TEST((stack.state(id).status == deployment_status::destroyed));
  BOOST_TEST(stack.holds_nothing());
  stack.life.log.check_ends();
}

BOOST_AUTO_TEST_CASE(a_protected_pod_keeps_its_deployment) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  BOOST_TEST(stack.settle());
  new_event guarded;
  guarded.stream = pod_stream(stack.pod_of(id, "db").id);
  guarded.tenant = tenant();
  guarded.pod = stack.pod_of(id, "db").id;
  guarded.payload = pod_protected{};
  stack.life.append({guarded});
  BOOST_TEST((stack.destroy(id).error().code == problem_code::protected_pod));
}

BOOST_AUTO_TEST_CASE(a_quota_too_small_for_the_whole_reserves_nothing) {
  auto offers = offers_with_tasks();
  offers.default_limits.most = {2, 1, 8192, 200};
  stack_story stack{offers};
  const auto refused = stack.deploy(word_press());
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == problem_code::quota_exceeded));
  BOOST_TEST(stack.life.log.events().empty());
  BOOST_TEST(stack.holds_nothing());
}

BOOST_AUTO_TEST_CASE(the_same_names_again_are_refused) {
  stack_story stack;
  auto named = word_press();
  for (auto& each : named.resources)
    each.hostname_pattern = "wp-{role}-{tenantSlug}";
  BOOST_TEST(stack.deploy(named).has_value());
  const auto refused = stack.deploy(named);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == problem_code::name_in_use));
}

BOOST_AUTO_TEST_CASE(a_pod_that_its_tenant_destroys_fails_the_deployment) {
  stack_story stack;
  const auto id = stack.deploy(word_press()).value();
  const auto app = stack.pod_of(id, "app").id;
  stack.life.destroy(app);
  BOOST_TEST(stack.settle());
  BOOST_TEST((stack.state(id).status == deployment_status::failed));
  BOOST_TEST(stack.holds_nothing());
}

/// Whatever happens and in whatever order: the fold is the state, nothing ends twice, and in the
/// end every deployment stands or is gone.
BOOST_AUTO_TEST_CASE(random_lives_of_deployments_keep_their_promises) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 chance{seed};
      const auto one_in = [&](int n) { return std::uniform_int_distribution{1, n}(chance) == 1; };
      auto offers = offers_with_tasks();
      offers.default_limits.most = {6, 40, 81920, 400};
      stack_story stack{offers};
      std::vector<deployment_id> made;
      const auto draw = [&] {
        static const std::vector<luck> moods{luck::success,  luck::success, luck::success,
                                             luck::success,  luck::busy,    luck::transient,
                                             luck::permanent};
        return chances{moods[std::uniform_int_distribution<std::size_t>{0, 6}(chance)], one_in(8)};
      };
      for (int turn = 0; turn < 300; ++turn) {
        stack.life.now += std::chrono::milliseconds{std::uniform_int_distribution{0, 9000}(chance)};
        if (one_in(40)) {
          auto definition = word_press();
          if (one_in(2))
            definition.resources.push_back(resource("cache", {"db"}));
          if (const auto id = stack.deploy(definition, one_in(2) ? stack_failure::keep
                                                                 : stack_failure::rollback))
            made.push_back(*id);
        }
        if (made.empty())
          continue;
        const auto id =
            made[std::uniform_int_distribution<std::size_t>{0, made.size() - 1}(chance)];
        const auto& pods = stack.state(id).order.pods;
        const auto pod =
            pods[std::uniform_int_distribution<std::size_t>{0, pods.size() - 1}(chance)].pod;
        if (one_in(80))
          std::ignore = stack.cancel(id);
        else if (one_in(80))
          std::ignore = stack.destroy(id);
        else if (one_in(120))
          stack.life.destroy(pod);
        // Tenant and pod decide by the same state; the log takes the two in either order.
        const auto pushed = stack.decide(id);
        const auto acted = stack.life.decide_act(pod, draw());
        const bool first = one_in(2);
        stack.life.append(first ? pushed : acted);
        stack.life.append(first ? acted : pushed);
      }
      BOOST_TEST(stack.settle());
      stack.life.log.check_refold();
      stack.life.log.check_ends();
      for (const auto& id : made) {
        const auto& of = stack.state(id);
        BOOST_TEST(!of.open_job.has_value());
        BOOST_TEST(!of.is_deploying());
        if (of.status == deployment_status::destroyed)
          BOOST_TEST(all_are(stack, id, pod_status::deleted));
      }
      BOOST_TEST(stack.life.node.strangers_removed == 0);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
