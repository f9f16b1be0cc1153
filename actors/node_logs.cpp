#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "actors/node_life.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::seconds log_interval{5};

/// The line itself where it is text; what it says where it is JSON is in the data.
std::string sentence_of(const domain::node_name& node, const domain::logged_line& line) {
  return line.text.empty() ? "A line of the log of node " + node.value : line.text;
}

} // namespace

/// One read at a time: the next one goes on where the lines of this one are durable.
void node_life::read_log() {
  log_out_ = true;
  next_log_ = engine_->now() + log_interval;
  dispatch([this](worker& by) {
    self_->request(by.handle, answer_certain, run_query{domain::read_log{parts_.log_file, log_at_}})
        .then(
            [this](const query_reply& reply) {
              const auto why = reply.value ? std::string{} : reply.value.error().message;
              if (!why.empty() && why != why_no_log_)
                spdlog::warn("{}",
                             log_line("node-log-not-read", why, {{"node", parts_.name.value}}));
              why_no_log_ = why;
              if (reply.value)
                tell_lines(std::get<domain::log_lines>(*reply.value));
              else
                end_log_read(false);
            },
            [this](const caf::error&) { end_log_read(false); });
  });
}

void node_life::tell_lines(const domain::log_lines& found) {
  if (found.lines.empty()) {
    log_at_ = found.next;
    end_log_read(found.more);
    return;
  }
  append_events request;
  request.what.actor = {domain::actor_kind::system, "cloudpodsd"};
  for (const auto& each : found.lines) {
    domain::node_log payload;
    if (each.json.empty())
      payload.text = each.text;
    else
      payload.line = domain::json_text{each.json};
    payload.file = each.next.file;
    payload.next_offset = each.next.offset;
    auto made = fact(each.category, {}, std::move(payload));
    made.message = sentence_of(parts_.name, each);
    request.what.events.push_back(std::move(made));
  }
  self_->request(parts_.log, answer_certain, std::move(request))
      .then(
          [this, next = found.next, more = found.more](const append_reply& reply) {
            // What is not durable is read again.
            if (reply.last_seq)
              log_at_ = next;
            end_log_read(more && reply.last_seq.has_value());
          },
          [this](const caf::error&) { end_log_read(false); });
}

void node_life::end_log_read(bool more) {
  log_out_ = false;
  if (more)
    next_log_ = engine_->now();
}

} // namespace cloudpods::actors
