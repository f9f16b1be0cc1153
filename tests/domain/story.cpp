#include "domain/story.hpp"

namespace cloudpods::domain::samples {

story::story(catalogue offers) : log(std::make_shared<const catalogue>(std::move(offers))) {}

std::optional<pod_id> story::order(const order_pod& command) {
  const auto named = ids(++issued_);
  const auto judged = judge(log.tenant(), log.offers(), command, named);
  if (!judged || !std::holds_alternative<admitted_order>(*judged))
    return std::nullopt;
  const auto& admitted = std::get<admitted_order>(*judged);
  const auto place = log.allocator().hold(named.pod, admitted.place, now);
  if (!place)
    return std::nullopt;
  append(accept(log.tenant(), log.offers(), command, admitted, named, *place));
  return named.pod;
}

std::vector<new_event> story::decide_destroy(const pod_id& pod) {
  const destroy_ids named{job_id{"job-destroy-" + std::to_string(++issued_)}, spare(), "bak-d"};
  destroy_pod command;
  command.reason = "enough";
  command.user = user_id{"user-7"};
  auto decided = decide(log.record(pod), log.offers(), command, named);
  if (!decided || !std::holds_alternative<std::vector<new_event>>(*decided))
    return {};
  return std::get<std::vector<new_event>>(std::move(*decided));
}

expected<job_id> story::ask(const pod_id& pod, const act_on_pod& wish) {
  const auto number = std::to_string(++issued_);
  const action_ids named{job_id{"job-action-" + number}, spare(), "bak-" + number};
  auto decided = decide(log.tenant(), log.record(pod), log.offers(), wish, named);
  if (!decided)
    return std::unexpected{decided.error()};
  if (std::holds_alternative<nothing_to_do>(*decided))
    return job_id{};
  append(std::get<0>(*decided));
  return named.job;
}

expected<job_id> story::ask(const pod_id& pod, item_action action) {
  act_on_pod wish;
  wish.action = action;
  return ask(pod, wish);
}

bool story::cancel_job(const job_id& id) {
  const auto& about = *log.tenant().jobs.at(id);
  const auto facts = domain::cancel(log.record(about.pod), about, "enough");
  if (!facts)
    return false;
  append(*facts);
  return true;
}

expected<job_id> story::retry(const job_id& id) {
  const auto failed = log.tenant().jobs.at(id);
  const auto& record = log.record(failed->pod);
  const auto judged = judge_retry(log.tenant(), record, log.offers(), *failed, user_id{"user-7"});
  if (!judged)
    return std::unexpected{judged.error()};
  if (const auto* wish = std::get_if<act_on_pod>(&*judged))
    return ask(failed->pod, *wish);
  const job_id again{"job-retry-" + std::to_string(++issued_)};
  if (const auto* create = std::get_if<retry_create>(&*judged)) {
    const auto place = log.allocator().hold(failed->pod, create->place, now);
    if (!place)
      return std::unexpected{place.error()};
    append(accept_retry(record, *failed, user_id{"user-7"}, again, spare(), *place));
    return again;
  }
  auto destroyed =
      decide(record, log.offers(), std::get<destroy_pod>(*judged), {again, spare(), "bak-r"});
  if (!destroyed)
    return std::unexpected{destroyed.error()};
  if (const auto* facts = std::get_if<std::vector<new_event>>(&*destroyed))
    append(*facts);
  return again;
}

void story::cancel(const pod_id& pod) {
  new_event asked;
  asked.stream = pod_stream(pod);
  asked.tenant = samples::tenant();
  asked.pod = pod;
  asked.job = job_of(pod, job_type::provision).id;
  asked.payload = job_cancel_requested{"enough"};
  append({asked});
}

next_move story::next(const pod_id& pod) const {
  return next_work(log.record(pod), log.site_of(pod), now);
}

std::vector<new_event> story::other_vmid(const pod_record& state, const next_move& next,
                                         const failed& answer, const chances& luck) {
  if (!luck.no_other_vmid)
    if (const auto other = log.allocator().hold_vmid(state.pod.id, now))
      return renumber(state, next, *other, now);
  return end_step(state, next, answer, {}, policy, now, luck.jitter, spare());
}

std::vector<new_event> story::look(const pod_record& state, const next_move& next,
                                   const chances& luck) {
  const auto guest = state.pod.order.guest;
  if (luck.stranger_before && !state.pod.remains.built)
    node.guests.try_emplace(guest);
  if (!node.has_guest(guest))
    return begin_step(state, next, true);
  const auto owner = node.facts(guest).owner(fake_node::mark_of(state.pod.id));
  if (owner == ownership::ours ||
      (owner == ownership::none && state.pod.remains.unmarked_is_ours()))
    return redo(state, next, now);
  return other_vmid(state, next, failed{failure_class::vmid_taken, "taken", {}}, luck);
}

std::vector<new_event> story::follow(const pod_record& state, const next_move& next,
                                     const chances& luck) {
  const auto& pod = state.pod;
  // Only a clone that says so tells a stranger's guest from one of ours without a mark.
  if (luck.stranger_between && looks_first(next.which) && !luck.lost &&
      luck.how == samples::luck::success)
    node.guests.try_emplace(pod.order.guest);
  auto answer = node.run(next.which, state, luck.how);
  const auto guest = pod.order.guest;
  if (luck.lost && !only_reads(next.which))
    answer = {resolve(state, next.which, node.facts(guest), node.has_guest(guest),
                      fake_node::mark_of(pod.id)),
              {}};
  if (const auto* bad = std::get_if<failed>(&answer.what);
      bad != nullptr && bad->why == failure_class::vmid_taken)
    return other_vmid(state, next, *bad, luck);
  return end_step(state, next, answer.what, answer.found, policy, now, luck.jitter, spare());
}

std::vector<new_event> story::decide_act(const pod_id& pod, const chances& luck) {
  const auto& state = log.record(pod);
  const auto& site = log.site_of(pod);
  const auto next = next_work(state, site, now);
  std::vector<new_event> facts;
  switch (next.what) {
  case move::rest:
  case move::wait:
    return {};
  case move::begin:
    facts = begin_item(state, next);
    break;
  case move::finish:
  case move::interrupt:
  case move::refuse:
    facts = finish_item(state, next);
    break;
  case move::attempt:
    facts = looks_first(next.which) ? look(state, next, luck) : begin_step(state, next, false);
    break;
  case move::follow:
    facts = follow(state, next, luck);
    break;
  }
  extend(state, site, now, facts);
  return facts;
}

bool story::act(const pod_id& pod, const chances& luck) {
  const auto facts = decide_act(pod, luck);
  append(facts);
  return !facts.empty();
}

bool story::until_open(const pod_id& pod, step which) {
  for (int i = 0; i < 100; ++i) {
    if (const auto now_next = next(pod); now_next.what == move::follow && now_next.which == which)
      return true;
    if (!act(pod))
      return false;
  }
  return false;
}

bool story::settle(const pod_id& pod, const chances& luck, int most) {
  for (int i = 0; i < most; ++i) {
    if (act(pod, luck))
      continue;
    const auto waits = next(pod);
    if (waits.what == move::rest)
      return true;
    now = *waits.not_before;
  }
  return false;
}

const job& story::job_of(const pod_id& pod, job_type type) const {
  const job* found = nullptr;
  for (const auto& [id, each] : log.tenant().jobs)
    if (each->pod == pod && each->type == type)
      found = each.get();
  if (found == nullptr)
    throw std::logic_error{"the pod has no such job"};
  return *found;
}

std::vector<std::string> story::names(const pod_id& pod) const {
  std::vector<std::string> found;
  for (const auto& each : log.events())
    if (each.stream == pod_stream(pod))
      found.emplace_back(event_name(each.payload));
  return found;
}

} // namespace cloudpods::domain::samples
