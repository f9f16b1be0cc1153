#pragma once

#include <cstddef>
#include <string_view>

namespace cloudpods::domain {

/// RFC 1123 label as contract 6 has it: 1 to 63 of a-z, 0-9 and '-', no hyphen at either end.
bool is_dns_label(std::string_view text);

/// Labels joined by dots, at most 253 characters.
bool is_dns_name(std::string_view text);

/// A tenant's or user's id: 1 to 64 of `A-Za-z0-9._-` (contract 1).
bool is_outside_id(std::string_view text);

/// `least` to `most` characters, each visible ASCII.
bool is_visible_ascii(std::string_view text, std::size_t least, std::size_t most);

} // namespace cloudpods::domain
