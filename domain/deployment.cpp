#include "domain/deployment.hpp"

namespace cloudpods::domain {

namespace {

/// Which changes an event makes to its deployment; facts of other kinds change nothing.
struct deployment_fold {
  deployment& state;
  const event& fact;

  void operator()(const stack_deploying& order) const {
    state.id = deployment_of(fact.stream);
    state.tenant = fact.tenant;
    state.order = order;
    state.created_at = fact.at;
  }

  void operator()(const job_queued&) const {
    if (state.deploy_job.empty())
      state.deploy_job = fact.job;
    state.last_job = fact.job;
    state.open_job = fact.job;
  }

  void operator()(const job_succeeded&) const { end_job(); }
  void operator()(const job_failed&) const { end_job(); }
  void operator()(const job_cancelled&) const { end_job(); }

  void operator()(const item_queued& queued) const {
    if (queued.action == item_action::create)
      state.begun.push_back(fact.pod);
    else if (queued.action == item_action::post_create)
      state.tasks.push_back(queued.item);
  }

  void operator()(const stack_deployed&) const { state.status = deployment_status::deployed; }

  void operator()(const stack_failed& why) const {
    state.status = deployment_status::failed;
    state.failure = why;
  }

  void operator()(const stack_destroyed&) const { state.status = deployment_status::destroyed; }

  template <class Other>
  void operator()(const Other&) const {}

  void end_job() const {
    if (state.open_job == fact.job)
      state.open_job.reset();
  }
};

} // namespace

void evolve(deployment& state, const event& fact) {
  std::visit(deployment_fold{state, fact}, fact.payload);
  if (!deployment_of(fact.stream).empty())
    state.updated_at = fact.at;
}

} // namespace cloudpods::domain
