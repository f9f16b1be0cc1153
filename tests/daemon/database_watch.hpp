#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>

namespace cloudpods::tests {

/// Looks into a daemon's database while the daemon works on it, and holds up its commits.
class database_watch {
public:
  /// The schema has to be there.
  explicit database_watch(const std::string& dsn);

  /// The first column of every row.
  std::vector<std::string> column(const std::string& sql) const;
  /// The first one of them, or "".
  std::string value(const std::string& sql) const;
  /// Waits until the query gives `expected`; asks anew after each commit of the log.
  bool await(const std::string& sql, const std::string& expected = "t",
             std::chrono::milliseconds limit = std::chrono::seconds{20});

  // Holding up one commit: the one with that version of a pod's stream, or of another kind's.

  void hold_pod_version(std::int64_t version) { hold_version("pod", version); }
  void hold_version(const std::string& kind, std::int64_t version);
  /// Waits until a session stands at the held commit.
  bool await_held(std::chrono::milliseconds limit = std::chrono::seconds{60}) const;
  /// Lets it go on, and holds no other.
  void let_commit();
  /// Ends the session that stands there: it commits nothing.
  void break_commit();

  /// Ends the sessions whose application has that name; returns how many.
  int end_sessions(const std::string& application) const;

private:
  using link_ptr = std::unique_ptr<PGconn, void (*)(PGconn*)>;

  link_ptr link_;
};

} // namespace cloudpods::tests
