#pragma once

#include <cstdint>
#include <string>

namespace cloudpods::node_sim {

/// TERM, INT and HUP are taken only inside the waits below.
void hold_signals();
/// Gives a program that is started from here the usual signals back.
void release_signals();
/// From now on signals are ignored: a clean-up goes on to its end.
void finish_undisturbed();

bool is_interrupted();
/// Throws "interrupted by signal" if one came.
void check_interrupted();
void pause_ms(std::int64_t ms);
/// Waits until the file is there.
void wait_for_file(const std::string& path);
/// Waits until the descriptor can be read, or `ms` passed (negative: without a limit).
/// False if the time passed or a signal came.
bool wait_readable(int file, std::int64_t ms);

/// Takes the flock on an open file within `ms`; false if it did not come.
bool take_flock(int file, int mode, std::int64_t ms);

} // namespace cloudpods::node_sim
