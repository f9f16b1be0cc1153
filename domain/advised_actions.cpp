#include "domain/advised_actions.hpp"

namespace cloudpods::domain {

namespace {

json_text payload_of(const recommendation& what, const recommended_action& action) {
  // Ids and sizes need no escapes.
  auto text = R"({"recommendationId":")" + what.id + "\"";
  if (action.type == advice::run_health_check)
    text += R"(,"triggeredBy":"focalpilot")";
  if (action.new_cores)
    text += R"(,"newCores":)" + std::to_string(*action.new_cores);
  if (action.new_memory_mb)
    text += R"(,"newMemoryMb":)" + std::to_string(*action.new_memory_mb);
  return json_text{text + "}"};
}

act_on_pod wish_of(const recommendation& what, const recommended_action& action,
                   const advice_taken& how) {
  act_on_pod wish;
  wish.user = how.user;
  wish.reason = what.issue;
  wish.payload = payload_of(what, action);
  if (action.type == advice::run_health_check) {
    wish.action = item_action::health;
  } else if (action.type == advice::run_backup) {
    wish.action = item_action::backup;
  } else {
    wish.action = item_action::scale;
    wish.cpu_cores = action.new_cores;
    wish.memory_mb = action.new_memory_mb;
  }
  return wish;
}

/// A recommendation may be older than the pod's size: what is to make it larger never makes it
/// smaller, nor the other way round.
bool fits_direction(const recommended_action& action, const pod_size& now) {
  const auto goes = [&](std::int64_t from, const std::optional<std::int64_t>& to) {
    return !to || (action.type == advice::scale_up ? *to >= from : *to <= from);
  };
  return (action.type != advice::scale_up && action.type != advice::scale_down) ||
         (goes(now.cpu_cores, action.new_cores) && goes(now.memory_mb, action.new_memory_mb));
}

/// The fact as the log would give it back, for what is decided after it.
event as_stored(const new_event& fact, std::int64_t seq) {
  event made;
  made.seq = seq;
  made.stream = fact.stream;
  made.tenant = fact.tenant;
  made.pod = fact.pod;
  made.guest = fact.guest;
  made.job = fact.job;
  made.category = fact.category;
  made.payload = fact.payload;
  return made;
}

new_event told_tenant(const recommendation& what, category kind, std::string message,
                      event_payload payload) {
  new_event made;
  made.stream = tenant_stream(what.about.tenant);
  made.tenant = what.about.tenant;
  made.category = kind;
  made.message = std::move(message);
  made.payload = std::move(payload);
  return made;
}

} // namespace

expected<advised_events> decide(const tenant_state& tenant, const catalogue& offers,
                                const recommendation& what, const advice_taken& how,
                                const std::function<action_ids()>& new_ids) {
  tenant_state draft = tenant;
  advised_events made;
  for (const auto& action : what.actions) {
    if (action.type == advice::notify_tenant)
      made.events.push_back(
          told_tenant(what, category::info, "The tenant is told: " + what.issue,
                      tenant_notified{action.message_key.value_or(std::string{}), what.id}));
    if (action.type == advice::flag_tenant)
      made.events.push_back(told_tenant(what, category::warn,
                                        "The tenant is flagged: " + what.issue,
                                        tenant_flagged{what.issue, what.id}));
    if (!becomes_job(action.type))
      continue;
    const auto record = draft.find(what.about.pod);
    if (!record)
      return refused(problem_code::not_found, "the pod is gone");
    if (!fits_direction(action, record->pod.sizes()))
      return refused(problem_code::invalid_state, "The pod has another size by now.");
    const auto ids = new_ids();
    auto decided = decide(draft, *record, offers, wish_of(what, action, how), ids);
    if (!decided)
      return std::unexpected(std::move(decided).error());
    auto* facts = std::get_if<std::vector<new_event>>(&*decided);
    if (facts == nullptr)
      continue;
    made.jobs.push_back(ids.job);
    for (auto& each : *facts) {
      evolve(draft, as_stored(each, draft.seq + 1));
      made.events.push_back(std::move(each));
    }
  }
  made.events.push_back(apply_recommendation(what, made.jobs, how.automatic));
  return made;
}

} // namespace cloudpods::domain
