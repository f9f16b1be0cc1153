#pragma once

#include <optional>
#include <string>
#include <variant>

#include "persistence/fault.hpp"
#include "persistence/log_head.hpp"

namespace cloudpods::persistence {

/// What the driver must do next.
enum class recovery_action {
  connect,          ///< open a new session
  end_old_sessions, ///< end those that were ours, where they still are the same
  take_lock,        ///< try to take the writer's lock
  raise_epoch,      ///< raise the epoch and read the head, in one statement
  stop,             ///< look at `verdict`
};

/// Who has the lock that was refused.
enum class lock_holder { nobody, one_of_ours, another };

// What happened: the results of the actions.
struct session_open {};
struct old_sessions_ended {};
struct lock_taken {};
struct lock_refused {
  lock_holder holder = lock_holder::another;
};
struct epoch_raised {
  log_head head;
};
struct action_failed {
  fault why;
};

using recovery_event = std::variant<session_open, old_sessions_ended, lock_taken, lock_refused,
                                    epoch_raised, action_failed>;

/// What became of the batch.
enum class recovery_verdict {
  away,          ///< nobody knows yet; begin again later
  committed,     ///< it is in the log, once
  not_committed, ///< it is not in the log and never will be; it may be sent again
  lead_lost,     ///< the log has another writer, or had one
};

/// Finds out what became of a batch whose commit was never answered (architecture 3). Pure: what
/// happened goes in, what to do next comes out.
///
/// A broken connection does not stop the old backend. So it is ended, then the lock is taken again,
/// then the epoch raised: the row lock of that statement waits for whatever was still under way,
/// and the new epoch fences what comes later. Then the head tells, exactly.
class commit_recovery {
public:
  /// `before`: the head that the batch was built on. `after`: the head it would have made; nothing
  /// where no batch was sent.
  commit_recovery(log_head before, std::optional<log_head> after);

  /// Takes what the last action came to; returns the next one.
  recovery_action resume(const recovery_event& happened);

  /// What to do first, and again after `away`.
  recovery_action begin();

  [[nodiscard]] recovery_verdict verdict() const { return verdict_; }
  /// The head as it was found; with the new epoch.
  [[nodiscard]] const log_head& found() const { return found_; }
  /// Why the store is away or the lead lost.
  [[nodiscard]] const fault& why() const { return why_; }

private:
  recovery_action stop(recovery_verdict verdict, fault why = {});
  recovery_action after_refusal(lock_holder holder);
  recovery_action judge(const log_head& found);

  log_head before_;
  std::optional<log_head> after_;
  recovery_verdict verdict_ = recovery_verdict::away;
  log_head found_;
  fault why_;
  int lock_tries_ = 0;
};

} // namespace cloudpods::persistence
