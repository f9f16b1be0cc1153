#pragma once

#include <string>
#include <vector>

#include "domain/item_work.hpp"

namespace cloudpods::domain {

/// Builds the facts of one decision about one item of a pod.
class item_facts {
public:
  item_facts(const pod_record& state, const next_move& move)
      : state_(state), job_(state.find(move.job)), item_(job_->find(move.item)) {}

  [[nodiscard]] const queue_item& item() const { return *item_; }
  [[nodiscard]] const job& of_job() const { return *job_; }
  [[nodiscard]] const pod& of_pod() const { return state_.pod; }
  [[nodiscard]] const pod_record& record() const { return state_; }

  /// What becomes of a job that is only a share here is not told: its deployment tells it.
  void say(event_payload payload, std::string message, category kind = category::info);
  void say_quota(event_payload payload, std::string message);
  /// All that the pod holds is free again.
  void release();
  /// What the pod counts is `now` from here on. Of `reserved`, which was for that, nothing stays
  /// so.
  void settle(const pod_size& now, const resources& reserved);

  std::vector<new_event> take() { return std::move(events_); }

private:
  [[nodiscard]] new_event blank(event_payload payload, std::string message, category kind) const;

  const pod_record& state_;
  const job* job_;
  const queue_item* item_;
  std::vector<new_event> events_;
};

/// Contract 11: an error's message has at most 2,000 characters; this counts bytes.
std::string short_of(std::string text);

// The ends of items that neither create nor destroy.

/// Every step of its direction is done, or nothing more is tried.
void end_action(item_facts& said);
/// A cancel before its turn came, or a destroy, ends it.
void cut_short(item_facts& said);
/// Its turn came, and it makes no sense any more.
void refuse_action(item_facts& said);

/// The power that the guest has by what the item did and saw.
power_state power_after(const pod& pod, const queue_item& item);

} // namespace cloudpods::domain
