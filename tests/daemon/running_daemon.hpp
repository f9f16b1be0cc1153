#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "daemon/api_client.hpp"
#include "support/child_process.hpp"
#include "support/postgres_server.hpp"
#include "support/simulated_node.hpp"
#include "support/temporary_folder.hpp"

namespace cloudpods::tests {

/// A database, a simulated node and a configuration file: what daemons share in one test.
class installation {
public:
  installation();

  /// Lines that are put into a section of the file, such as `jobs` → `timeout_create_s = 5`.
  void set(const std::string& section, const std::string& lines);

  /// The file, written anew.
  std::filesystem::path config_file() const;
  std::string token(const std::string& tenant, const std::string& role = "owner",
                    const std::string& scope = {}) const;
  /// A program of contract 2 that ends by itself.
  support::finished run(const std::string& command) const;
  /// One row's first column.
  std::string select(const std::string& sql) const;

  support::simulated_node& node() { return node_; }
  const std::string& dsn() const { return dsn_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

private:
  support::temporary_folder folder_;
  std::string dsn_;
  support::simulated_node node_;
  std::map<std::string, std::string> more_;
};

/// A daemon of an installation, in a process of its own.
class running_daemon {
public:
  explicit running_daemon(const installation& where, const std::string& name = "daemon",
                          const std::map<std::string, std::string>& environment = {});

  /// Waits until it listens, and learns its port.
  void await_listening(std::chrono::milliseconds limit = std::chrono::seconds{20});
  /// Waits for a line of its log that holds `text`.
  bool await_log(const std::string& text,
                 std::chrono::milliseconds limit = std::chrono::seconds{20});
  void await_serving(std::chrono::milliseconds limit = std::chrono::seconds{20});

  /// SIGTERM, then its end.
  support::child_end stop(std::chrono::milliseconds limit = std::chrono::seconds{40});
  /// SIGKILL.
  void kill();

  api_client client(const std::string& tenant, const std::string& role = "owner",
                    const std::string& scope = {}) const;
  api_client anyone() const { return {port_, {}}; }

  support::child_process& process() { return process_; }
  std::uint16_t port() const { return port_; }
  std::string log() const { return process_.output(); }

private:
  const installation& where_;
  support::child_process process_;
  std::uint16_t port_ = 0;
};

} // namespace cloudpods::tests
