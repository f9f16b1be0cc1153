#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include <boost/json/value.hpp>

namespace cloudpods::tests {

struct api_answer {
  int status = 0;
  std::map<std::string, std::string> headers; ///< names in lower case
  std::string text;

  [[nodiscard]] boost::json::value json() const;
};

/// A caller of a daemon on loopback: one connection a request.
class api_client {
public:
  using header_list = std::map<std::string, std::string>;

  api_client(std::uint16_t port, std::string token) : port_(port), token_(std::move(token)) {}

  api_answer get(const std::string& path, const header_list& headers = {}) const;
  api_answer post(const std::string& path, const std::string& body,
                  const header_list& headers = {}) const;
  api_answer remove(const std::string& path, const header_list& headers = {}) const;

  /// Asks again and again, by long poll, until the job ends.
  boost::json::value wait_for_job(const std::string& job,
                                  std::chrono::seconds limit = std::chrono::seconds{60}) const;

  /// @throws boost::system::system_error where nobody answers
  api_answer send(const std::string& method, const std::string& path, const std::string& body,
                  const header_list& headers) const;

private:
  std::uint16_t port_;
  std::string token_;
};

} // namespace cloudpods::tests
