#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cloudpods::client {

/// What the server does with one connection, in the order of the script.
struct step {
  enum class kind { answer, drop, stream };

  kind what = kind::answer;
  int status = 200;
  std::string body;
  std::map<std::string, std::string> headers;
  std::vector<std::string> messages; ///< of a stream
  int close_code = 0;                ///< of a stream; 0: the connection is cut
};

step answers(int status, std::string body, std::map<std::string, std::string> headers = {});
/// Reads the request and closes the connection.
step drops();
step streams(std::vector<std::string> messages, int close_code = 0);

struct seen_request {
  std::string method;
  std::string target;
  std::string body;
  std::map<std::string, std::string> headers; ///< names in lower case
};

/// A server on the loopback that follows a script, one step for each connection, and then listens
/// no more.
class scripted_server {
public:
  explicit scripted_server(std::vector<step> script);
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;
  ~scripted_server();

  [[nodiscard]] std::string url() const;
  /// What came so far, in order.
  [[nodiscard]] std::vector<seen_request> requests() const;

private:
  struct listener;

  void serve();

  std::vector<step> script_;
  std::unique_ptr<listener> listener_;
  mutable std::mutex lock_;
  std::vector<seen_request> requests_;
  std::jthread thread_;
};

} // namespace cloudpods::client
