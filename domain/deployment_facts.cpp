#include "domain/deployment_facts.hpp"

#include <iterator>

namespace cloudpods::domain {

void deployment_facts::say(event_payload payload, std::string message, category kind) {
  new_event made;
  made.stream = deployment_stream(of_.id);
  made.tenant = of_.tenant;
  made.job = job_;
  made.category = kind;
  made.message = std::move(message);
  made.payload = std::move(payload);
  events_.push_back(std::move(made));
}

void deployment_facts::say_of(const pod& about, event_payload payload, std::string message,
                              category kind) {
  say(std::move(payload), std::move(message), kind);
  auto& made = events_.back();
  made.stream = pod_stream(about.id);
  made.pod = about.id;
  made.guest = about.order.guest;
}

void deployment_facts::remove(const pod_record& record, const std::string& reason,
                              const std::function<item_id()>& new_item) {
  const auto& pod = record.pod;
  if (!pod.is_live() || record.job_with_open(item_action::destroy) != nullptr)
    return;
  say_of(pod, item_queued{new_item(), item_action::destroy, {}}, "Destroy queued");
  // A create that runs ends at its next step boundary first; its pod says so then.
  if (pod.status == pod_status::active || pod.status == pod_status::error)
    say_of(pod, pod_deleting{reason}, "CloudPod is being destroyed", category::state_change);
}

void deployment_facts::add(std::vector<new_event> more) {
  std::ranges::move(more, std::back_inserter(events_));
}

} // namespace cloudpods::domain
