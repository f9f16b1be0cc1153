#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include "daemon/database_watch.hpp"
#include "daemon/running_daemon.hpp"

namespace cloudpods::tests {

inline constexpr const char* vm_blueprint = "ubuntu-24-minimal";
inline constexpr const char* ct_blueprint = "ubuntu-24-container";

/// What an accepted request named.
struct accepted_work {
  std::string pod;
  std::string job;
  int vmid = 0;
};

/// An installation whose daemon comes and goes. Its callers repeat what was not answered, with the
/// same `Idempotency-Key`; they may do so from any thread.
class chaos_site {
public:
  explicit chaos_site(const std::function<void(installation&)>& prepare = {});

  /// A new daemon, started by the calling thread; waits until it serves.
  void start();
  /// One more, which stands by.
  std::unique_ptr<running_daemon> start_standby();
  /// Callers go there from now on.
  void call(const running_daemon& daemon) { port_ = daemon.port(); }
  void kill();
  void restart() {
    kill();
    start();
  }

  /// Of a tenant's owner; of an operator for the tenant "".
  api_client client(const std::string& tenant = "acme");

  /// Until it is answered: what no one answers, or what is refused only for now, is sent again.
  api_answer insist(const std::string& tenant, const std::string& path, const std::string& body,
                    const std::string& key, std::chrono::seconds limit = std::chrono::seconds{40},
                    const std::string& method = "POST");
  accepted_work order(const std::string& name, const std::string& blueprint = vm_blueprint,
                      const std::string& tenant = "acme");
  accepted_work destroy(const std::string& pod, const std::string& tenant = "acme");
  /// The job's last status, told by whatever daemon there is by then; "" if it did not end.
  std::string end_of(const std::string& job, const std::string& tenant = "acme",
                     std::chrono::seconds limit = std::chrono::seconds{30});
  std::string status_of(const std::string& pod);
  /// The pod as the API tells it.
  boost::json::value pod(const std::string& pod, const std::string& tenant = "acme");

  /// After the database server was gone: looks into it anew.
  void watch_again() { store_ = std::make_unique<database_watch>(here_.dsn()); }

  installation& here() { return here_; }
  support::simulated_node& node() { return here_.node(); }
  running_daemon& daemon() { return *daemon_; }
  database_watch& store() { return *store_; }

private:
  const std::string& token_of(const std::string& tenant);

  installation here_;
  std::optional<running_daemon> daemon_;
  std::unique_ptr<database_watch> store_;
  std::atomic<std::uint16_t> port_ = 0;
  int started_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::string> tokens_;
};

std::string text_of(const boost::json::value& from, const char* name);
accepted_work work_of(const api_answer& answer);

} // namespace cloudpods::tests
