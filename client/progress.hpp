#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "client/console.hpp"
#include "client/json_access.hpp"

namespace cloudpods::client {

/// Where a job stands (contract 6).
struct job_progress {
  std::string status;
  std::int64_t percent = 0;
  std::string step;
  std::string message;
  std::string waiting_on; ///< `node:pve1`; "": for nothing
  std::optional<std::int64_t> queue_position;
  std::optional<std::int64_t> eta_s;
};

job_progress progress_of(const json::value& job);

/// What is going on, in words: `clone: transferred 3.4 of 8.0 GiB`, `waits for node pve1 (3rd …)`.
std::string activity_text(const job_progress& progress);

/// `[=====>      ]  42%  clone: transferred 3.4 of 8.0 GiB`, at most `width` columns.
std::string bar_line(const job_progress& progress, std::size_t width);

/// Shows a job's progress: a bar that is drawn again in place on a terminal, else a line for each
/// change; nothing where it is silent.
class progress_display {
public:
  progress_display(const console& around, bool is_silent)
      : around_(around), is_silent_(is_silent) {}
  progress_display(const progress_display&) = delete;
  progress_display& operator=(const progress_display&) = delete;
  ~progress_display();

  void show(const job_progress& progress);
  /// A line that stays, above the bar.
  void say(const std::string& line);

private:
  void clear();

  const console& around_;
  bool is_silent_;
  bool is_drawn_ = false;
  std::string last_;
};

} // namespace cloudpods::client
