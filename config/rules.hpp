#pragma once

#include <string_view>

namespace cloudpods::config {

/// What a text must be: says what is asked for where `text` is not so, and "" where it is.
using text_rule = std::string_view (*)(std::string_view text);

std::string_view anything(std::string_view text);
std::string_view not_empty(std::string_view text);
/// 1 to 64 of `A-Za-z0-9._-`: codes, names, regions.
std::string_view plain_word(std::string_view text);
std::string_view plain_word_or_empty(std::string_view text);
/// A host name or an address, as SSH takes it.
std::string_view host_name(std::string_view text);
/// A DNS label, as Proxmox names its nodes.
std::string_view node_label(std::string_view text);
std::string_view absolute_path_or_empty(std::string_view text);
/// A folder on the node that is neither the root nor climbs out by `..`.
std::string_view folder_on_node(std::string_view text);
/// The name of a POSIX user.
std::string_view user_name(std::string_view text);
/// The name of a Linux network interface.
std::string_view bridge_name(std::string_view text);
/// The name of a VM's disk: `scsi0`, `virtio1`.
std::string_view disk_name(std::string_view text);
std::string_view address_or_empty(std::string_view text);
/// `https://panel.example`: scheme, host, and a port where it is not the usual one.
std::string_view browser_origin(std::string_view text);

} // namespace cloudpods::config
