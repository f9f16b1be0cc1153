#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "domain/action.hpp"
#include "domain/advised_actions.hpp"
#include "domain/destroy.hpp"
#include "domain/drift_decisions.hpp"
#include "domain/operation.hpp"
#include "domain/order.hpp"
#include "domain/problem.hpp"

// What may be asked of a tenant that makes facts. Part of protocol.hpp, whose rules hold here too.

namespace cloudpods::actors {

/// Who asks, for the events that follow.
struct requester {
  domain::event_actor actor;
  domain::request_id request;
};

/// A request's `Idempotency-Key` and the digest of what it asks (contract 5).
struct idempotency {
  std::string key;
  std::string request_hash;
};

/// `{ref}` of a path: a vmid finds only pods that are not deleted.
using pod_reference = std::variant<domain::vmid, domain::pod_id>;

// Commands to a tenant: answered once their events are durable.

struct place_order {
  place_order() = default;
  place_order(domain::order_pod order, requester who, std::optional<idempotency> repeat)
      : command(std::move(order)), by(std::move(who)), key(std::move(repeat)) {}

  domain::order_pod command;
  requester by;
  std::optional<idempotency> key;
};

struct ask_destroy {
  ask_destroy() = default;
  ask_destroy(pod_reference which, domain::destroy_pod destroy, requester who,
              std::optional<idempotency> repeat)
      : pod(std::move(which)), command(std::move(destroy)), by(std::move(who)),
        key(std::move(repeat)) {}

  pod_reference pod;
  domain::destroy_pod command;
  requester by;
  std::optional<idempotency> key;
  /// `If-Match`: one of these, or `version_mismatch`; judged after an answer given before.
  std::optional<std::vector<std::int64_t>> versions;
};

/// Anything else that is asked of a pod and becomes a job.
struct ask_action {
  ask_action() = default;
  ask_action(pod_reference which, domain::act_on_pod wish, requester who,
             std::optional<idempotency> repeat)
      : pod(std::move(which)), command(std::move(wish)), by(std::move(who)),
        key(std::move(repeat)) {}

  pod_reference pod;
  domain::act_on_pod command;
  requester by;
  std::optional<idempotency> key;
  std::optional<std::vector<std::int64_t>> versions; ///< as in `ask_destroy`
};

struct set_protection {
  set_protection() = default;
  set_protection(pod_reference which, bool yes, requester who, std::optional<idempotency> repeat)
      : pod(std::move(which)), wanted(yes), by(std::move(who)), key(std::move(repeat)) {}

  pod_reference pod;
  bool wanted = false;
  requester by;
  std::optional<idempotency> key;
  std::optional<std::vector<std::int64_t>> versions; ///< as in `ask_destroy`
};

struct cancel_job {
  cancel_job() = default;
  cancel_job(domain::job_id which, std::string why, requester who,
             std::optional<idempotency> repeat)
      : job(std::move(which)), reason(std::move(why)), by(std::move(who)), key(std::move(repeat)) {}

  domain::job_id job;
  std::string reason;
  requester by;
  std::optional<idempotency> key;
};

struct retry_job {
  retry_job() = default;
  retry_job(domain::job_id which, domain::user_id who_asks, requester who,
            std::optional<idempotency> repeat)
      : job(std::move(which)), user(std::move(who_asks)), by(std::move(who)),
        key(std::move(repeat)) {}

  domain::job_id job;
  domain::user_id user;
  requester by;
  std::optional<idempotency> key;
};

/// What the pod's backup policy wants of it now: a backup, or the removal of a deleted pod's.
/// Refused with `invalid_state` where nothing is due by what the tenant has folded.
struct keep_backups {
  keep_backups() = default;
  keep_backups(domain::pod_id which, requester who) : pod(std::move(which)), by(std::move(who)) {}

  domain::pod_id pod;
  requester by;
};

/// How a sweep found the pod's guest: a fact only where that is news.
struct note_health {
  note_health() = default;
  note_health(domain::pod_id which, domain::guest_health seen, requester who)
      : pod(std::move(which)), found(std::move(seen)), by(std::move(who)) {}

  domain::pod_id pod;
  domain::guest_health found;
  requester by;
};

/// From FocalPilot: all that a recommendation asks of this tenant and its pod, in one append with
/// the fact that it was applied, or nothing of it (contract 16).
struct take_advice {
  take_advice() = default;

  domain::recommendation what;
  domain::advice_taken how;
  requester by;
  std::optional<idempotency> key;
};

struct advice_reply {
  domain::expected<std::vector<domain::job_id>> value;
};

/// What a sweep learned of the pod's guest: facts only where that is news.
struct note_drift {
  note_drift() = default;
  note_drift(domain::pod_id which, domain::drift_report seen, requester who)
      : pod(std::move(which)), report(std::move(seen)), by(std::move(who)) {}

  domain::pod_id pod;
  domain::drift_report report;
  requester by;
};

/// An operator wants to hear no more of a difference.
struct ignore_drift {
  ignore_drift() = default;
  ignore_drift(domain::pod_id which, domain::drift_kind what, std::string why, requester who)
      : pod(std::move(which)), kind(what), reason(std::move(why)), by(std::move(who)) {}

  domain::pod_id pod;
  domain::drift_kind kind = domain::drift_kind::missing;
  std::string reason;
  requester by;
};

/// What all words of an operator on a difference have.
struct operators_word {
  domain::user_id user;
  requester by;
  std::optional<idempotency> key;
  std::optional<std::vector<std::int64_t>> versions; ///< as in `ask_destroy`
  bool is_over = false; ///< the difference: only an answer given before is given again
};

/// Ends a pod whose guest is known to be gone; whoever sends it has made sure.
struct forget_pod {
  forget_pod() = default;
  forget_pod(domain::pod_id which, operators_word said)
      : pod(std::move(which)), word(std::move(said)) {}

  domain::pod_id pod;
  operators_word word;
};

/// Takes a pod's guest as it was just read.
struct adopt_pod {
  adopt_pod() = default;
  adopt_pod(domain::pod_id which, domain::drift_kind what, domain::guest_facts seen,
            operators_word said)
      : pod(std::move(which)), kind(what), guest(std::move(seen)), word(std::move(said)) {}

  domain::pod_id pod;
  domain::drift_kind kind = domain::drift_kind::ownership;
  domain::guest_facts guest;
  operators_word word;
};

/// Makes a guest that was found a pod of the tenant.
struct adopt_found {
  adopt_found() = default;
  adopt_found(domain::found_guest what, operators_word said)
      : found(std::move(what)), word(std::move(said)) {}

  domain::found_guest found;
  operators_word word;
};

/// An accepted command: pod and job as its events left them.
struct accepted {
  std::shared_ptr<const domain::pod_record> pod; ///< null: it was about a job of several
  std::shared_ptr<const domain::job> job;        ///< null: it has expired, or none was needed
  bool existing = false; ///< the subscription had its pod already: 200, `X-Existing`
  bool replayed = false; ///< the answer that was given before: `Idempotency-Replayed`
  int status = 202;      ///< 200 where nothing was left to do
};

struct command_reply {
  domain::expected<accepted> value;
};

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::place_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::ask_destroy)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::ask_action)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::set_protection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::cancel_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::retry_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::keep_backups)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::note_health)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::take_advice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::advice_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::note_drift)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::ignore_drift)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::forget_pod)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::adopt_pod)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::adopt_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::command_reply)
