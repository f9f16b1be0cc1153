#pragma once

#include <cstdint>
#include <functional>

#include "domain/ids.hpp"
#include "domain/instant.hpp"

namespace cloudpods::persistence {

/// A new event's id: `evt-` and a ULID, 48 bits of time and 80 random ones (contract 5).
domain::event_id new_event_id(domain::instant at, const std::function<std::uint64_t()>& random);

} // namespace cloudpods::persistence
