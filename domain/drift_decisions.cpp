#include "domain/drift_decisions.hpp"

#include <algorithm>

#include "domain/action.hpp"

namespace cloudpods::domain {

namespace {

/// A mending that did not help is not tried at each sweep.
constexpr std::chrono::hours before_next_mending{1};

using facts = std::vector<new_event>;

std::string sentence_of(drift_kind kind) {
  switch (kind) {
  case drift_kind::missing:
    return "The pod's guest is not on its node";
  case drift_kind::moved:
    return "The pod's guest is on another host";
  case drift_kind::ownership:
    return "The pod's guest does not carry its mark";
  case drift_kind::power:
    return "The pod's guest does not run as it was last asked for";
  case drift_kind::resources:
    return "The pod's guest has another size";
  case drift_kind::address:
    return "The pod's guest has another address";
  case drift_kind::cleanup:
    return "Something of the pod stands that should be gone";
  default:
    return "A guest was found that is no pod";
  }
}

/// Decides over one pod and one report.
class notes {
public:
  notes(const pod_record& state, const drift_report& report, const drift_ids& ids, instant now)
      : state_(state), report_(report), ids_(ids), now_(now) {}

  facts take() {
    if (state_.pod.version != report_.version)
      return {};
    if (state_.has_work() && !is_about_remains())
      return {};
    for (const auto kind : report_.judged)
      note(kind);
    set_books();
    return std::move(said_);
  }

private:
  [[nodiscard]] bool is_about_remains() const {
    return std::ranges::all_of(report_.judged,
                               [](drift_kind each) { return each == drift_kind::cleanup; });
  }

  void note(drift_kind kind) {
    const auto* before = state_.pod.find_drift(kind);
    const auto* found = report_.find(kind);
    if (found == nullptr) {
      if (before != nullptr)
        resolve(kind, before->job ? drift_end::mended : drift_end::gone);
      return;
    }
    const bool is_news =
        before == nullptr || before->found != found->found || before->expected != found->expected;
    const auto job = mending_of(kind, is_news ? nullptr : before);
    if (is_news || job)
      detect(*found, job);
    if (job)
      queue(kind);
    if (kind == drift_kind::moved && report_.lives_on)
      resolve(kind, drift_end::followed, report_.lives_on->value);
    if (kind == drift_kind::ownership && is_news)
      lose_mark(*found);
  }

  /// The job that mends it, where it mends itself and none was tried a short time ago.
  [[nodiscard]] std::optional<std::string> mending_of(drift_kind kind,
                                                      const pod_drift* before) const {
    const bool tried =
        before != nullptr && before->job && now_ - before->told_at < before_next_mending;
    const bool mends = kind == drift_kind::address || kind == drift_kind::cleanup ||
                       (kind == drift_kind::power && report_.sets_power);
    if (!mends || tried || state_.has_work() || is_queued_ ||
        (before != nullptr && before->ignored))
      return std::nullopt;
    return ids_.job.value;
  }

  void queue(drift_kind kind) {
    is_queued_ = true;
    auto action = item_action::sync;
    if (kind == drift_kind::cleanup)
      action = item_action::cleanup;
    else if (kind == drift_kind::power && state_.pod.suspended)
      action = item_action::suspend;
    else if (kind == drift_kind::power)
      action = state_.pod.target() == power_state::running ? item_action::start : item_action::stop;
    const auto type = kind == drift_kind::cleanup ? job_type::sync : type_of(action);
    const json_text payload{R"({"reason":"drift"})"};
    say(job_queued{type, {}, payload, std::nullopt}, "Job queued", category::info, ids_.job);
    say(item_queued{ids_.item, action, payload}, "Item queued", category::info, ids_.job);
  }

  void detect(const drift_finding& found, const std::optional<std::string>& job) {
    say(pod_drift_detected{drift_id(state_.pod.id, found.kind), found.kind, node(), found.expected,
                           found.found, job},
        sentence_of(found.kind), category::warn);
  }

  void resolve(drift_kind kind, drift_end how, std::optional<std::string> node = {}) {
    say(pod_drift_resolved{drift_id(state_.pod.id, kind), kind, how, std::move(node)},
        "The difference is over", category::info);
  }

  /// Contract 10: nobody touches it until an operator adopts or forgets it. Another's mark means
  /// that ours is gone.
  void lose_mark(const drift_finding& found) {
    if (state_.pod.status != pod_status::active)
      return;
    const auto why = "The guest on this vmid carries " + found.found + ".";
    say(pod_ownership_conflict{!report_.unmarked, why},
        "The guest on this vmid does not carry the pod's mark", category::error);
    if (report_.unmarked)
      say(pod_failed{pod_fault::ownership_conflict, why, false},
          "CloudPod's guest has lost its mark", category::state_change);
  }

  void set_books() {
    if (report_.power && *report_.power != state_.pod.power && !state_.has_work())
      say(pod_power_changed{*report_.power, std::nullopt, false},
          "CloudPod is " + std::string{text(*report_.power)}, category::state_change);
  }

  [[nodiscard]] node_name node() const { return state_.pod.order.node; }

  void say(event_payload payload, std::string message, category kind, job_id job = {}) {
    said_.push_back({pod_stream(state_.pod.id), state_.pod.tenant, state_.pod.id,
                     state_.pod.order.guest, std::move(job), kind, std::move(message),
                     std::move(payload)});
  }

  const pod_record& state_;
  const drift_report& report_;
  const drift_ids& ids_;
  instant now_;
  bool is_queued_ = false;
  facts said_;
};

new_event on_node(const node_drift& drift, event_payload payload, std::string message,
                  category kind) {
  new_event made;
  made.stream = node_stream(drift.node);
  made.guest = drift.guest;
  made.category = kind;
  made.message = std::move(message);
  made.payload = std::move(payload);
  return made;
}

} // namespace

facts note_drift(const pod_record& state, const drift_report& report, const drift_ids& ids,
                 instant now) {
  return notes{state, report, ids, now}.take();
}

new_event detected(const node_drift& drift) {
  return on_node(
      drift, node_drift_detected{drift.id(), drift.kind, drift.guest, drift.guest_is, drift.name},
      drift.kind == drift_kind::orphan ? "A guest of ours was found that is no pod"
                                       : "A guest without a mark was found in our range",
      category::warn);
}

new_event resolved(const node_drift& drift, drift_end how, std::optional<pod_id> pod) {
  node_drift_resolved over{drift.id(), drift.kind, drift.guest, how, std::nullopt};
  if (pod)
    over.pod = pod->value;
  return on_node(drift, std::move(over),
                 how == drift_end::adopted ? "The guest has become a pod"
                                           : "The difference is over",
                 category::info);
}

new_event ignored(const node_drift& drift, const std::string& reason) {
  return on_node(drift, node_drift_ignored{drift.id(), drift.kind, drift.guest, reason},
                 "The difference is ignored", category::info);
}

} // namespace cloudpods::domain
