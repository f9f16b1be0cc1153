#pragma once

#include "node_sim/guest.hpp"
#include "node_sim/storage.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::node_sim {

/// Backups of one guest on a storage, the newest first.
std::vector<volume> backups_of(const std::string& storage, int vmid);
/// What "keep-last=3,keep-daily=7" lets go; protected ones are never among them.
std::vector<volume> to_prune(const std::vector<volume>& newest_first, std::string_view rules);
/// A point in time in UTC, by strftime's letters.
std::string time_text(std::int64_t seconds, const char* format);

/// Keeps a guest's configuration beside its archive.
void keep_config(const volume& archive, const guest& guest);
std::optional<guest> kept_config(const volume& archive, int vmid);

} // namespace cloudpods::node_sim
