#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <libpq-fe.h>

#include "persistence/fault.hpp"
#include "persistence/parameters.hpp"
#include "persistence/result.hpp"

namespace cloudpods::persistence {

struct connection_settings {
  std::string dsn;
  std::string application_name;
  int connect_timeout_s = 5;
  int statement_timeout_ms = 30'000;
  int lock_timeout_ms = 10'000;
  /// Further session settings, by name.
  std::vector<std::pair<std::string, std::string>> session;
};

/// Which backend serves a connection: a pid alone may be another's by now.
struct session_identity {
  std::int64_t pid = 0;
  std::string backend_start;

  friend bool operator==(const session_identity&, const session_identity&) = default;
};

/// A statement with its values; planned once per connection where it is run again.
struct statement {
  std::string sql;
  parameters values;
};

struct connection_deleter {
  void operator()(PGconn* it) const noexcept { PQfinish(it); }
};

/// One session with Postgres. Every call waits, at most for the statement's time-out and a margin;
/// notices are swallowed. After a `lost` it is good for nothing.
class connection {
public:
  /// Connects and checks that it is a store to work with: Postgres 15 or later, UTF-8, no pooler in
  /// between (its session settings and locks would be another's), not a read-only standby.
  static stored<connection> open(const connection_settings& settings);

  /// Runs SQL without values, several statements too; answers with the last one's rows.
  stored<result> run(const std::string& sql);
  /// Runs one statement once.
  stored<result> run(const std::string& sql, const parameters& values);
  /// Runs a statement that will come again.
  stored<result> run_prepared(const statement& it);

  /// Runs all in one transaction and one round trip. `refused`: the transaction was rolled back.
  /// `lost`: nobody knows whether it was committed. `away`: nothing was sent.
  stored<std::vector<result>> run_transaction(std::span<const statement> all);

  [[nodiscard]] const session_identity& identity() const { return identity_; }
  [[nodiscard]] bool is_usable() const;

private:
  using clock = std::chrono::steady_clock;

  explicit connection(PGconn* it) : link_(it) {}

  stored<void> set_up(const connection_settings& settings);
  stored<void> check_server();
  stored<std::string> prepared_name(const statement& it);
  stored<void> send_transaction(std::span<const std::string> names, std::span<const statement> all);
  stored<std::vector<result>> receive_transaction(std::size_t count);
  stored<result> receive_last();
  stored<std::unique_ptr<PGresult, result_deleter>> next_result();
  stored<void> flush();
  stored<void> wait_for(short what);
  void begin_call();
  fault lost() const;
  fault judged(const PGresult* answer) const;

  std::unique_ptr<PGconn, connection_deleter> link_;
  session_identity identity_;
  std::unordered_map<std::string, std::string> prepared_;
  std::chrono::milliseconds patience_{35'000};
  clock::time_point deadline_;
};

} // namespace cloudpods::persistence
