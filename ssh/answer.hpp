#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "domain/operation.hpp"
#include "domain/outcome.hpp"
#include "ssh/exec.hpp"

namespace cloudpods::ssh {

/// What a read came to: the answer, or why there is none. A cut, garbled or partial answer is none:
/// it is never taken for "nothing is there".
using expected_answer = std::expected<domain::query_answer, domain::failed>;

/// Reads the answer to `what` from a channel that ran its `query_line`.
expected_answer answer_of(const domain::query& what, const exec_result& result);

/// What the channel of a read must keep of its output: the whole.
inline constexpr std::size_t kept_of_answer = std::size_t{16} * 1024 * 1024;

// The parts of it, pure. Each refuses with a sentence.

template <class Answer>
using parsed = std::expected<Answer, std::string>;

/// One part of a read that is more than one command.
struct section {
  std::string name;
  int exit_code = 0;
  std::string text;
};

parsed<std::vector<section>> sections_of(std::string_view out);
parsed<domain::guest_list> parse_guest_list(std::string_view out, bool partly = false);
parsed<domain::guest_facts> parse_guest_facts(const domain::read_guest& what,
                                              std::string_view config, std::string_view status);
/// Whether `qm pending` or `pct pending` names a change that waits.
parsed<bool> parse_pending(std::string_view out);
parsed<domain::guest_address> parse_guest_address(const domain::read_address& what,
                                                  std::string_view out);
parsed<domain::volume_list> parse_volumes(domain::vmid guest, const std::vector<section>& parts);
parsed<domain::node_capacity> parse_capacity(std::string_view status, std::string_view storages);
/// What `sudo -n -l` lists, whoever the commands may be run as.
domain::sudo_rights parse_sudo_rights(std::string_view listing);
/// Each item once, of the paths of attempts' directories.
domain::attempt_list parse_attempts(std::string_view paths);

parsed<domain::guest_task_list> parse_guest_tasks(std::string_view out);
parsed<domain::snapshot_list> parse_snapshots(std::string_view out);
parsed<domain::backup_list> parse_backups(domain::vmid guest, std::string_view out);
/// `ping` is the part about the agent; null where it was not asked.
parsed<domain::guest_health> parse_vm_health(std::string_view status, const section* ping);
/// `script` is null where none was run; `err` is what it said when it failed.
parsed<domain::guest_health> parse_container_health(domain::vmid guest, const section* script,
                                                    const section& status, std::string_view err);

/// The volume ids of a `pvesm list` that are of `guest`.
parsed<std::vector<std::string>> volumes_in(std::string_view listing, domain::vmid guest);

} // namespace cloudpods::ssh
