#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "http/request.hpp"

namespace cloudpods::http {

/// A set of networks such as `10.0.0.0/8` and `::1/128`.
class networks {
public:
  /// @throws boost::system::system_error where one is none
  explicit networks(const std::vector<std::string>& list);

  [[nodiscard]] bool hold(const boost::asio::ip::address& address) const;

private:
  struct network {
    boost::asio::ip::address first;
    unsigned bits;
  };
  std::vector<network> all_;
};

/// Names requests: by the `X-Request-Id` of a trusted proxy, else by a new name (contract 5).
/// Belongs to one thread.
class request_ids {
public:
  explicit request_ids(const std::vector<std::string>& trusted_proxies);

  std::string name(const request& asked);

private:
  networks trusted_;
  std::mt19937_64 random_;
};

} // namespace cloudpods::http
