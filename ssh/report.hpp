#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/outcome.hpp"
#include "ssh/exec.hpp"

namespace cloudpods::ssh {

/// What a line about an attempt said.
enum class report_state {
  ended,       ///< its exit code is known
  running,     ///< it lives (only said by `inspect_line` and `end_line`)
  never,       ///< it was not started, and now never will be
  vanished,    ///< no process and no exit code: the node restarted under it
  fenced,      ///< the node has seen a newer writer; nothing was done
  locked,      ///< the lock of work_dir was held too long; nothing was done
  broken,      ///< work_dir cannot be used; nothing was done; `err` says why
  short_input, ///< standard input ended early; nothing was started
  announced,   ///< of `announce_line` and `sweep_line`
};

struct attempt_report {
  report_state state = report_state::running;
  std::optional<int> exit_code; ///< only with `ended`
  std::string out;              ///< at most the last 64 KiB
  std::string err;
  std::uint64_t out_total = 0;
  std::uint64_t err_total = 0;

  /// In the domain's words; nothing where the line did not look at the attempt.
  [[nodiscard]] std::optional<domain::attempt_state> attempt() const;
};

/// Finds a report in a channel's standard output, however it is cut into pieces and whatever a
/// login shell printed before it.
class report_reader {
public:
  void feed(std::string_view bytes);

  /// The whole report, once its closing line was seen.
  [[nodiscard]] const std::optional<attempt_report>& report() const noexcept { return report_; }

private:
  enum class phase { header, body, done };

  bool read_header();
  bool read_body();

  phase phase_ = phase::header;
  std::string buffer_;
  attempt_report draft_;
  std::size_t out_size_ = 0;
  std::size_t err_size_ = 0;
  std::optional<attempt_report> report_;
};

/// The report in what a channel printed; nothing where it is not whole.
std::optional<attempt_report> report_of(const exec_result& result);

/// What a channel that carries a report must keep of its standard output.
inline constexpr std::size_t kept_of_report = 3 * kept_of_output;

} // namespace cloudpods::ssh
