#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/tenant.hpp"

namespace cloudpods::domain {

/// Builds the facts of one decision about a deployment and its pods.
class deployment_facts {
public:
  deployment_facts(const deployment& of, job_id job) : of_(of), job_(std::move(job)) {}

  /// In the deployment's stream.
  void say(event_payload payload, std::string message, category kind = category::info);
  /// In the stream of one of its pods.
  void say_of(const pod& about, event_payload payload, std::string message,
              category kind = category::info);
  /// A destroy of the pod, which ends what else goes on there; nothing where it is gone, or goes.
  void remove(const pod_record& record, const std::string& reason,
              const std::function<item_id()>& new_item);
  void add(std::vector<new_event> more);

  std::vector<new_event> take() { return std::move(events_); }

private:
  const deployment& of_;
  job_id job_;
  std::vector<new_event> events_;
};

} // namespace cloudpods::domain
