#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/deployment_work.hpp"
#include "domain/story.hpp"

namespace cloudpods::domain::samples {

/// A stack of these roles; `after` names the role that all others wait for.
stack_resource resource(std::string role, std::vector<std::string> depends_on = {});
stack_definition word_press();
catalogue offers_with_tasks();

/// Deployments of one tenant beside the acts of their pods.
class stack_story {
public:
  explicit stack_story(catalogue offers = offers_with_tasks()) : life(std::move(offers)) {}

  /// Deploys; or why not.
  expected<deployment_id> deploy(const stack_definition& stack,
                                 stack_failure on_failure = stack_failure::rollback);
  /// What the tenant would append for it now.
  std::vector<new_event> decide(const deployment_id& id);
  /// Appends what follows, once; false where nothing does.
  bool push();
  /// Everything goes on until nothing is left to do; false where it never ends.
  bool settle(const chances& luck = {}, int most = 4000);
  expected<void> cancel(const deployment_id& id);
  expected<void> destroy(const deployment_id& id);

  [[nodiscard]] const deployment& state(const deployment_id& id) const {
    return *life.log.tenant().deployments.at(id);
  }
  [[nodiscard]] const job& last_job(const deployment_id& id) const {
    return *life.log.tenant().jobs.at(state(id).last_job);
  }
  [[nodiscard]] const pod& pod_of(const deployment_id& id, const std::string& role) const;
  [[nodiscard]] bool holds_nothing() const { return life.log.tenant().held == holdings{}; }
  deployment_makers makers();

  story life;

private:
  int issued_ = 0;
};

} // namespace cloudpods::domain::samples
