#include "persistence/writer_session.hpp"

#include <algorithm>

#include "persistence/session.hpp"

namespace cloudpods::persistence {

namespace {

/// How long the server is given to end an old session.
constexpr int end_session_ms = 3'000;

/// Sessions remembered; the oldest of more has long been ended by the server's own keep-alives.
constexpr std::size_t most_sessions = 64;

} // namespace

stored<connection*> writer_session::link() {
  if (is_open())
    return &*link_;
  link_.reset();
  auto made = connection::open(settings_);
  if (!made)
    return std::unexpected(made.error());
  link_ = *std::move(made);
  if (ours_.size() >= most_sessions)
    ours_.erase(ours_.begin());
  ours_.push_back(link_->identity());
  return &*link_;
}

void writer_session::close() { link_.reset(); }

recovery_event writer_session::perform(recovery_action action) {
  switch (action) {
  case recovery_action::connect:
    return connect();
  case recovery_action::end_old_sessions:
    return end_old_sessions();
  case recovery_action::take_lock:
    return take_lock();
  case recovery_action::raise_epoch:
    if (auto head = persistence::raise_epoch(*link_))
      return epoch_raised{*std::move(head)};
    else
      return action_failed{head.error()};
  case recovery_action::stop:
    break;
  }
  return action_failed{{fault_kind::away, "", "nothing to do"}};
}

recovery_event writer_session::connect() {
  close();
  if (auto made = link(); !made)
    return action_failed{made.error()};
  return session_open{};
}

recovery_event writer_session::end_old_sessions() {
  array_parameter pids{wire_type::integer};
  array_parameter starts{wire_type::text};
  for (const auto& each : ours_) {
    if (each == link_->identity())
      continue;
    pids.push(each.pid);
    starts.push(each.backend_start);
  }
  parameters old;
  old.add(pids).add(starts).add(end_session_ms);
  // A pid may be another's by now; together with its start it is not.
  const auto ended =
      link_->run("SELECT pg_terminate_backend(a.pid, $3) FROM unnest($1, $2) AS o(pid, start) "
                 "JOIN pg_stat_activity a ON a.pid = o.pid AND a.backend_start = "
                 "o.start::timestamptz",
                 old);
  // Where the server refuses to end them, the lock and the epoch decide all the same.
  if (!ended && ended.error().kind != fault_kind::refused)
    return action_failed{ended.error()};
  return old_sessions_ended{};
}

recovery_event writer_session::take_lock() {
  const auto got = try_lock(*link_, writer_lock);
  if (!got)
    return action_failed{got.error()};
  if (!*got)
    return refused_by_whom();
  // Who has the lock needs to end nobody any more.
  ours_.assign(1, link_->identity());
  return lock_taken{};
}

recovery_event writer_session::refused_by_whom() {
  const auto holder =
      link_->run("SELECT a.pid, a.backend_start FROM pg_locks l JOIN pg_stat_activity a "
                 "ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted "
                 "AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) = $1 "
                 "AND l.database = (SELECT oid FROM pg_database "
                 "WHERE datname = current_database())",
                 parameters{}.add(writer_lock));
  if (!holder)
    return action_failed{holder.error()};
  if (holder->empty())
    return lock_refused{lock_holder::nobody};
  const session_identity found{holder->integer(0, 0), std::string{holder->text(0, 1)}};
  return lock_refused{is_ours(found) ? lock_holder::one_of_ours : lock_holder::another};
}

bool writer_session::is_ours(const session_identity& session) const {
  return std::ranges::find(ours_, session) != ours_.end();
}

} // namespace cloudpods::persistence
