#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "actors/engine_protocol.hpp"
#include "persistence/drift_store.hpp"
#include "persistence/upkeep.hpp"

// What runs by the clock and whom it asks for what stands in the store.

namespace cloudpods::actors {

struct read_due {
  persistence::upkeep_question question;
};

struct due_reply {
  domain::expected<std::vector<persistence::due_pod>> value;
};

/// Pods whose health is looked at, by id.
struct read_watched {
  domain::pod_id after;
  int limit = 500;
};

/// Of each pod what `judge_health` needs.
struct watched_reply {
  domain::expected<std::vector<domain::pod>> value;
};

/// The health of these was looked at, whether it had changed or not.
struct note_checked {
  std::vector<domain::pod_id> pods;
  domain::instant at;
};

/// Pods that are compared with their nodes, by id.
struct read_compared {
  domain::pod_id after;
  int limit = 500;
};

struct compared_reply {
  domain::expected<std::vector<persistence::compared_pod>> value;
};

struct read_told_of_nodes {};

struct told_of_nodes_reply {
  domain::expected<std::vector<domain::node_drift>> value;
};

/// One difference, with its pod where it has one.
struct read_drift {
  std::string id;
};

struct known_drift {
  domain::drift_entry entry;
  std::optional<domain::pod_record> pod;
};

struct drift_found_reply {
  domain::expected<std::optional<known_drift>> value;
};

/// The UPKEEP STORE: one, with a thread and a connection of its own, so that neither appends nor
/// callers wait for it.
using upkeep_store_actor = caf::typed_actor<
    caf::replies_to<read_due>::with<due_reply>, caf::replies_to<read_watched>::with<watched_reply>,
    caf::reacts_to<note_checked>, caf::replies_to<read_compared>::with<compared_reply>,
    caf::replies_to<read_told_of_nodes>::with<told_of_nodes_reply>,
    caf::replies_to<read_drift>::with<drift_found_reply>>;

/// How long the clockwork waits for a tenant: one that cannot be woken must not stop the clock.
inline constexpr std::chrono::seconds tenant_patience{120};

/// To itself: it is time to look.
struct look_around {};

/// BACKUP SCHEDULE and HEALTH SWEEP: one each; they ask tenants and nodes, and nobody asks them.
using clockwork_actor = caf::typed_actor<caf::reacts_to<look_around>>;

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::due_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_watched)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::watched_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::note_checked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_compared)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::compared_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_told_of_nodes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::told_of_nodes_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_drift)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::drift_found_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::look_around)
