#pragma once

#include <map>
#include <string>
#include <string_view>

#include "wire/json_body.hpp"

namespace cloudpods::wire {

/// Pairs of texts that are carried and never interpreted (contract 6, `metadata`): at most 16, of
/// 64 and 256 characters.
std::map<std::string, std::string> read_pairs(object_reader& body, std::string_view name);

} // namespace cloudpods::wire
