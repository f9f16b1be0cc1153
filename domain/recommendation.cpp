#include "domain/recommendation.hpp"

#include <type_traits>

namespace cloudpods::domain {

namespace {

new_event fact_about(const advised_thing& about, category kind, std::string message,
                     event_payload payload) {
  new_event made;
  made.stream = platform_stream;
  made.tenant = about.tenant;
  made.pod = about.pod;
  made.guest = about.guest;
  made.category = kind;
  made.message = std::move(message);
  made.payload = std::move(payload);
  return made;
}

recommendation opened_by(const event& fact, const recommendation_opened& opened) {
  recommendation made;
  made.id = opened.recommendation;
  made.rule = opened.rule;
  made.subject = opened.subject;
  made.about = {fact.tenant, fact.pod, fact.guest, opened.node};
  made.severity = opened.severity;
  made.issue = opened.issue;
  made.actions = opened.actions;
  made.evidence = opened.evidence;
  made.created_at = made.updated_at = fact.at;
  return made;
}

} // namespace

std::string advised_thing::subject() const {
  if (!pod.empty())
    return pod_stream(pod);
  if (!tenant.empty())
    return tenant_stream(tenant);
  return node ? node_stream(*node) : std::string{};
}

new_event open_recommendation(const recommendation_wish& wish, const std::string& id) {
  recommendation_opened opened{id,         wish.rule,    wish.about.subject(), wish.severity,
                               wish.issue, wish.actions, wish.evidence,        std::nullopt};
  if (wish.about.tenant.empty())
    opened.node = wish.about.node;
  const auto kind = wish.severity == severity::info ? category::info : category::warn;
  return fact_about(wish.about, kind, wish.issue, std::move(opened));
}

expected<void> check_open(const recommendation& it) {
  if (it.status == recommendation_status::open)
    return {};
  return refused(problem_code::invalid_state, "the recommendation is not open",
                 std::vector{detail{"status", std::string{text(it.status)}}});
}

new_event apply_recommendation(const recommendation& it, std::vector<job_id> jobs, bool automatic) {
  return fact_about(it.about, category::info, "Recommendation applied: " + it.issue,
                    recommendation_applied{it.id, it.rule, it.subject, std::move(jobs), automatic});
}

new_event dismiss_recommendation(const recommendation& it, const std::string& reason) {
  return fact_about(it.about, category::info, "Recommendation dismissed: " + it.issue,
                    recommendation_dismissed{it.id, it.rule, it.subject, reason});
}

new_event expire_recommendation(const recommendation& it, const std::string& reason) {
  return fact_about(it.about, category::info, "Recommendation expired: " + it.issue,
                    recommendation_expired{it.id, it.rule, it.subject, reason});
}

bool becomes_job(advice type) {
  return type == advice::scale_up || type == advice::scale_down ||
         type == advice::run_health_check || type == advice::run_backup;
}

std::vector<std::string> faults_of(const recommended_action& action, const advised_thing& about) {
  std::vector<std::string> found;
  const bool scales = action.type == advice::scale_up || action.type == advice::scale_down;
  if (becomes_job(action.type) && about.pod.empty())
    found.emplace_back("needs a pod");
  if (action.type == advice::drain_node && !(about.node && about.pod.empty()))
    found.emplace_back("needs a node");
  if ((action.type == advice::notify_tenant || action.type == advice::flag_tenant) &&
      about.tenant.empty())
    found.emplace_back("needs a tenant");
  if (scales && !action.new_cores && !action.new_memory_mb)
    found.emplace_back("names no size: newCores or newMemoryMb");
  if (!scales && (action.new_cores || action.new_memory_mb))
    found.emplace_back("has no size");
  if (action.type == advice::notify_tenant && !action.message_key)
    found.emplace_back("needs messageKey");
  if (action.type != advice::notify_tenant && action.message_key)
    found.emplace_back("has no messageKey");
  return found;
}

void open_recommendations::fold(const event& fact) {
  std::visit(
      [&]<class Payload>(const Payload& payload) {
        if constexpr (std::is_same_v<Payload, recommendation_opened>)
          add(opened_by(fact, payload));
        else if constexpr (std::is_same_v<Payload, recommendation_applied> ||
                           std::is_same_v<Payload, recommendation_dismissed> ||
                           std::is_same_v<Payload, recommendation_expired>)
          remove(payload.recommendation);
      },
      fact.payload);
}

void open_recommendations::add(recommendation it) {
  by_key_[{it.rule, it.subject}] = it.id;
  auto id = it.id;
  by_id_.insert_or_assign(std::move(id), std::move(it));
}

void open_recommendations::remove(const std::string& id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end())
    return;
  by_key_.erase({found->second.rule, found->second.subject});
  by_id_.erase(found);
}

const recommendation* open_recommendations::find(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

const recommendation* open_recommendations::find(const std::string& rule,
                                                 const std::string& subject) const {
  const auto found = by_key_.find({rule, subject});
  return found == by_key_.end() ? nullptr : find(found->second);
}

} // namespace cloudpods::domain
