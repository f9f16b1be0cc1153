#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "actors/command_protocol.hpp"
#include "actors/stack_protocol.hpp"
#include "domain/problem.hpp"
#include "domain/tenant.hpp"
#include "wire/node_json.hpp"
#include "wire/views_json.hpp"

// What the outside may ask the actors, and what they answer: the only header of this room that
// http/ sees. All messages stay inside the process. A refusal travels inside the reply; an actor
// error means only that nobody answered. Every type has constructors where it may stand inside a
// co_await expression, because g++ 12 destroys an aggregate temporary there twice.

namespace cloudpods::actors {

// Questions to a tenant: answered at once from what is settled.

struct show_pod {
  show_pod() = default;
  explicit show_pod(pod_reference which) : pod(std::move(which)) {}

  pod_reference pod;
};

/// `not_found` where the tenant has no such pod.
struct pod_reply {
  domain::expected<std::shared_ptr<const domain::pod_record>> value;
};

/// Pods in the order of their creation; deleted ones only where `statuses` names `deleted`.
struct list_pods {
  list_pods() = default;

  std::vector<domain::pod_status> statuses; ///< empty: all but `deleted`
  std::optional<domain::guest_kind> kind;
  std::string name_prefix;
  bool newest_first = false;
  std::size_t limit = 50;
  std::optional<domain::pod_id> after; ///< the last one of the page before
};

struct pod_page {
  std::vector<std::shared_ptr<const domain::pod_record>> items;
  bool has_more = false;
  std::size_t total = 0; ///< that match, on all pages
};

/// Waits until the job ends or `wait` has passed.
struct show_job {
  show_job() = default;
  show_job(domain::job_id which, std::chrono::milliseconds how_long)
      : job(std::move(which)), wait(how_long) {}

  domain::job_id job;
  std::chrono::milliseconds wait{0};
};

struct job_view {
  std::shared_ptr<const domain::job> job;
  std::optional<wire::job_progress> progress; ///< where something fresher than the log is known
};

struct job_reply {
  domain::expected<job_view> value;
};

/// Jobs, newest first.
struct list_jobs {
  list_jobs() = default;

  std::vector<domain::job_status> statuses;
  std::vector<domain::job_type> types;
  std::optional<domain::pod_id> pod;
  std::size_t limit = 50;
  std::optional<domain::job_id> after;
};

struct job_page {
  std::vector<job_view> items;
  bool has_more = false;
};

struct show_quota {};

struct quota_reply {
  domain::expected<wire::quota_summary> value;
};

/// Whether one more pod of that plan would be admitted now.
struct ask_quota {
  ask_quota() = default;
  ask_quota(std::string which_plan, std::optional<std::string> which_blueprint)
      : plan(std::move(which_plan)), blueprint(std::move(which_blueprint)) {}

  std::string plan;
  std::optional<std::string> blueprint;
};

/// A `problem` with `quota_exceeded` is the answer "no"; with another code the question was wrong.
struct verdict_reply {
  domain::expected<void> value;
};

/// A tenant as operators see it (contract 8).
struct tenant_view {
  domain::tenant_id id;
  bool exists = false;
  domain::tenant_updated said;
  domain::instant created_at;
};

struct tenant_view_reply {
  domain::expected<tenant_view> value;
};

struct show_tenant {};

struct set_tenant {
  set_tenant() = default;
  set_tenant(domain::tenant_updated wanted, requester who)
      : command(std::move(wanted)), by(std::move(who)) {}

  domain::tenant_updated command;
  requester by;
};

struct set_limits {
  set_limits() = default;
  set_limits(const domain::quota_changed& wanted, requester who)
      : command(wanted), by(std::move(who)) {}

  domain::quota_changed command;
  requester by;
};

/// The TENANT actor: one per awake tenant; owns its admission and its quota. It stops when idle:
/// then a request bounces unprocessed and the directory is asked anew.
using tenant_actor = caf::typed_actor<
    // Reserves quota, vmid and address; answers once the order is durable.
    caf::replies_to<place_order>::with<command_reply>,
    // Answers once the destroy is durable; the same job while one is open.
    caf::replies_to<ask_destroy>::with<command_reply>,
    caf::replies_to<ask_action>::with<command_reply>,
    caf::replies_to<set_protection>::with<command_reply>,
    caf::replies_to<cancel_job>::with<command_reply>,
    caf::replies_to<retry_job>::with<command_reply>,
    // Reserves a whole stack, or nothing; answers once that is durable.
    caf::replies_to<place_stack>::with<stack_reply>,
    caf::replies_to<destroy_stack>::with<stack_reply>,
    caf::replies_to<show_deployment>::with<deployment_reply>,
    // From the schedule of backups and the sweep of health.
    caf::replies_to<keep_backups>::with<command_reply>,
    caf::replies_to<note_health>::with<command_reply>,
    caf::replies_to<take_advice>::with<advice_reply>,
    // From the reconciler: what it found, and what operators say of it.
    caf::replies_to<note_drift>::with<command_reply>,
    caf::replies_to<ignore_drift>::with<command_reply>,
    caf::replies_to<forget_pod>::with<command_reply>,
    caf::replies_to<adopt_pod>::with<command_reply>,
    caf::replies_to<adopt_found>::with<command_reply>,
    // What operators say of the tenant; answered once it is durable.
    caf::replies_to<set_tenant>::with<tenant_view_reply>,
    caf::replies_to<set_limits>::with<quota_reply>,
    caf::replies_to<show_tenant>::with<tenant_view_reply>,
    caf::replies_to<show_pod>::with<pod_reply>, caf::replies_to<list_pods>::with<pod_page>,
    // Held back until the job ends or the wait is over.
    caf::replies_to<show_job>::with<job_reply>, caf::replies_to<list_jobs>::with<job_page>,
    caf::replies_to<show_quota>::with<quota_reply>,
    caf::replies_to<ask_quota>::with<verdict_reply>>;

/// Wakes the tenant where it sleeps. One that nobody has seen yet is an empty one; it comes into
/// being with its first accepted write.
struct find_tenant {
  find_tenant() = default;
  explicit find_tenant(domain::tenant_id which) : tenant(std::move(which)) {}

  domain::tenant_id tenant;
};

struct tenant_reply {
  domain::expected<tenant_actor> value; ///< or `store_unavailable`, `starting`
};

/// The TENANT DIRECTORY: which tenants are awake.
using tenant_directory_actor = caf::typed_actor<caf::replies_to<find_tenant>::with<tenant_reply>>;

/// Whose pod, vmid (of a pod that is not deleted), job or deployment it is.
struct find_owner {
  find_owner() = default;
  explicit find_owner(
      std::variant<domain::vmid, domain::pod_id, domain::job_id, domain::deployment_id> thing)
      : what(std::move(thing)) {}

  std::variant<domain::vmid, domain::pod_id, domain::job_id, domain::deployment_id> what;
};

struct owner_reply {
  domain::expected<std::optional<domain::tenant_id>> value;
};

struct show_node {};

/// Whether the node gets new pods (contract 8): answered once that is durable.
struct set_drained {
  set_drained() = default;
  set_drained(bool yes, requester who) : drained(yes), by(std::move(who)) {}

  bool drained = false;
  requester by;
};

struct node_reply {
  domain::expected<wire::node_view> value; ///< as it is now
};

/// Every guest of the cluster, read now. Refused at once where the node is away.
struct show_guests {};

struct guests_reply {
  domain::expected<std::shared_ptr<const domain::guest_list>> value;
};

/// What operators may ask of a NODE's actor; answered at once from what it knows.
using node_door_actor = caf::typed_actor<caf::replies_to<show_node>::with<node_reply>,
                                         caf::replies_to<set_drained>::with<node_reply>,
                                         // Answered once the node has: it may be away for long.
                                         caf::replies_to<show_guests>::with<guests_reply>>;

/// An event as subscribers get it, with what filters look at.
struct event_frame {
  std::int64_t seq = 0;
  domain::tenant_id tenant;
  domain::pod_id pod;
  std::string name;
  domain::category category = domain::category::info;
  std::string text; ///< the JSON message
};

using shared_frame = std::shared_ptr<const event_frame>;

/// OR inside a list, AND between them; empty means all (contract 9).
struct event_filter {
  std::optional<domain::tenant_id> tenant; ///< absent: all tenants
  std::vector<domain::pod_id> pods;
  std::vector<std::string> names; ///< `*` only at the end
  std::vector<domain::category> categories;
};

/// Matching events after a seq, oldest first.
struct read_events {
  read_events() = default;
  read_events(std::int64_t seq, event_filter which, int most)
      : after(seq), filter(std::move(which)), limit(most) {}

  std::int64_t after = 0;
  event_filter filter;
  int limit = 50;
};

struct frame_page {
  std::vector<shared_frame> frames;
  /// No other event that matches lies up to here: the next page begins after it.
  std::int64_t looked_up_to = 0;
  std::int64_t head = 0; ///< of the log, as this page saw it
};

struct events_reply {
  domain::expected<frame_page> value;
};

/// When a sweep last looked how the pod does, whether that was news or not (contract 13).
struct read_checked {
  read_checked() = default;
  explicit read_checked(domain::pod_id which) : pod(std::move(which)) {}

  domain::pod_id pod;
};

struct checked_reply {
  domain::expected<std::optional<domain::instant>> value;
};

/// A READER: history from the store; several, each with a thread and a connection of its own.
using reader_actor = caf::typed_actor<caf::replies_to<find_owner>::with<owner_reply>,
                                      caf::replies_to<read_events>::with<events_reply>,
                                      caf::replies_to<read_checked>::with<checked_reply>>;

/// From the feed to its listeners: committed events, in seq order, none left out.
struct live_events {
  std::shared_ptr<const std::vector<shared_frame>> frames;
};

/// From the feed to its listeners: how far a job is. Not an event.
struct live_progress {
  domain::tenant_id tenant;
  domain::pod_id pod;
  std::shared_ptr<const std::string> text; ///< the JSON message
};

/// The sender wants every `live_events` and `live_progress` from now on.
struct follow_feed {
  follow_feed() = default;
  explicit follow_feed(caf::actor who) : listener(std::move(who)) {}

  caf::actor listener;
};

/// The next `live_events` begins after `head`.
struct following {
  std::int64_t head = 0;
};

struct leave_feed {
  leave_feed() = default;
  explicit leave_feed(caf::actor who) : listener(std::move(who)) {}

  caf::actor listener;
};

/// The EVENT FEED: the live tail of the log.
using event_feed_actor =
    caf::typed_actor<caf::replies_to<follow_feed>::with<following>, caf::reacts_to<leave_feed>,
                     caf::reacts_to<live_events>, caf::reacts_to<live_progress>>;

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::tenant_view_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::show_tenant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::set_tenant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::set_limits)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::show_pod)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::pod_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::list_pods)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::pod_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::show_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::job_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::list_jobs)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::job_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::show_quota)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::quota_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::ask_quota)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::verdict_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::find_tenant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::tenant_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::find_owner)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::owner_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::events_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_checked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::checked_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::show_node)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::set_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::node_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::show_guests)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::guests_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::live_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::live_progress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::follow_feed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::following)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::leave_feed)
