#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/standing_pod.hpp"

namespace cloudpods::tests {

/// Where a daemon is killed while a deed is under way.
struct kill_point {
  /// The commit of the pod's event with that number, counted from the request; 0: at a command.
  std::int64_t commit = 0;
  bool is_committed = false;
  std::string command = {}; ///< "qm shutdown"
  support::strike when = support::strike::before;
  /// The command goes on under the eyes of the next daemon, not before it comes.
  bool is_seen_ending = false;
};

/// A site with one pod, in one thread, which is asked for deeds while the daemon is killed at every
/// boundary. The boundaries are those of a round that went undisturbed before, so that new steps
/// are covered by themselves (contract 11, 14).
class killed_actions : public chaos_site {
public:
  killed_actions();

  /// A round undisturbed, then as many as it takes to kill each deed at each of its commits, before
  /// and after it, and at each of its commands. Tells what went wrong; "" where nothing did.
  std::string survive(const std::string& blueprint, const deed_cycle& round);

private:
  std::string live_through(const std::string& blueprint, const deed_cycle& round);
  void learn(deed what);
  void learn_commands(deed what);
  std::string live(deed what, std::size_t number);
  std::string die(deed what, const kill_point& where);
  bool die_at_commit(const kill_point& where);
  bool die_at_command(const kill_point& where);
  std::string check(deed what, const std::string& end);

  std::optional<standing_pod> pod_;
  std::map<deed, std::vector<kill_point>> points_;
  int hung_ = 0;
};

std::string text_of(const kill_point& where);

} // namespace cloudpods::tests
