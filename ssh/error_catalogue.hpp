#pragma once

#include <string>
#include <string_view>

#include "domain/outcome.hpp"

namespace cloudpods::ssh {

/// What a node's words mean, before an operation gives them a sense of its own.
enum class meaning {
  failure,         ///< of class `why`
  already_started, ///< the guest runs
  already_member,  ///< of the pool
  already_sized,   ///< the disk has the size
  guest_absent,    ///< no configuration on this host
  guest_exists,    ///< the vmid is taken
  not_running,     ///< the container to stop does not run
  disobeyed,       ///< the guest was asked to shut down and did not
  left_waiting,    ///< the change is kept and waits for the guest's restart
  interrupted,     ///< nobody knows what was done
  unheard,         ///< words that we do not know
};

struct verdict {
  meaning means = meaning::unheard;
  domain::failure_class why = domain::failure_class::transient;
  std::string message; ///< what the node said, for a person; not yet redacted
};

/// Judges a command that failed with `code`: the last line of `err` that is no noise, then the
/// earlier ones, then `out`. Never by the code alone, but for what a shell says by it.
verdict judged(int code, std::string_view out, std::string_view err);

/// Whether `err` says that the guest has no configuration on this host.
bool says_guest_is_absent(std::string_view err);

} // namespace cloudpods::ssh
