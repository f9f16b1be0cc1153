#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_folder.hpp"

namespace cloudpods::persistence {

/// Where a connection breaks.
enum class cut {
  nowhere,
  before_commit, ///< the server never gets the transaction's last part
  inside,        ///< the server keeps an open transaction that nobody ends
  after_commit,  ///< the server commits and its answer never arrives
};

/// Stands between a client and Postgres and cuts connections where a test says.
class cutting_proxy {
public:
  /// To the server of `dsn`.
  explicit cutting_proxy(const std::string& dsn);
  cutting_proxy(const cutting_proxy&) = delete;
  cutting_proxy& operator=(const cutting_proxy&) = delete;
  ~cutting_proxy();

  /// How to reach the same database through here.
  [[nodiscard]] const std::string& dsn() const { return dsn_; }

  /// What happens to the next transaction that passes; then no other is cut.
  void cut_next(cut where) { next_ = where; }
  /// While refused, new connections are closed at once.
  void refuse_connections(bool refused) { refused_ = refused; }
  [[nodiscard]] int cuts() const { return cuts_; }

private:
  struct pair {
    int client = -1;
    int server = -1;
    bool swallow_answer = false;

    [[nodiscard]] bool is_open() const { return client >= 0; }
    void close();
    void close_client();
  };

  void run();
  void accept();
  void pass_from_client(pair& it);
  void pass_from_server(pair& it);

  support::temporary_folder folder_;
  std::string server_path_;
  std::string dsn_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::vector<pair> pairs_;
  std::atomic<cut> next_ = cut::nowhere;
  std::atomic<bool> refused_ = false;
  std::atomic<int> cuts_ = 0;
  std::thread thread_;
};

} // namespace cloudpods::persistence
