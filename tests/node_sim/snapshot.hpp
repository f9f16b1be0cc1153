#pragma once

#include "node_sim/guest.hpp"
#include "node_sim/options.hpp"

#include <string>

namespace cloudpods::node_sim {

int make_snapshot(const arguments& given, guest_kind kind);
int delete_snapshot(const arguments& given, guest_kind kind);
int roll_back(const arguments& given, guest_kind kind);
int print_snapshots(const arguments& given, guest_kind kind);
/// /nodes/N/{qemu,lxc}/ID/snapshot
std::string snapshots_json(const guest& guest);

} // namespace cloudpods::node_sim
