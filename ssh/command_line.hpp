#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "domain/operation.hpp"
#include "ssh/node_command.hpp"

namespace cloudpods::ssh {

/// A line for a shell on the node and the bytes that it reads from its channel.
struct shell_line {
  std::string text;
  std::string input;
};

/// A line, or the sentence that says why none was made.
using expected_line = std::expected<shell_line, std::string>;

/// One attempt at one step of one item: the name of its directory on the node.
struct attempt_name {
  std::string item;
  std::string step;
  int attempt = 1;

  /// `<item>.<step>.<attempt>`, or nothing where a part holds more than letters, digits, `-`, `_`
  /// or is empty or longer than 100 characters.
  [[nodiscard]] std::expected<std::string, std::string> text() const;
};

/// Who writes, and about which attempt.
struct attempt_reference {
  attempt_name name;
  std::int64_t epoch = 0; ///< the writer's; a node that has seen a higher one does nothing
};

/// `word` as one word of a POSIX shell; refuses NUL, which no shell can carry.
std::expected<std::string, std::string> quoted(std::string_view word);

/// The words as one simple command.
std::expected<std::string, std::string> quoted(const std::vector<std::string>& words);

// Lines of detached attempts. All print one report (see report.hpp) on standard output; output of a
// living command comes on standard error.

/// Starts `what` once and waits for its end in the same channel; where the attempt is there
/// already, starts nothing and waits for that.
expected_line start_line(const attempt_reference& attempt, const domain::operation& what,
                         const node_setting& node);

/// Same, of a command that is no operation.
expected_line start_line(const attempt_reference& attempt, const node_command& command,
                         const node_setting& node);

/// Waits for an attempt's end. Where it was never started, it never will be: says `never`.
expected_line attach_line(const attempt_reference& attempt, const node_setting& node);

/// As `attach_line`, without waiting.
expected_line inspect_line(const attempt_reference& attempt, const node_setting& node);

/// Ends what still lives: a Proxmox task by its name, else TERM to the process group, KILL after
/// `grace_s`; then reports.
expected_line end_line(const attempt_reference& attempt, bool is_task, int grace_s,
                       const node_setting& node);

/// Makes `epoch` the node's, unless it has seen a higher one; reports `announced`.
expected_line announce_line(std::int64_t epoch, const node_setting& node);

/// Removes what is left of ended items; what lives stays, `never` stays for an hour.
expected_line sweep_line(const std::vector<std::string>& items, std::int64_t epoch,
                         const node_setting& node);

/// A read, attached; its answer is read by `answer_of`.
expected_line query_line(const domain::query& what, const node_setting& node);

} // namespace cloudpods::ssh
