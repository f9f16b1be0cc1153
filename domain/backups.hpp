#pragma once

#include <string>
#include <vector>

#include "domain/operation.hpp"
#include "domain/pod.hpp"

// Which backups stay, and whether there is room for one more (contract 11, 14, 19).

namespace cloudpods::domain {

/// The policy's backups of a pod that no rule keeps, as of its newest one: it keeps the last
/// `keep_last` and what is no older than `keep_days`, and always the last good one. Backups that a
/// person asked for are not the policy's to remove. Both rules 0: all are kept. Of a deleted pod:
/// every backup, whoever asked for it.
std::vector<pod_backup> backups_to_prune(const pod& pod, std::int64_t keep_last,
                                         std::int64_t keep_days);

/// When the policy removes a backup of the pod at the earliest; nothing where it never does.
std::optional<instant> expiry_of(const pod& pod, const pod_backup& backup, std::int64_t keep_days);

/// Success where `storage` has room for one more archive of the pod, else a permanent failure with
/// `BACKUP_STORAGE_FULL` and the numbers. As large as the last archive and a quarter more; as the
/// disk where there was none.
outcome judge_space(const pod& pod, const storage_name& storage, const node_capacity& found);

/// The archive that a backup made, by the name it gave or else the newest that is not in the books.
outcome find_made(const pod& pod, const std::string& named, const backup_list& stored,
                  archive_reading& made);

/// Success where the archive that is to be restored is on its storage.
outcome find_stored(const std::string& volume, const backup_list& stored);

} // namespace cloudpods::domain
