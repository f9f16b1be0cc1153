#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace cloudpods::ssh {

enum class stream { out, err };

inline constexpr std::size_t kept_of_output = std::size_t{64} * 1024;

/// The last bytes of a stream, and how many there were in all.
class output_tail {
public:
  explicit output_tail(std::size_t limit = kept_of_output) : limit_(limit) {}

  void append(std::string_view bytes);

  [[nodiscard]] std::string_view text() const noexcept;
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  [[nodiscard]] bool is_cut() const noexcept { return total_ > text().size(); }

private:
  std::size_t limit_;
  std::uint64_t total_ = 0;
  std::string kept_; ///< up to twice the limit, so that it is cut seldom
};

/// Why a channel did not come to its own end.
enum class transport_fault {
  none,
  not_connected, ///< the connection was closed, or lost before the line was sent
  refused,       ///< the node would not open the channel or run the line
  lost,          ///< the connection went while the line ran
  timed_out,     ///< the deadline passed; what is detached goes on
  cancelled,     ///< the caller's wish
  host_key_refused,
  line_too_long,
};

/// How a line ended. Only where `fault` is none did it end by itself.
struct exec_result {
  transport_fault fault = transport_fault::none;
  std::string message;      ///< of the fault, for people
  bool maybe_begun = false; ///< false: the node certainly never saw the line
  int exit_status = 0;
  std::string exit_signal; ///< `KILL`, …; then the exit status means nothing
  /// From asking for a channel to the channel's end: what the node and the way to it took.
  std::chrono::microseconds on_node{0};
  output_tail out;
  output_tail err;

  /// Ended by itself, with status 0 and by no signal.
  [[nodiscard]] bool is_success() const noexcept {
    return fault == transport_fault::none && exit_status == 0 && exit_signal.empty();
  }
};

/// One line to run in one channel.
struct exec_request {
  std::string line;
  std::string input;
  std::chrono::milliseconds limit{30000}; ///< from `run`, waiting for a channel included
  std::size_t keep = kept_of_output;      ///< of each stream
};

using on_output = std::function<void(stream, std::string_view)>;
using on_done = std::function<void(exec_result)>;

} // namespace cloudpods::ssh
