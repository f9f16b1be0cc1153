#pragma once

#include "client/transport.hpp"
#include "client/url.hpp"

namespace cloudpods::client {

/// One TCP connection for each request, each within its limit.
class http_transport final : public transport {
public:
  explicit http_transport(server_url server) : server_(std::move(server)) {}

  std::expected<http_response, lost_connection> send(const http_request& request) override;

private:
  server_url server_;
};

} // namespace cloudpods::client
