#include "node_sim/backup.hpp"

#include "node_sim/node.hpp"
#include "node_sim/system.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <set>

namespace cloudpods::node_sim {

namespace {

struct period {
  const char* rule;
  const char* format; ///< equal texts: the same period; "" for each backup its own
};

constexpr std::array periods{
    period{"keep-last", ""},          period{"keep-hourly", "%Y-%m-%d %H"},
    period{"keep-daily", "%Y-%m-%d"}, period{"keep-weekly", "%G-%V"},
    period{"keep-monthly", "%Y-%m"},  period{"keep-yearly", "%Y"},
};

std::string config_file(const volume& archive) {
  return inside(cat("storages/", archive.storage, "/.config-", encode_uri(archive.name)));
}

} // namespace

std::vector<volume> backups_of(const std::string& storage, int vmid) {
  std::vector<volume> found;
  for (auto& volume : volumes_of(storage))
    if (volume.content() == "backup" && volume.vmid() == vmid)
      found.push_back(std::move(volume));
  std::sort(found.begin(), found.end(), [](const volume& a, const volume& b) {
    return std::pair{a.created_s, a.name} > std::pair{b.created_s, b.name};
  });
  return found;
}

std::vector<volume> to_prune(const std::vector<volume>& newest_first, std::string_view text) {
  const auto rules = parse_properties(text);
  if (rules.empty() || rules.contains("keep-all"))
    return {};
  std::set<std::string> kept;
  for (const auto& [rule, format] : periods) {
    const auto found = rules.find(rule);
    auto left = found == rules.end() ? 0 : to_number(found->second).value_or(0);
    std::set<std::string> seen;
    for (const auto& backup : newest_first) {
      const auto key = *format == 0 ? backup.name : time_text(backup.created_s, format);
      // One that an earlier rule keeps stands for its period and uses nothing up.
      const bool fresh = seen.insert(key).second;
      if (fresh && !kept.contains(backup.name) && left-- > 0)
        kept.insert(backup.name);
    }
  }
  std::vector<volume> gone;
  for (const auto& backup : newest_first)
    if (!kept.contains(backup.name) && !backup.is_protected)
      gone.push_back(backup);
  return gone;
}

std::string time_text(std::int64_t seconds, const char* format) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

void keep_config(const volume& archive, const guest& guest) {
  write_text(config_file(archive), print_key_values(guest.config));
}

std::optional<guest> kept_config(const volume& archive, int vmid) {
  const auto text = read_text(config_file(archive));
  if (!text)
    return std::nullopt;
  const auto kind =
      archive.name.find("-qemu-") != std::string::npos ? guest_kind::vm : guest_kind::ct;
  return guest{vmid, kind, parse_key_values(*text), {}, {}};
}

} // namespace cloudpods::node_sim
