#pragma once

#include "node_sim/json.hpp"
#include "node_sim/options.hpp"

#include <string>

namespace cloudpods::node_sim {

/// "[+] text" on standard error, as all cloudpod-*.sh do.
void say(std::string_view text);
/// A line of the node's migra-cloudpods.log.
void log_line(std::string_view level, std::string_view message, json_object fields = {});
/// "[!] text" and exit code 1.
[[noreturn]] void refuse(std::string_view text);
/// The marked JSON and the block for people.
void print_result(const json_object& result, const std::string& title,
                  const std::vector<std::string>& lines);

/// Reads "--name value" pairs; a name in `switches` has no value.
key_values script_options(const std::vector<std::string>& words,
                          const std::vector<std::string>& names,
                          const std::vector<std::string>& switches);

bool ipam_has(const std::string& address);
void ipam_add(const std::string& address);
void ipam_remove(const std::string& address);

} // namespace cloudpods::node_sim
