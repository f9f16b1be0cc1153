#include "persistence/commit_recovery.hpp"

#include <type_traits>
#include <utility>

namespace cloudpods::persistence {

namespace {

/// A lock that is let go between the try and the look at its holder is tried again, but not for
/// ever.
constexpr int most_lock_tries = 5;

} // namespace

commit_recovery::commit_recovery(log_head before, std::optional<log_head> after)
    : before_(std::move(before)), after_(std::move(after)) {}

recovery_action commit_recovery::begin() {
  lock_tries_ = 0;
  return recovery_action::connect;
}

recovery_action commit_recovery::resume(const recovery_event& happened) {
  return std::visit(
      [this](const auto& each) {
        using what = std::decay_t<decltype(each)>;
        if constexpr (std::is_same_v<what, session_open>)
          return recovery_action::end_old_sessions;
        else if constexpr (std::is_same_v<what, old_sessions_ended>)
          return recovery_action::take_lock;
        else if constexpr (std::is_same_v<what, lock_taken>)
          return recovery_action::raise_epoch;
        else if constexpr (std::is_same_v<what, lock_refused>)
          return after_refusal(each.holder);
        else if constexpr (std::is_same_v<what, epoch_raised>)
          return judge(each.head);
        else
          return stop(each.why.kind == fault_kind::unusable ? recovery_verdict::lead_lost
                                                            : recovery_verdict::away,
                      each.why);
      },
      happened);
}

recovery_action commit_recovery::stop(recovery_verdict verdict, fault why) {
  verdict_ = verdict;
  why_ = std::move(why);
  return recovery_action::stop;
}

recovery_action commit_recovery::after_refusal(lock_holder holder) {
  switch (holder) {
  case lock_holder::another:
    return stop(recovery_verdict::lead_lost,
                {fault_kind::busy, "", "another session holds the writer's lock"});
  case lock_holder::one_of_ours:
    // It was told to end and has not yet.
    return stop(recovery_verdict::away,
                {fault_kind::away, "", "our old session has not ended yet"});
  case lock_holder::nobody:
    if (++lock_tries_ < most_lock_tries)
      return recovery_action::take_lock;
    return stop(recovery_verdict::away, {fault_kind::away, "", "the writer's lock is contended"});
  }
  std::unreachable();
}

recovery_action commit_recovery::judge(const log_head& found) {
  found_ = found;
  if (after_ && found.ends_as(*after_))
    return stop(recovery_verdict::committed);
  if (found.ends_as(before_))
    return stop(recovery_verdict::not_committed);
  return stop(recovery_verdict::lead_lost,
              {fault_kind::busy, "", "the log went on without this writer"});
}

} // namespace cloudpods::persistence
