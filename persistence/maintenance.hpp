#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/catalogue.hpp"
#include "domain/instant.hpp"
#include "persistence/fault.hpp"

namespace cloudpods::persistence {

/// Brings the schema up to date and returns its version. Safe to run again and from several
/// processes at once (contract 2).
stored<int> migrate(const std::string& dsn);

/// What a check of the log found.
struct log_report {
  std::int64_t checked_from = 0; ///< the first event that was looked at
  std::int64_t head = 0;
  std::optional<std::string> difference; ///< the first one; nothing: all is as it must be

  [[nodiscard]] bool is_whole() const { return !difference; }
};

/// Proves that the log is whole and that every projection equals its fold (contract 2). Reads one
/// snapshot, changes nothing, may run beside a daemon.
stored<log_report> verify_log(const std::string& dsn);

/// Checks head and hash chain from the last checkpoint on and, where whole, moves the checkpoint to
/// the head (architecture 7).
stored<log_report> check_tail(const std::string& dsn);

/// Makes the projections anew from the log. `busy` ("the daemon is running") where another session
/// is the writer.
stored<void> rebuild(const std::string& dsn);

/// Takes jobs whose last event lies at or before `closed_before` out of the projections, with their
/// queue items: about `most` at once, oldest first. Returns how many went; 0: none is left for now.
/// `verify_log` and `rebuild` leave out the same ones (contract 13). Blocks no append; may
/// run beside a writer.
stored<std::int64_t> expire_jobs(const std::string& dsn, domain::instant closed_before, int most);

/// Copies plans, tenant plans and template blueprints into their tables; what is no longer in the
/// file is removed from them.
stored<void> write_catalogue(const std::string& dsn, const domain::catalogue& catalogue);

} // namespace cloudpods::persistence
