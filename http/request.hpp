#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/asio/ip/address.hpp>

namespace cloudpods::http {

/// What may be done to a resource; `other` is everything that no route knows.
enum class verb { get, head, post, put, del, options, other };

/// One request as it came in: views into the connection's buffers, valid until it is answered.
/// A header that is absent is `nullopt`; one that came twice is named in `repeated`.
struct request {
  verb method = verb::other;
  std::string_view target;
  std::string_view body;

  std::optional<std::string_view> authorization;
  std::optional<std::string_view> content_type;
  std::optional<std::string_view> expect;
  std::optional<std::string_view> forwarded_for; ///< the last of its lines
  std::optional<std::string_view> idempotency_key;
  std::optional<std::string_view> if_match;
  std::optional<std::string_view> if_none_match;
  std::optional<std::string_view> last_event_id;
  std::optional<std::string_view> origin;
  std::optional<std::string_view> request_id;
  std::optional<std::string_view> tenant_id;
  std::optional<std::string_view> upgrade;
  std::optional<std::string_view> websocket_protocols;
  std::string_view repeated;

  /// The peer of the connection: a proxy, where there is one.
  boost::asio::ip::address peer;
};

} // namespace cloudpods::http
