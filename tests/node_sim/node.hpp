#pragma once

#include "node_sim/text.hpp"

#include <string>

namespace cloudpods::node_sim {

/// Says under which folder this node's state lies.
void use_root(std::string folder);
const std::string& root();
/// A path inside the root folder.
std::string inside(std::string_view path);

/// A line of <root>/settings, or what is usual there.
std::string setting(const std::string& name, std::string_view usual);
std::int64_t setting(const std::string& name, std::int64_t usual);

std::string node_name();
/// A wait of the real node, in milliseconds, scaled by the setting `wait_percent`.
std::int64_t scaled_ms(std::int64_t real_ms);

/// Makes the folders, storages, templates and command names of a fresh node;
/// `program` is where this program lies.
void make_fresh_node(const std::string& program);

} // namespace cloudpods::node_sim
