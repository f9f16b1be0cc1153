#pragma once

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cloudpods::support {

/// How a cluster is run.
struct postgres_options {
  bool fsync = false;
  std::vector<std::string> settings = {}; ///< "max_connections=50"
};

/// A Postgres of its own in a temporary folder, reached by a unix socket only.
class postgres_server {
public:
  explicit postgres_server(postgres_options options = {});
  postgres_server(const postgres_server&) = delete;
  ~postgres_server();

  void start();
  /// Ends all sessions and stops in order ("fast").
  void stop();
  void restart();
  /// SIGKILL for the whole cluster, as a power failure without lost disk caches.
  void kill();

  /// Makes an empty database and returns how to reach it.
  std::string create_database();
  /// Lets `prepare` fill a database once; those made from now on begin as its copies.
  void use_template(const std::function<void(const std::string& dsn)>& prepare);
  /// Runs SQL that returns nothing; fails with the server's message.
  void execute(const std::string& sql, const std::string& database = "postgres");

  std::string dsn(const std::string& database = "postgres") const;
  bool is_running();
  std::string log() const;

private:
  postgres_options options_;
  temporary_folder folder_;
  std::filesystem::path programs_;
  std::string user_;
  std::string template_ = "template0";
  int databases_ = 0;
  std::optional<child_process> server_;
};

/// One server for all tests of a program, started when it is first asked for.
postgres_server& shared_postgres();

} // namespace cloudpods::support
