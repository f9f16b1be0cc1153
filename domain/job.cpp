#include "domain/job.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

/// Which changes an event makes to its job; facts of other kinds change nothing.
struct job_fold {
  job& state;
  const event& fact;

  queue_item* item(const item_id& id) const {
    const auto found = std::ranges::find(state.items, id, &queue_item::id);
    return found == state.items.end() ? nullptr : &*found;
  }

  void end(job_status status) const {
    state.status = status;
    state.finished_at = fact.at;
  }

  void operator()(const job_queued& queued) const {
    state.id = fact.job;
    state.tenant = fact.tenant;
    state.pod = fact.pod;
    state.user = queued.user;
    state.type = queued.type;
    state.payload = queued.payload;
    state.request = fact.request;
    state.retry_of = queued.retry_of;
    state.created_at = fact.at;
  }

  void operator()(const job_started&) const {
    state.status = job_status::running;
    state.started_at = fact.at;
  }

  void operator()(const job_succeeded& ended) const {
    state.result = ended.result;
    end(job_status::success);
  }

  void operator()(const job_failed& ended) const {
    state.error = job_error{ended.code, ended.message};
    end(job_status::failed);
  }

  void operator()(const job_cancelled&) const { end(job_status::cancelled); }

  void operator()(const job_cancel_requested&) const {
    // It may come after the end: both were decided at once.
    if (!is_terminal(state.status))
      state.cancel_requested = true;
  }

  void operator()(const item_queued& queued) const {
    queue_item made;
    made.id = queued.item;
    made.action = queued.action;
    made.payload = queued.payload;
    made.parameters = queued.parameters;
    made.created_at = made.updated_at = fact.at;
    state.items.push_back(std::move(made));
  }

  void operator()(const item_started& started) const {
    if (auto* it = item(started.item)) {
      it->status = item_status::running;
      it->updated_at = fact.at;
    }
  }

  void operator()(const item_step_started& started) const {
    auto* it = item(started.item);
    if (it == nullptr)
      return;
    if (started.undoing != it->undoing) {
      it->undoing = started.undoing;
      it->done.clear();
      it->busy_since.reset();
      std::swap(it->failures, it->failures_before);
    }
    if (!started.undoing)
      it->aim = follow_up::proceed;
    it->open =
        open_step{started.which, started.attempt, started.undoing, started.vmid_unseen, fact.at};
    it->attempts = std::max(it->attempts, started.attempt);
    if (!it->ever_began(started.which))
      it->begun.push_back(started.which);
    it->run_after.reset();
    it->updated_at = fact.at;
  }

  /// Of all that the item's steps said, the last 64 KiB (contract 6).
  static void keep_output(queue_item& it, const std::string& more) {
    constexpr std::size_t most = 65536;
    it.output += more;
    if (it.output.size() > most)
      it.output.erase(0, it.output.size() - most);
  }

  void operator()(const item_step_done& ended) const {
    auto* it = item(ended.item);
    if (it == nullptr)
      return;
    it->open.reset();
    it->attempts = std::max(it->attempts, ended.attempt);
    it->updated_at = fact.at;
    // What a removal meets does not hide why it was begun.
    if (ended.result == step_result::failed && it->aim != follow_up::undo) {
      it->error_message = ended.message;
      it->error_code = ended.code;
    }
    if (ended.then == follow_up::redo || ended.then == follow_up::undo)
      it->aim = ended.then;
    keep_output(*it, ended.output);
    if (ended.result == step_result::failed) {
      // The guest is still there, or may be: it is destroyed again.
      if (ended.which == step::absent)
        it->done.clear();
      return;
    }
    it->busy_since.reset();
    if (std::ranges::find(it->passed, ended.which) == it->passed.end()) {
      it->failures = 0;
      it->passed.push_back(ended.which);
    }
    if (ended.ip_address)
      it->ip_address = ended.ip_address;
    it->volumes = ended.volumes;
    learn(*it, ended);
    it->done.push_back(ended.which);
  }

  static void learn(queue_item& it, const item_step_done& ended) {
    if (ended.seen) {
      it.pending = ended.seen->pending;
      // The way there is decided by what was so before it; at the end of the way back, what is.
      if ((ended.which == step::look && !it.seen) || it.undoing)
        it.seen = ended.seen;
    }
    if (ended.archive)
      it.archive = ended.archive;
    if (ended.health)
      it.health = ended.health;
  }

  void operator()(const item_retry_scheduled& retry) const {
    auto* it = item(retry.item);
    if (it == nullptr)
      return;
    ++it->retry_count;
    if (it->aim != follow_up::undo) {
      it->error_message = retry.message;
      it->error_code.clear();
    }
    it->run_after = retry.run_after;
    it->updated_at = fact.at;
    if (retry.counted)
      ++it->failures;
    if (retry.why != failure_class::busy)
      it->busy_since.reset();
    else if (!it->busy_since)
      it->busy_since = fact.at;
  }

  void operator()(const pod_ownership_conflict& conflict) const {
    for (auto& each : state.items) {
      if (each.status != item_status::running)
        continue;
      each.met_stranger = true;
      if (each.action == item_action::create)
        each.vmid_lost = conflict.marked && !each.undoing;
    }
  }

  void operator()(const item_ended& ended) const {
    auto* it = item(ended.item);
    if (it == nullptr)
      return;
    it->open.reset();
    it->status = ended.status;
    it->error_message = ended.status == item_status::failed ? ended.message : std::string{};
    it->updated_at = fact.at;
    it->processed_at = fact.at;
    it->run_after.reset();
  }

  template <class Other>
  void operator()(const Other&) const {}
};

} // namespace

bool queue_item::is_done(step wanted) const {
  return std::ranges::find(done, wanted) != done.end();
}

bool queue_item::ever_did(step wanted) const {
  return std::ranges::find(passed, wanted) != passed.end();
}

bool queue_item::ever_began(step wanted) const {
  return std::ranges::find(begun, wanted) != begun.end();
}

const queue_item* job::find(const item_id& item) const {
  const auto found = std::ranges::find(items, item, &queue_item::id);
  return found == items.end() ? nullptr : &*found;
}

bool job::is_closed() const {
  return (is_share || is_terminal(status)) &&
         std::ranges::all_of(items,
                             [](const queue_item& each) { return is_terminal(each.status); });
}

void evolve(job& state, const event& fact) {
  std::visit(job_fold{state, fact}, fact.payload);
  state.updated_at = fact.at;
}

} // namespace cloudpods::domain
