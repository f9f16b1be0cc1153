#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace cloudpods::node_sim {

/// What `qm` and `pct` do when the worker failed: most end with 255, a few with 0.
enum class exit_rule { by_status, always_zero };

/// Runs the work in a forked worker of its own process group, relays its output to ours and to
/// the task's log, and returns the exit code. If our output has no reader any more, or a signal
/// comes, the worker gets TERM and after 5 s KILL.
int run_task(const std::string& type, const std::string& id, const std::function<void()>& work,
             exit_rule rule = exit_rule::by_status);

bool is_worker();
/// In a worker: prints and sends text. If the relay has no reader any more, waits for the signal
/// that this brings: however fast the work is, a lost connection ends it at its next output.
void print_progress(std::string_view text);
/// The id of the task that was started last in this process.
const std::string& last_upid();
/// Where a task's log lies.
std::string task_file(const std::string& upid);

} // namespace cloudpods::node_sim
