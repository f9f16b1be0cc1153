#pragma once

#include <memory>

#include <caf/event_based_actor.hpp>

#include "scripted_actors.hpp"

// Of the scripted actors those that there is one of, and that no tenant owns.

namespace cloudpods::test {

using shared_world = std::shared_ptr<scripted_world>;

/// What tenants and the reconciler show of `pod-1` and `job-1`.
std::shared_ptr<const domain::pod_record> pod_of(const std::string& tenant,
                                                 const domain::pod_record& besides = {});
std::shared_ptr<const domain::job> job_of(const std::string& tenant,
                                          domain::item_action does = domain::item_action::create);

/// A store with the tenants `T-1` and `T-2`.
caf::behavior platform(caf::event_based_actor* self, shared_world world);
/// Knows `drift-1`, a difference of `pod-1`.
caf::behavior reconciler(caf::event_based_actor* self, shared_world world);
/// A registry of the stack `wordpress`.
caf::behavior registry(caf::event_based_actor* self, shared_world world);
/// Has `rec-1`, and takes whatever is posted.
caf::behavior focalpilot(caf::event_based_actor* self, shared_world world);

} // namespace cloudpods::test
