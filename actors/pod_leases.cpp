#include <algorithm>

#include "actors/pod_life.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

bool pod_life::covers(const std::vector<std::string>& keys) const {
  return std::ranges::all_of(keys, [&](const auto& each) { return lease_.contains(each); });
}

bool pod_life::has_lease(const std::vector<std::string>& keys) {
  if (covers(keys))
    return true;
  const std::set<std::string> wanted{keys.begin(), keys.end()};
  if (wanted != wanted_)
    ask_lease(wanted, false);
  return false;
}

bool pod_life::resume_lease(const std::vector<std::string>& keys) {
  if (covers(keys))
    return true;
  if (const std::set<std::string> wanted{keys.begin(), keys.end()}; wanted != wanted_)
    ask_lease(wanted, true);
  return false;
}

void pod_life::ask_lease(const std::set<std::string>& wanted, bool resumed) {
  wanted_ = wanted;
  if (!node_) {
    waits(lease_waits{"node:" + record_->pod.order.node.value});
    return;
  }
  self_->send(node_, acquire_lease{record_->pod.id, record_->pod.tenant, wanted, resumed,
                                   caf::actor_cast<caf::actor>(self_)});
}

void pod_life::release_all() {
  if (node_ && (!lease_.empty() || !wanted_.empty()))
    self_->send(node_, release_lease{record_->pod.id, {}});
  lease_.clear();
  wanted_.clear();
}

void pod_life::release_unneeded(const domain::next_move& next) {
  std::set<std::string> over;
  const auto* item = domain::current_item(*record_);
  const bool builds = item != nullptr && item->action == domain::item_action::create &&
                      next.which != domain::step::start && next.which != domain::step::wait &&
                      !next.undoing;
  const bool steps = next.what == domain::move::attempt || next.what == domain::move::follow;
  const auto needed =
      steps ? domain::budgets_of(next.which, record_->pod) : std::vector<std::string>{};
  for (const auto& each : lease_)
    if (each != "node" && !builds && std::ranges::find(needed, each) == needed.end())
      over.insert(each);
  if (over.empty() || !node_)
    return;
  for (const auto& each : over)
    lease_.erase(each);
  self_->send(node_, release_lease{record_->pod.id, over});
}

} // namespace cloudpods::actors
