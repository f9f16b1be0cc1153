#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/protocol.hpp"
#include "domain/operation.hpp"
#include "domain/outcome.hpp"
#include "ssh/exec.hpp"

// What pods, nodes and their workers tell each other; a part of engine_protocol.hpp.

namespace cloudpods::actors {

/// No limit: who is asked answers, or has ended and the question bounces, or the process ends. CAF
/// would keep the timer of each question until it runs out, long after the answer.
inline constexpr caf::duration answer_certain{caf::infinite};

/// Runs, or follows, one attempt of one step.
struct run_attempt {
  domain::item_id item;
  domain::step which = domain::step::clone;
  int attempt = 1;
  domain::operation what;
  bool resume = false; ///< it may have been started before: look first, start nothing
  std::chrono::seconds limit{0};
  domain::pod_id pod;
  caf::actor progress_to; ///< gets `step_progress`
};

/// A running attempt is to be ended on its node; whoever follows it learns how it ended.
struct end_attempt {
  domain::item_id item;
  domain::step which = domain::step::clone;
  int attempt = 1;
  domain::operation what;
  domain::pod_id pod;
};

/// The attempt was not started and never will be.
struct never_started {};
/// No process and no exit code: the node restarted under it.
struct attempt_vanished {};
/// It ended, and its exit code and words do not tell what it did.
struct attempt_unclear {
  std::string message;
};
/// It is past its time and was ended on the node.
struct attempt_timed_out {
  std::string message;
};
/// The connection failed, or the answer was no answer; `begun` false: the node never saw it.
struct connection_failed {
  bool begun = false;
  std::string message;
};

struct attempt_reply {
  std::variant<domain::succeeded, domain::failed, never_started, attempt_vanished, attempt_unclear,
               attempt_timed_out, connection_failed>
      value;
};

struct run_query {
  domain::query what;
  domain::pod_id pod = {}; ///< for whom; empty: for nobody
};

/// Permanent: it cannot be answered as things are; else it may be asked again.
struct query_reply {
  std::expected<domain::query_answer, domain::failed> value;
};

/// A pod asks for what its item needs of the node at once; the answer is `lease_granted`.
struct acquire_lease {
  domain::pod_id pod;
  domain::tenant_id tenant;
  std::set<std::string> keys; ///< `node`, `storage:S`, `template:V`
  bool resumed = false;       ///< it has an open intent: granted at once, counted
  caf::actor holder;
};

/// From the holder; ignored where another actor holds for that pod by now.
struct release_lease {
  domain::pod_id pod;
  std::set<std::string> keys; ///< empty: all
};

struct lease_granted {
  std::set<std::string> keys;
};

/// `node:pve1`, `storage:clients-main`, `template:9000`: why it waits. Told when it is asked for
/// and, to the first of the queue, where it changed.
struct lease_waits {
  std::string on;
  std::optional<std::int64_t> place = {}; ///< in the queue for that; 1 is next
  std::optional<std::int64_t> eta_s = {}; ///< until its turn, once durations are known

  friend bool operator==(const lease_waits&, const lease_waits&) = default;
};

/// Every pod with an open intent has claimed its lease: others may be admitted.
struct open_admission {};

/// From a worker: its connection stands, or does not.
struct connection_changed {
  std::size_t worker = 0;
  bool up = false;
  std::string message;
};

/// Items that ended: their directories on the node may go.
struct sweep_items {
  std::vector<domain::item_id> items;
};

struct look_at_node {};

/// The NODE: one per Proxmox host; admission to it, and its workers.
using node_actor = node_door_actor::extend<
    caf::replies_to<run_attempt>::with<attempt_reply>,
    caf::replies_to<run_query>::with<query_reply>, caf::reacts_to<end_attempt>,
    caf::reacts_to<acquire_lease>, caf::reacts_to<release_lease>, caf::reacts_to<open_admission>,
    caf::reacts_to<connection_changed>, caf::reacts_to<sweep_items>, caf::reacts_to<look_at_node>>;

/// The node is told the writer's epoch before anything else goes there (contract 14).
struct announce_epoch {};

enum class announcement { done, fenced, failed };

struct announce_reply {
  announcement result = announcement::failed;
  std::string message;
};

/// A worker's line has ended; only it knows the number.
struct line_done {
  std::uint64_t number = 0;
  std::shared_ptr<const ssh::exec_result> result;
};

/// An SSH WORKER: one connection to one node, and its channels.
using ssh_worker_actor = caf::typed_actor<caf::replies_to<run_attempt>::with<attempt_reply>,
                                          caf::replies_to<run_query>::with<query_reply>,
                                          caf::replies_to<announce_epoch>::with<announce_reply>,
                                          caf::reacts_to<end_attempt>, caf::reacts_to<sweep_items>,
                                          caf::reacts_to<line_done>>;

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::announce_epoch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::announce_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::run_attempt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::end_attempt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::attempt_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::run_query)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::query_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::acquire_lease)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::release_lease)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::lease_granted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::lease_waits)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::open_admission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::connection_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::sweep_items)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::look_at_node)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::line_done)
