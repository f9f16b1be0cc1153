#include "actors/registry.hpp"
#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using domain::samples::tenant;

// Contract 15.

namespace {

domain::deploy_stack word_press() {
  domain::deploy_stack made;
  made.slug = "wordpress";
  auto& app = made.definition.resources.emplace_back();
  app.role = "app";
  app.hostname_pattern = "wp-app-{tenantSlug}";
  app.depends_on = {"db"};
  auto& db = made.definition.resources.emplace_back();
  db.role = "db";
  db.hostname_pattern = "wp-db-{tenantSlug}";
  made.definition.post_create = {"register"};
  return made;
}

struct stack_stage : engine_stage {
  stack_stage() { offers->post_create = {{"register", {"/bin/register", "{vmid:app}"}}}; }

  std::shared_ptr<std::optional<stack_reply>>
  deploy(std::optional<idempotency> key = std::nullopt) {
    return ask<stack_reply>(awake(), place_stack{word_press(), {}, std::move(key)});
  }
  static const actors::accepted_stack&
  accepted_by(const std::shared_ptr<std::optional<stack_reply>>& reply) {
    BOOST_REQUIRE(reply->has_value());
    BOOST_REQUIRE_MESSAGE((*reply)->value.has_value(), (*reply)->value.error().message);
    return *(*reply)->value;
  }
  std::shared_ptr<const domain::deployment> deployment(const domain::deployment_id& id) {
    const auto reply = ask<deployment_reply>(awake(), show_deployment{id});
    return (*reply)->value.value();
  }
  /// Time goes by until the deployment has no open job.
  std::shared_ptr<const domain::deployment> settled(const domain::deployment_id& id) {
    for (int i = 0; i < 100 && deployment(id)->open_job; ++i)
      pass(std::chrono::milliseconds{500});
    return deployment(id);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stacks, stack_stage)

BOOST_AUTO_TEST_CASE(a_stack_is_one_append_with_all_its_pods) {
  node->grants = false;
  const auto reply = deploy();
  const auto& answer = accepted_by(reply);
  BOOST_TEST(log->appended.size() == 1U);
  const std::vector<std::string> facts{"tenant.created", "stack.deploying", "job.queued",
                                       "quota.reserved", "pod.ordered",     "pod.ordered",
                                       "item.queued"};
  BOOST_TEST(log->names() == facts, boost::test_tools::per_element());
  BOOST_TEST(held().reserved.pods == 2);
  BOOST_TEST((answer.job->type == domain::job_type::stack));
  BOOST_TEST(answer.deployment->last_job.value == answer.job->id.value);
}

BOOST_AUTO_TEST_CASE(a_stack_is_brought_up_and_its_task_runs) {
  const auto id = accepted_by(deploy()).deployment->id;
  const auto now_stands = settled(id);
  BOOST_TEST((now_stands->status == domain::deployment_status::deployed));
  BOOST_TEST((job(now_stands->last_job)->status == domain::job_status::success));
  BOOST_REQUIRE(!node->attempts.empty());
  const auto& last = node->attempts.back();
  BOOST_TEST((last.which == domain::step::task));
  const auto app = pod(now_stands->order.pods.front().pod);
  const std::vector<std::string> argv{"/bin/register", std::to_string(app->pod.order.guest)};
  BOOST_TEST(std::get<domain::run_task>(last.what).argv == argv, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stack_that_is_refused_holds_nothing_of_the_installation) {
  offers->vmids = {100000, 100000};
  node->grants = false;
  const auto reply = deploy();
  BOOST_TEST(((*reply)->value.error().code == domain::problem_code::no_capacity));
  BOOST_TEST(log->asked.empty());
  accepted_in(place());
}

BOOST_AUTO_TEST_CASE(what_the_log_refuses_holds_nothing_either) {
  offers->vmids = {100000, 100001};
  node->grants = false;
  log->refusal = domain::problem{domain::problem_code::store_unavailable, "away"};
  BOOST_TEST(!(*deploy())->value.has_value());
  log->refusal.reset();
  accepted_by(deploy());
}

BOOST_AUTO_TEST_CASE(a_key_that_comes_twice_is_answered_as_the_first_time) {
  node->grants = false;
  const idempotency key{"k", "hash"};
  const auto first = accepted_by(deploy(key));
  const auto again = accepted_by(deploy(key));
  BOOST_TEST(again.replayed);
  BOOST_TEST(again.deployment->id.value == first.deployment->id.value);
  BOOST_TEST(log->count("stack.deploying") == 1);
  const auto other = deploy(idempotency{"k", "another"});
  BOOST_TEST(((*other)->value.error().code == domain::problem_code::idempotency_key_reused));
}

BOOST_AUTO_TEST_CASE(a_cancel_of_its_job_takes_everything_back) {
  node->holds.insert(domain::step::create);
  const auto id = accepted_by(deploy()).deployment->id;
  cancel_job wish;
  wish.job = deployment(id)->last_job;
  const auto asked = ask<command_reply>(awake(), wish);
  BOOST_TEST(!accepted_in(asked).pod);
  node->holds.clear();
  answer_node();
  BOOST_TEST((settled(id)->status == domain::deployment_status::failed));
  BOOST_TEST((job(deployment(id)->last_job)->status == domain::job_status::cancelled));
  BOOST_TEST((held() == domain::holdings{}));
}

BOOST_AUTO_TEST_CASE(a_retry_of_a_cancelled_deploy_is_a_new_deployment) {
  node->holds.insert(domain::step::create);
  const auto id = accepted_by(deploy()).deployment->id;
  cancel_job wish;
  wish.job = deployment(id)->last_job;
  ask<command_reply>(awake(), wish);
  node->holds.clear();
  answer_node();
  settled(id);
  retry_job retry;
  retry.job = wish.job;
  node->holds.insert(domain::step::create);
  const auto again = accepted_in(ask<command_reply>(awake(), retry));
  BOOST_TEST(again.job->retry_of.value_or("") == wish.job.value);
  const auto twice = ask<command_reply>(awake(), retry);
  BOOST_REQUIRE(twice->has_value());
  BOOST_TEST(((*twice)->value.error().code == domain::problem_code::invalid_state));
  BOOST_TEST(log->count("stack.deploying") == 2);
}

BOOST_AUTO_TEST_CASE(a_blueprint_that_is_put_again_as_it_is_states_nothing) {
  const auto registry = spawn_registry(system(), engine, handles);
  ends_with_stage(registry);
  run();
  put_blueprint wish;
  wish.blueprint = {"wordpress", word_press().definition};
  BOOST_TEST((*ask<blueprint_reply>(registry, wish))->value.has_value());
  BOOST_TEST((*ask<blueprint_reply>(registry, wish))->value.has_value());
  BOOST_TEST(log->count("blueprint.put") == 1);
  const auto found = ask<blueprint_reply>(registry, find_blueprint{"wordpress"});
  BOOST_TEST(((*found)->value->definition == word_press().definition));
  BOOST_TEST((*ask<blueprints_reply>(registry, list_blueprints{}))->value->size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
