#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/node_protocol.hpp"
#include "actors/protocol.hpp"
#include "domain/allocation.hpp"
#include "persistence/decision.hpp"
#include "persistence/log_reader.hpp"

// What the actors tell each other (architecture 2). All messages stay inside the process.

namespace cloudpods::actors {

using event_list = std::shared_ptr<const std::vector<domain::event>>;

/// From the log: durable events, in seq order, to whoever folds them.
struct committed {
  event_list events;
};

// ---- event log

/// Which life of a tenant decided; a decision of an older life is refused.
struct incarnation {
  domain::tenant_id tenant; ///< empty: the decision is of no tenant
  std::uint64_t number = 0;
};

struct append_events {
  persistence::decision what;
  incarnation from;
  /// A request may be refused when the log is behind; an outcome never.
  bool is_request = false;
  /// The allocator's holds that end if the append does not happen.
  std::vector<domain::pod_id> holds;
};

/// The seq of the decision's last event, or why nothing of it happened.
struct append_reply {
  domain::expected<std::int64_t> last_seq;
};

/// A tenant that has come to life; what its predecessor sent is settled before the answer.
struct join_log {
  domain::tenant_id tenant;
};

struct joined_log {
  std::int64_t head = 0; ///< `committed` follows for what comes after it
  std::uint64_t incarnation = 0;
};

struct leave_log {
  domain::tenant_id tenant;
  std::uint64_t incarnation = 0;
};

struct flush_log {};
struct recover_log {};
struct look_at_lead {};

/// The EVENT LOG: one, with a thread and the writer's connection of its own.
using event_log_actor = caf::typed_actor<
    // Appends whole or not at all; answers after the events were handed out.
    caf::replies_to<append_events>::with<append_reply>,
    // The barrier of a tenant that comes back.
    caf::replies_to<join_log>::with<joined_log>, caf::reacts_to<leave_log>,
    // To itself: write what has gathered; look for the store again; see whether it still leads.
    caf::reacts_to<flush_log>, caf::reacts_to<recover_log>, caf::reacts_to<look_at_lead>>;

// ---- reader

struct load_tenant {
  domain::tenant_id tenant;
};

struct loaded_tenant {
  std::vector<domain::event> events;
  std::int64_t head = 0;
  std::vector<persistence::kept_answer> answers;
};

struct load_reply {
  domain::expected<loaded_tenant> value;
};

/// The pod as it was right after `seq`, with its jobs: to give an answer again.
struct read_pod_at {
  domain::pod_id pod;
  std::int64_t seq = 0;
};

struct pod_at_reply {
  domain::expected<std::shared_ptr<const domain::pod_record>> value;
};

/// A deployment with one of its jobs as they were right after `seq`: to give an answer again.
struct read_deployment_at {
  domain::tenant_id tenant;
  domain::deployment_id deployment;
  domain::job_id job;
  std::int64_t seq = 0;
};

struct deployment_at_reply {
  domain::expected<accepted_stack> value;
};

/// Every stack blueprint, as the log has it.
struct load_blueprints {};

struct list_open_tenants {};

struct open_tenants_reply {
  domain::expected<persistence::open_tenants> value;
};

struct read_secret {
  domain::pod_id pod;
  std::string name;
};

struct secret_reply {
  domain::expected<std::optional<std::string>> value;
};

/// Which of these items the log knows as ended.
struct read_ended {
  std::vector<domain::item_id> items;
};

struct ended_reply {
  domain::expected<std::vector<domain::item_id>> value;
};

using store_reader_actor =
    reader_actor::extend<caf::replies_to<load_tenant>::with<load_reply>,
                         caf::replies_to<read_pod_at>::with<pod_at_reply>,
                         caf::replies_to<read_deployment_at>::with<deployment_at_reply>,
                         caf::replies_to<load_blueprints>::with<blueprints_reply>,
                         caf::replies_to<list_open_tenants>::with<open_tenants_reply>,
                         caf::replies_to<read_secret>::with<secret_reply>,
                         caf::replies_to<read_ended>::with<ended_reply>>;

// ---- allocator

struct hold_place {
  domain::pod_id pod;
  domain::placement_request wanted;
  domain::tenant_id tenant = {};
};

struct place_reply {
  domain::expected<domain::placement> value;
};

/// Places for several pods: all of them, in their order, or none.
struct hold_places {
  std::vector<hold_place> wanted;
};

struct places_reply {
  domain::expected<std::vector<domain::placement>> value;
};

struct hold_vmid {
  domain::pod_id pod;
  domain::tenant_id tenant = {};
};

struct vmid_reply {
  domain::expected<domain::vmid> value;
};

struct end_hold {
  domain::pod_id pod;
};

/// From the log: what an earlier life of this tenant had sent is settled.
struct end_holds_of {
  domain::tenant_id tenant;
};

/// Every guest of the cluster, as the node lists them.
struct note_guests {
  domain::node_name node;
  std::set<domain::vmid> guests;
};

struct note_capacity {
  domain::node_name node;
  domain::node_capacity capacity;
};

/// From a reload: what is sold from now on.
struct new_offers {
  std::shared_ptr<const domain::catalogue> offers;
};

/// The ALLOCATOR: one; owns vmids, addresses and placement.
using allocator_actor = caf::typed_actor<
    caf::replies_to<hold_place>::with<place_reply>,
    caf::replies_to<hold_places>::with<places_reply>, caf::replies_to<hold_vmid>::with<vmid_reply>,
    caf::reacts_to<end_hold>, caf::reacts_to<end_holds_of>, caf::reacts_to<note_guests>,
    caf::reacts_to<note_capacity>, caf::reacts_to<committed>, caf::reacts_to<new_offers>>;

// ---- pod and tenant

/// The pod as its tenant has folded it up to `seq`.
struct pod_snapshot {
  std::shared_ptr<const domain::pod_record> record;
  std::int64_t seq = 0;
};

/// How far a step is: from a worker to the pod, from the pod to its tenant.
struct step_progress {
  domain::item_id item;
  domain::step which = domain::step::clone;
  int percent = 0;
  std::string message;
};

struct job_progressed {
  domain::job_id job;
  wire::job_progress progress;
  domain::pod_id pod = {};
};

/// To itself: a wait is over, if nothing else happened since.
struct wake_up {
  std::uint64_t number = 0;
};

/// The POD actor: one per pod with work; runs its queue.
using pod_actor = caf::typed_actor<caf::reacts_to<pod_snapshot>, caf::reacts_to<lease_granted>,
                                   caf::reacts_to<lease_waits>, caf::reacts_to<step_progress>,
                                   caf::reacts_to<wake_up>>;

struct ask_to_sleep {};

using awake_tenant_actor =
    tenant_actor::extend<caf::reacts_to<committed>, caf::reacts_to<job_progressed>,
                         caf::reacts_to<ask_to_sleep>, caf::reacts_to<wake_up>>;

/// A tenant has loaded its past, or could not.
struct tenant_awake {
  domain::tenant_id tenant;
  std::optional<domain::problem> failed;
};

struct wake_open_tenants {};
struct look_for_idle {};

using directory_actor =
    tenant_directory_actor::extend<caf::reacts_to<tenant_awake>, caf::reacts_to<look_for_idle>,
                                   caf::replies_to<wake_open_tenants>::with<open_tenants_reply>>;

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::append_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::append_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::join_log)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::joined_log)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::leave_log)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::flush_log)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::recover_log)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::look_at_lead)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::load_tenant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::load_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_pod_at)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::pod_at_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_deployment_at)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::deployment_at_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::load_blueprints)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::hold_places)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::places_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::list_open_tenants)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::open_tenants_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_secret)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::secret_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::ended_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::end_holds_of)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::note_guests)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::hold_place)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::place_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::hold_vmid)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::vmid_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::end_hold)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::note_capacity)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::new_offers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::pod_snapshot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::step_progress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::job_progressed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::wake_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::ask_to_sleep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::tenant_awake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::wake_open_tenants)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::look_for_idle)
