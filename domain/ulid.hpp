#pragma once

#include <cstdint>
#include <string>

#include "domain/instant.hpp"

namespace cloudpods::domain {

/// A ULID: 26 characters of Crockford's base 32, of 48 bits of time and 80 of `random`, whose
/// upper 48 bits of `high` are ignored. Later ones sort after earlier ones.
std::string ulid(instant at, std::uint64_t high, std::uint64_t low);

} // namespace cloudpods::domain
