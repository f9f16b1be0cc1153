#pragma once

#include <optional>

#include <boost/asio/ip/address.hpp>

#include "http/request.hpp"
#include "http/request_ids.hpp"

namespace cloudpods::http {

/// Who really asks: the peer, or whom the trusted proxies before it name in `X-Forwarded-For`.
/// Nothing where what they say is no address.
std::optional<boost::asio::ip::address> client_of(const request& asked, const networks& trusted);

} // namespace cloudpods::http
