#pragma once

#include <deque>
#include <map>
#include <set>

#include <caf/actor_system.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/engine_protocol.hpp"

namespace cloudpods::actors::tests {

struct fake_guest {
  std::string mark;
  bool running = false;
  std::string node;
};

/// What a fake node is told to say, and what it was asked.
struct node_script {
  std::string name;
  bool grants = true;           ///< else wishes wait for ever
  bool reachable = true;        ///< as it shows itself
  std::int64_t waiting = 0;     ///< pods that wait for a place, as it shows itself
  bool silent_queries = false;  ///< queries wait for `look_at_node`
  bool boots = true;            ///< a guest that was started runs
  std::set<domain::step> holds; ///< attempts of these steps wait for `look_at_node`
  std::map<domain::step, std::deque<attempt_reply>> answers; ///< in place of success, in turn
  std::map<domain::vmid, fake_guest> guests;
  std::vector<std::string> volumes;
  std::vector<std::string> archives;
  std::vector<domain::guest_task> tasks; ///< about any guest, newest first
  std::int64_t free_gb = 1000;           ///< of the storage for backups

  std::vector<end_attempt> ended; ///< attempts that were to be ended
  std::vector<acquire_lease> wishes;
  std::vector<release_lease> releases;
  std::vector<run_attempt> attempts;
  std::vector<domain::item_id> swept;
  int queries = 0;
  int lists = 0;                 ///< of these, such as ask for every guest
  int opened = 0;                ///< `open_admission` that came
  std::size_t wishes_before = 0; ///< wishes that had come at the first of them
  std::vector<std::pair<run_attempt, caf::typed_response_promise<attempt_reply>>> held;
  std::vector<std::pair<domain::query, caf::typed_response_promise<query_reply>>> held_queries;

  [[nodiscard]] std::vector<domain::step> steps() const;
  [[nodiscard]] query_reply answer(const domain::query& what) const;
  /// What the attempt does to the guests, or the next answer that was given for its step.
  attempt_reply run(const run_attempt& what);
};

/// A node that does as its script says: grants every lease at once and succeeds, unless told.
node_actor spawn_fake_node(caf::actor_system& system, std::shared_ptr<node_script> script);

} // namespace cloudpods::actors::tests
