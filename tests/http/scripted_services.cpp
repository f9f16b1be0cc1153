#include "scripted_services.hpp"

#include <algorithm>

namespace cloudpods::test {

using namespace actors;
using domain::problem_code;

caf::behavior platform(caf::event_based_actor*, shared_world world) {
  const auto away = [=] { return domain::refused(problem_code::store_unavailable, "away"); };
  return {
      [=](read_gauges) -> gauges_reply {
        const std::lock_guard guard(world->mutex);
        if (world->store_away)
          return {away()};
        return {std::make_shared<const std::string>(
            "# HELP cloudpods_pods x\n# TYPE cloudpods_pods gauge\n"
            "cloudpods_pods{status=\"active\"} 1\n")};
      },
      [=](read_figures) -> figures_reply {
        const std::lock_guard guard(world->mutex);
        if (world->store_away)
          return {away()};
        domain::platform_figures made;
        made.tenants = 2;
        made.pods_by_status = {{"active", 2}, {"error", 1}};
        made.pods_by_plan = {{"starter", 3}};
        made.monthly_cents = 298;
        made.held = {3, 3, 3072, 90};
        made.queue.by_status = {{"running", 1}};
        made.jobs_failed = 1;
        made.last_seq = 77;
        return {std::make_shared<const domain::platform_figures>(std::move(made))};
      },
      [=](const list_tenants& question) -> tenants_reply {
        const std::lock_guard guard(world->mutex);
        world->tenants_listed = question;
        domain::tenant_page page;
        page.items.push_back({domain::tenant_id{question.after ? "T-2" : "T-1"}, {}, {}});
        page.items.back().said.name = "Shop";
        page.has_more = !question.after;
        return {std::move(page)};
      },
      [=](const recount_tenant& question) -> recount_reply {
        const std::lock_guard guard(world->mutex);
        world->recounted = question;
        recounted made;
        made.exists = question.tenant.value == "T-1";
        made.seq = 77;
        made.differences.push_back(
            {"projection", domain::pod_id{"pod-1"}, "status", "active", "error"});
        return {std::move(made)};
      },
      [=](const list_drift& question) -> drift_list_reply {
        const std::lock_guard guard(world->mutex);
        world->drift_listed = question;
        domain::drift_page page;
        page.items.emplace_back().id = question.filter.after ? "drift-2" : "drift-1";
        page.has_more = !question.filter.after;
        return {std::move(page)};
      },
  };
}

caf::behavior reconciler(caf::event_based_actor*, shared_world world) {
  const auto nothing = [] { return domain::refused(problem_code::not_found, "no such thing"); };
  return {
      [=](reconcile_now) {
        reconcile_summary made;
        made.finished = true;
        made.nodes_read = {domain::node_name{"pve1"}};
        return reconcile_reply{std::move(made)};
      },
      [=](const adopt_drift& wish) {
        const std::lock_guard guard(world->mutex);
        world->adopted = wish;
        if (wish.id != "drift-1")
          return command_reply{nothing()};
        return command_reply{accepted{pod_of("T-1"), job_of("T-1")}};
      },
      [=](const forget_drift& wish) {
        const std::lock_guard guard(world->mutex);
        world->forgotten = wish;
        if (wish.id != "drift-1")
          return command_reply{nothing()};
        return command_reply{accepted{pod_of("T-1"), nullptr, false, false, 200}};
      },
      [=](const silence_drift& wish) {
        const std::lock_guard guard(world->mutex);
        world->silenced = wish;
        if (wish.id != "drift-1")
          return drift_reply{nothing()};
        domain::drift_entry made;
        made.id = wish.id;
        made.status = domain::drift_status::ignored;
        made.reason = wish.reason;
        return drift_reply{std::move(made)};
      },
  };
}

caf::behavior registry(caf::event_based_actor*, shared_world world) {
  const auto known = [] {
    domain::stack_blueprint made{"wordpress", {}};
    made.definition.resources.emplace_back().role = "app";
    return made;
  };
  return {
      [=](const put_blueprint& wish) {
        const std::lock_guard guard(world->mutex);
        world->blueprint_put = wish;
        return blueprint_reply{wish.blueprint};
      },
      [=](const find_blueprint& question) -> blueprint_reply {
        if (question.slug == "wordpress")
          return {known()};
        return {domain::refused(problem_code::blueprint_not_found, "registry's words")};
      },
      [=](list_blueprints) { return blueprints_reply{std::vector{known()}}; },
  };
}

caf::behavior focalpilot(caf::event_based_actor*, shared_world world) {
  return {
      [=](const list_recommendations& question) -> recommendations_reply {
        const std::lock_guard guard(world->mutex);
        world->recommendations_listed = question;
        recommendation_page page;
        page.items.push_back(world->advice);
        page.has_more = !question.before;
        return {std::move(page)};
      },
      [=](const show_recommendation& question) -> recommendation_reply {
        const std::lock_guard guard(world->mutex);
        if (question.id != world->advice.id)
          return {domain::refused(problem_code::not_found, "none")};
        return {shown_recommendation{world->advice}};
      },
      [=](const post_recommendation& wish) -> recommendation_reply {
        const std::lock_guard guard(world->mutex);
        world->proposed = wish;
        shown_recommendation shown{world->advice};
        shown.status = 201;
        shown.it.about = wish.wish.about;
        shown.it.rule = wish.wish.rule;
        return {std::move(shown)};
      },
      [=](const settle_recommendation& wish) -> recommendation_reply {
        const std::lock_guard guard(world->mutex);
        world->taken = wish;
        shown_recommendation shown{world->advice};
        shown.status = wish.applies ? 202 : 200;
        if (wish.applies)
          shown.it.jobs.emplace_back("job-1");
        return {std::move(shown)};
      },
      [=](const note_refusals&) {},
  };
}

} // namespace cloudpods::test
