#include <algorithm>
#include <limits>

#include <boost/json/parse.hpp>

#include "client/event_follower.hpp"
#include "client/event_stream.hpp"
#include "client/session.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

/// `    1043  2026-03-01 14:05:09  pod.active  CloudPod created  (vmid 9101)`
std::string event_line(const json::value& event) {
  const auto at = time_from_text(text_at(event, "at").empty() ? text_at(event, "createdAt")
                                                              : text_at(event, "at"));
  auto seq = text_at(event, "seq");
  seq.insert(0, seq.size() < 8 ? 8 - seq.size() : 0, ' ');
  auto name = text_at(event, "name");
  name.resize(std::max<std::size_t>(name.size(), 22), ' ');
  const auto vmid = text_at(event, "vmid");
  return printable(seq + "  " + (at ? local_text(*at) : text_at(event, "at")) + "  " + name + "  " +
                   text_at(event, "message") + (vmid.empty() ? "" : "  (vmid " + vmid + ')'));
}

void write_event(session& with, const json::value& event) {
  if (with.flags.json)
    with.print(event);
  else
    with.around.out << event_line(event) << '\n';
  with.around.out << std::flush;
}

/// Pages through what is stored.
expected<void> list_events(session& with, const events_options& options) {
  const auto target = "/events?limit=500&after=" + std::to_string(options.since.value_or(0));
  std::size_t left = options.most.value_or(std::numeric_limits<std::size_t>::max());
  std::string cursor;
  do {
    const auto page =
        with.daemon.get(cursor.empty() ? target : target + "&cursor=" + url_encoded(cursor));
    if (!page)
      return std::unexpected(page.error());
    const auto& events = list_at(*page, "items");
    for (const auto& each : events) {
      write_event(with, each);
      if (--left == 0)
        return {};
    }
    cursor = events.empty() ? "" : text_at(*page, "nextCursor");
  } while (!cursor.empty());
  return {};
}

/// Follows the stream until the user ends it, through restarts of the daemon.
expected<void> follow_events(session& with, const events_options& options) {
  event_follower follower{options.since};
  std::size_t left = options.most.value_or(std::numeric_limits<std::size_t>::max());
  while (true) {
    event_stream stream{{.server = with.server,
                         .target = follower.target(),
                         .token = with.token,
                         .tenant = with.flags.tenant}};
    const auto end = stream.run([&](const std::string& text) {
      boost::system::error_code error;
      const auto message = json::parse(text, error);
      if (!error && follower.take(message)) {
        write_event(with, message);
        --left;
      }
      return left > 0;
    });
    if (left == 0)
      return {};
    const auto pause = follower.after(end);
    if (!pause)
      return std::unexpected(pause.error());
    if (!with.flags.json)
      with.around.err << "The stream ended (" << printable(end.reason) << "); connecting again.\n";
    with.around.sleep(*pause);
  }
}

} // namespace

expected<void> run_events(session& with, const events_options& options) {
  return options.follow ? follow_events(with, options) : list_events(with, options);
}

} // namespace cloudpods::client
