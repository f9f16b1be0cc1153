#pragma once

#include <optional>

#include "domain/catalogue.hpp"
#include "domain/pod.hpp"

// Which steps an action takes, one after the other (contract 10, 14). What an earlier step found
// decides which of the later ones are needed.

namespace cloudpods::domain {

/// The next step towards what the item is for; nothing where all are done.
std::optional<step> next_forward(const pod& pod, const queue_item& item,
                                 const node_description& site);

/// The next step of taking back what the item did, of a create, a cleanup or a destroy of taking
/// away what there is; nothing where all is as it was.
std::optional<step> next_backward(const pod& pod, const queue_item& item);

/// The first step of a create.
step first_of_create(const pod& pod, const node_description& site);

/// The item's way is to take away, from the start.
constexpr bool only_removes(item_action action) {
  return action == item_action::destroy || action == item_action::cleanup;
}

/// It is not cancelled any more: its guest may be changed in a way that cannot be taken back, or it
/// gives back what nobody else may withhold (contract 10).
bool is_past_return(const queue_item& item);

/// What the guest was found to be once all was taken back; null where nobody looked.
const guest_reading* reading_at_end(const queue_item& item);

/// What the pod is after a scale that ended as it stands: where it is not known whether a change
/// took place, the larger of before and after.
pod_size size_after(const pod& pod, const queue_item& scale);

/// A destroy or a cancel ends its running step at once, not at its boundary (contract 10).
constexpr bool is_ended_at_once(item_action action) {
  return action == item_action::backup || action == item_action::snapshot ||
         action == item_action::health || action == item_action::sync;
}

} // namespace cloudpods::domain
