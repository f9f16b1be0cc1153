#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <caf/typed_event_based_actor.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"
#include "domain/item_work.hpp"

namespace cloudpods::actors {

/// Runs one pod's queue: asks domain what is next, appends it, does it, appends what came of it.
/// It acts on what its tenant has folded only, and does one thing at a time.
class pod_life {
public:
  void init(pod_actor::pointer actor, awake_tenant_actor tenant, engine_ptr engine,
            handles_ptr handles, incarnation life);

  void see(const pod_snapshot& news);

  void granted(const lease_granted& lease);

  void waits(const lease_waits& lease);

  void progressed(const step_progress& news);

  void woken(std::uint64_t number);

private:
  // What is next.

  void meet_node();

  void advance();

  static bool is_new(const domain::next_move& next);

  /// The tenant has no more work for this pod.
  void end();

  void begin(const domain::next_move& next);

  domain::step first_step(const domain::queue_item& item) const;

  void attempt(const domain::next_move& next);

  void follow(const domain::next_move& next);

  // The node's budgets.

  bool covers(const std::vector<std::string>& keys) const;

  /// True where all is held; else it is asked for, once.
  bool has_lease(const std::vector<std::string>& keys);

  /// An open intent counts on its node whether there is room or not.
  bool resume_lease(const std::vector<std::string>& keys);

  void ask_lease(const std::set<std::string>& wanted, bool resumed);

  void release_all();

  /// Storage and template are for the steps that build; the place on the node is the item's.
  void release_unneeded(const domain::next_move& next);

  // Appending.

  void append(std::vector<domain::new_event> events,
              std::optional<domain::pod_id> hold = std::nullopt);

  /// The intent that this life has logged and not yet sent: its command may be started without a
  /// look for an earlier start.
  void note_intent(const std::vector<domain::new_event>& events);

  void settled(std::int64_t seq);

  void not_appended(const domain::problem& why);

  void pause(std::chrono::milliseconds how_long);

  // Looking at the cluster before a guest is made.

  /// What cannot be answered as things are ends the step; everything else is asked again.
  void not_answered(const domain::failed& why);

  template <class Use>
  void ask_node(domain::query question, Use use) {
    ask_node(std::move(question), std::move(use),
             [this](const domain::failed& why) { not_answered(why); });
  }

  template <class Use, class Fail>
  void ask_node(domain::query question, Use use, Fail fail) {
    busy_ = true;
    self_->request(node_, answer_certain, run_query{std::move(question), record_->pod.id})
        .then(
            [this, use, fail](const query_reply& reply) {
              busy_ = false;
              if (!reply.value) {
                fail(reply.value.error());
                return;
              }
              waits_.reset();
              use(*reply.value);
            },
            [this](const caf::error&) {
              busy_ = false;
              node_failed("The node's actor is gone.");
            });
  }

  void node_failed(const std::string& why);

  void look_first(const domain::next_move& next);

  /// It may be what an earlier attempt of ours left.
  bool is_still(const domain::next_move& looked) const;
  void look_who_took_it(const domain::next_move& next);

  void take_another_vmid(const domain::next_move& next);

  // Running a step.

  std::chrono::seconds limit() const;

  std::chrono::seconds time_left(const domain::queue_item& item) const;

  domain::operation operation_of(const domain::next_move& next,
                                 const domain::queue_item& item) const;

  void run(const domain::next_move& next);

  void fetch_user_data();
  /// What of an adopted guest stays: its notes and tags.
  void fetch_notes();
  [[nodiscard]] bool may_adopt(const domain::guest_facts& guest) const;
  [[nodiscard]] bool marks_adopted(const domain::next_move& next) const;

  void learned(const domain::next_move& next, const domain::succeeded& answer);

  void learned(const domain::next_move& next, const domain::failed& answer);

  void learned(const domain::next_move& next, const never_started&);

  void learned(const domain::next_move& next, const attempt_vanished&);

  void learned(const domain::next_move& next, const attempt_unclear& answer);

  void learned(const domain::next_move& next, const attempt_timed_out& answer);

  void learned(const domain::next_move& next, const connection_failed& answer);

  /// An unknown outcome is no failure: the guest is asked (contract 11).
  void resolve(const domain::next_move& next, const std::string& why);

  /// A cancel or a destroy does not wait for the attempt that runs: it is ended on the node.
  void end_unwanted();

  void conclude(const domain::next_move& next, const domain::outcome& answer,
                const domain::findings& found = {});

  // Steps that only read.

  bool is_late() const;

  /// True where nobody waits any more for what the step looks at.
  bool give_up();

  void poll();

  void poll_address();

  void end_poll(const std::optional<std::string>& address);

  void poll_later(const std::string& why);

  /// Two lists in a row without the guest, and what is left of it on the storages between them
  /// (contract 17).
  void check_absent();

  void ask_absent(std::function<void()> then);

  // Steps that look at the guest or at its backups.

  /// True where the step was one of these.
  bool look(const domain::next_move& next);
  void look_at_guest();
  void note_guest(const domain::guest_facts& guest);
  /// Of a sync: what its guest says of its address.
  void look_at_address(const domain::guest_reading& seen);
  void look_for_space();
  void look_for_archive();
  void find_archive();
  void check_health();
  domain::storage_name backup_storage() const;

  // Telling how far it is.

  /// A line without a number, or another try, is no step back.
  int percent_so_far(const domain::queue_item& item, int of_step);
  void tell_progress(const step_progress& news);

  pod_actor::pointer self_ = nullptr;
  awake_tenant_actor tenant_;
  engine_ptr engine_;
  handles_ptr handles_;
  incarnation incarnation_;
  node_actor node_;
  domain::node_description site_;
  domain::owner_mark mark_;
  std::shared_ptr<const domain::pod_record> record_;
  std::int64_t seq_ = 0;
  std::int64_t awaited_seq_ = 0; ///< of the last append: the tenant has to have folded it
  bool busy_ = false;            ///< an answer is awaited, or a pause goes on
  bool pausing_ = false;
  std::uint64_t pause_ = 0;
  std::set<std::string> lease_;
  std::set<std::string> wanted_;
  std::optional<lease_waits> waits_;
  domain::next_move step_;
  std::optional<std::pair<domain::item_id, int>> fresh_;
  bool running_ = false; ///< an attempt of `step_` is on the node
  bool ending_ = false;  ///< it was told to end
  std::chrono::milliseconds poll_wait_{0};
  std::string user_data_;
  std::optional<domain::adopt_guest> adopting_; ///< as the guest was read for it
  std::pair<domain::item_id, bool> told_of_;
  int told_percent_ = 0;          ///< of that item, in that direction
  std::set<domain::item_id> ran_; ///< whose directories on the node may go at the end
};

} // namespace cloudpods::actors
