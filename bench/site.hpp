#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/child_process.hpp"
#include "support/postgres_server.hpp"
#include "support/simulated_node.hpp"
#include "support/temporary_folder.hpp"

namespace cloudpods::bench {

/// One Postgres for a whole run, with fsync and synchronous_commit as they are delivered.
support::postgres_server& durable_postgres();

/// What differs from load to load.
struct site_settings {
  bool has_node = true; ///< false: nobody listens where the node should be
  std::string log_level = "info";
  int max_concurrency = 256; ///< of the node
};

/// A daemon in a process of its own, with all that it needs: rate limits off, quotas unlimited.
class site {
public:
  explicit site(site_settings settings = {}, std::string dsn = {});

  /// Starts the daemon and returns how long it took until it served, in seconds.
  double start();
  void stop();
  /// `verify-log`; returns how long it took, in seconds.
  double verify() const;

  [[nodiscard]] std::string token(const std::string& tenant) const;
  /// One that sees every tenant.
  [[nodiscard]] std::string platform_token() const;

  /// Memory of the daemon that is in RAM, in MB.
  [[nodiscard]] double resident_mb() const;
  /// Time on a processor that the daemon has used since it was started.
  [[nodiscard]] double cpu_seconds() const;
  /// The first column of a query's first row.
  [[nodiscard]] std::int64_t count(const std::string& sql) const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& dsn() const { return dsn_; }
  [[nodiscard]] support::simulated_node& node() { return *node_; }
  [[nodiscard]] std::string log() const { return daemon_->output(); }

private:
  void write_config() const;
  [[nodiscard]] std::string node_lines() const;
  [[nodiscard]] std::string signed_token(const std::string& tenant, const std::string& scope) const;

  support::temporary_folder folder_{"bench"};
  site_settings settings_;
  std::string dsn_;
  std::optional<support::simulated_node> node_;
  std::optional<support::child_process> daemon_;
  std::uint16_t port_ = 0;
};

/// `tenant-0` …
std::string tenant_name(int number);

} // namespace cloudpods::bench
