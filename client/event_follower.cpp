#include "client/event_follower.hpp"

#include <algorithm>

#include "client/text.hpp"

namespace cloudpods::client {

namespace {

using namespace std::chrono_literals;

constexpr int going_away = 1001;
constexpr int bad_message = 1008;
constexpr int token_expired = 4401;
constexpr int not_allowed = 4403;
constexpr int beyond_the_log = 4409;

/// What a close code means for good; "" where another connection may help.
std::string_view final_sentence(int close_code) {
  switch (close_code) {
  case bad_message:
    return "The server did not understand this client";
  case token_expired:
    return "Your token has expired: set CLOUDPODS_TOKEN to a new one";
  case not_allowed:
    return "You may not read these events";
  case beyond_the_log:
    return "The log does not reach that far";
  default:
    return {};
  }
}

/// A refused handshake that another try would meet again.
bool is_final_status(int status) {
  return status >= 400 && status < 500 && status != 408 && status != 429;
}

} // namespace

std::string event_follower::target() const {
  return "/api/cloud-pods/events/stream?since=" + (cursor_ ? std::to_string(*cursor_) : "now");
}

bool event_follower::take(const json::value& message) {
  failures_ = 0;
  const auto type = text_at(message, "type");
  if (type == "event") {
    const auto seq = whole_at(message, "seq");
    if (!seq || (cursor_ && *seq <= *cursor_))
      return false;
    cursor_ = *seq;
    return true;
  }
  // The cursor moves over events that the filter left out, too.
  if (const auto cursor = whole_at(message, "cursor"))
    cursor_ = std::max(cursor_.value_or(0), *cursor);
  return false;
}

expected<std::chrono::milliseconds> event_follower::after(const stream_end& end) {
  if (is_final_status(end.http_status))
    return std::unexpected(failure_of(http_response{end.http_status, end.document, {}}));
  if (const auto why = final_sentence(end.close_code); !why.empty())
    return failed(std::string{why} + (end.reason.empty() ? "." : ": " + printable(end.reason)));
  constexpr int most_doublings = 6;
  const auto pause = 500ms * (1 << std::min(failures_, most_doublings));
  ++failures_;
  return end.close_code == going_away && failures_ == 1 ? 200ms : pause;
}

} // namespace cloudpods::client
