#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "http/caller.hpp"
#include "http/subscriber.hpp"

namespace cloudpods::http {

/// The subprotocol of the event stream (contract 9).
inline constexpr std::string_view stream_protocol = "cloudpods.events.v1";

/// Close codes of the event stream (contract 9).
enum class close_code : std::uint16_t {
  going_away = 1001,
  bad_message = 1008,
  token_expired = 4401,
  not_allowed = 4403,
  beyond_log = 4409,
  too_many_streams = 4429,
};

/// Why a stream ends, as the peer is told; the reason has at most 123 bytes.
struct stream_end {
  close_code code = close_code::going_away;
  std::string reason;
};

/// What a client subscribes to.
struct subscription {
  stream_start since = from_now{};
  actors::event_filter filter;
};

/// `since` of a URL or a message: a seq or `now`.
std::optional<stream_start> stream_start_from(std::string_view text);

/// Reads the client's first message. `tenant` is the one that the request named, where it did.
std::expected<subscription, stream_end>
read_subscribe(std::string_view text, const caller& who,
               const std::optional<domain::tenant_id>& tenant);

/// The filter of a subscription that names none: everything that the caller may see.
actors::event_filter whole_filter(const caller& who,
                                  const std::optional<domain::tenant_id>& tenant);

} // namespace cloudpods::http
