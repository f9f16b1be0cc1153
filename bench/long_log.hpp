#pragma once

#include <string>

namespace cloudpods::bench {

/// Writes the log of pods that are up into a new database, by the daemon's own writer, and returns
/// where it is.
/// Pods that were ordered and wait to be created.
std::string log_of_waiting_pods(int tenants, int pods_of_tenant);

std::string log_of_active_pods(int tenants, int pods_of_tenant);

/// As many events, of pods that were made and destroyed again; the last few are still up.
std::string log_of_events(int events);

/// Events a second that the writer appends, so many decisions in a call; and what plain `unnest`
/// puts into a table with the same indexes in as many transactions.
struct append_speed {
  double events_a_call = 0;
  double ours = 0;
  double plain = 0;
};
append_speed measure_appends(int pods_at_once, int rounds);

} // namespace cloudpods::bench
