#pragma once

#include <string>
#include <string_view>

#include "domain/event.hpp"
#include "domain/problem.hpp"

namespace cloudpods::wire {

/// The bytes that are stored, hashed and sent as an event's `data`.
std::string encode_payload(const domain::event_payload& payload);

/// The payload of a stored event. Fails with `internal_error`, naming the event and the field,
/// where the name or version is unknown or the text does not fit.
domain::expected<domain::event_payload> decode_payload(std::string_view name, int version,
                                                       std::string_view text);

/// Whether this program can read events of that name and version.
bool is_known_event(std::string_view name, int version);

/// An event as the stream sends it and `GET /events` lists it; `data` as stored (contract 9).
/// `type` (`"event"`) is left out in lists.
std::string event_frame(const domain::event& fact, std::string_view data, bool with_type = true);

/// `user:user-7`: who asked, as one column.
std::string actor_text(const domain::event_actor& actor);
domain::event_actor actor_from_text(std::string_view text);

} // namespace cloudpods::wire
