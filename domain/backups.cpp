#include "domain/backups.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

constexpr std::int64_t gib = 1024LL * 1024 * 1024;

failed permanent(std::string message, std::string code = {}) {
  return {failure_class::permanent, std::move(message), {}, std::move(code)};
}

bool is_known(const pod& pod, const std::string& volume) {
  return std::ranges::any_of(pod.backups,
                             [&](const pod_backup& each) { return each.archive.volume == volume; });
}

/// What one more archive may take, in GiB.
std::int64_t expected_gb(const pod& pod) {
  if (pod.backups.empty())
    return pod.order.disk_gb;
  const auto last = pod.backups.back().archive.size_bytes;
  return (last + last / 4) / gib + 1;
}

} // namespace

std::vector<pod_backup> backups_to_prune(const pod& pod, std::int64_t keep_last,
                                         std::int64_t keep_days) {
  if (!pod.is_live())
    return pod.backups;
  std::vector<pod_backup> of_policy;
  std::ranges::copy_if(pod.backups, std::back_inserter(of_policy), &pod_backup::by_policy);
  if ((keep_last <= 0 && keep_days <= 0) || of_policy.empty())
    return {};
  const auto now = of_policy.back().created_at;
  const auto kept =
      std::max<std::size_t>(1, static_cast<std::size_t>(std::max<std::int64_t>(0, keep_last)));
  of_policy.resize(of_policy.size() - std::min(kept, of_policy.size()));
  std::erase_if(of_policy, [&](const pod_backup& each) {
    return keep_days > 0 && each.created_at > now - std::chrono::days{keep_days};
  });
  return of_policy;
}

std::optional<instant> expiry_of(const pod& pod, const pod_backup& backup, std::int64_t keep_days) {
  if (pod.deleted_at)
    return *pod.deleted_at + std::chrono::days{keep_days};
  if (!backup.by_policy || keep_days <= 0)
    return std::nullopt;
  return backup.created_at + std::chrono::days{keep_days};
}

outcome judge_space(const pod& pod, const storage_name& storage, const node_capacity& found) {
  const auto place = std::ranges::find(found.storages, storage, &storage_capacity::storage);
  if (place == found.storages.end())
    return permanent("The storage " + storage.value + " is not there for backups.");
  const auto wanted = expected_gb(pod);
  if (place->free_gb < wanted)
    return permanent("The backup storage " + storage.value + " has " +
                         std::to_string(place->free_gb) + " GiB free of " +
                         std::to_string(place->total_gb) + " GiB; the backup may take " +
                         std::to_string(wanted) + " GiB.",
                     "BACKUP_STORAGE_FULL");
  return succeeded{};
}

outcome find_made(const pod& pod, const std::string& named, const backup_list& stored,
                  archive_reading& made) {
  const auto found = std::ranges::find(stored.backups, named, &stored_backup::volume);
  if (named.empty() || found == stored.backups.end() || is_known(pod, named))
    return permanent("The backup ended, but its archive is not on the storage.");
  made = {found->volume, found->size_bytes};
  return succeeded{};
}

outcome find_stored(const std::string& volume, const backup_list& stored) {
  if (std::ranges::find(stored.backups, volume, &stored_backup::volume) == stored.backups.end())
    return permanent("The archive " + volume + " is not on its storage any more.");
  return succeeded{};
}

} // namespace cloudpods::domain
