#include "http/subscriber.hpp"

#include <algorithm>
#include <utility>

#include "wire/json_writer.hpp"

namespace cloudpods::http {

namespace {

/// History is asked for while this much of it is still to be sent, so that the line stays busy.
constexpr std::size_t low_water = 32;

template <class List, class Value>
bool allows(const List& list, const Value& value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

bool name_matches(std::string_view pattern, std::string_view name) {
  if (pattern.ends_with('*'))
    return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == name;
}

bool concerns(const actors::event_filter& filter, const domain::tenant_id& tenant,
              const domain::pod_id& pod) {
  return (!filter.tenant || *filter.tenant == tenant) && allows(filter.pods, pod);
}

subscriber::message control(std::string_view type, std::int64_t cursor) {
  wire::json_writer out{64};
  out.begin_object().field("type", type).field("cursor", cursor).end_object();
  return std::make_shared<const std::string>(out.take());
}

subscriber::message heartbeat(std::int64_t cursor, domain::instant at) {
  wire::json_writer out{96};
  out.begin_object().field("type", "heartbeat").field("cursor", cursor).field("at", at);
  out.end_object();
  return std::make_shared<const std::string>(out.take());
}

} // namespace

bool matches(const actors::event_filter& filter, const actors::event_frame& frame) {
  return concerns(filter, frame.tenant, frame.pod) && allows(filter.categories, frame.category) &&
         (filter.names.empty() || std::ranges::any_of(filter.names, [&](const auto& pattern) {
            return name_matches(pattern, frame.name);
          }));
}

subscriber::subscriber(actors::event_filter filter, stream_start since, const live_tail& tail,
                       subscriber_bounds bounds)
    : filter_(std::move(filter)), tail_(tail), bounds_(bounds),
      from_now_(std::holds_alternative<from_now>(since)) {
  looked_ = from_now_ ? tail.head : std::get<std::int64_t>(since);
}

std::optional<actors::read_events> subscriber::question() {
  if (live_ || asked_ || beyond_ || queue_.size() > low_water)
    return std::nullopt;
  asked_ = true;
  return actors::read_events{looked_, filter_, from_now_ && !begun_ ? 1 : bounds_.page};
}

void subscriber::no_page() { asked_ = false; }

void subscriber::page(const actors::frame_page& found) {
  asked_ = false;
  if (!begun_)
    begin(found);
  if (beyond_)
    return;
  for (const auto& frame : found.frames)
    if (frame->seq > looked_)
      enqueue(frame);
  looked_ = std::max(looked_, found.looked_up_to);
  if (looked_ >= found.head && tail_.goes_on_after(looked_))
    go_live();
}

/// The first page tells where the log ends, and with it whether the subscription can be had.
void subscriber::begin(const actors::frame_page& found) {
  const auto head = std::max(found.head, tail_.head);
  if (from_now_)
    looked_ = head;
  if (looked_ > head) {
    beyond_ = head;
    return;
  }
  begun_ = true;
  enqueue({control("subscribed", looked_)});
}

void subscriber::go_live() {
  live_ = true;
  if (!std::exchange(told_caught_up_, true))
    enqueue({control("caught_up", looked_)});
  for (const auto& frame : tail_.recent)
    offer(frame);
}

void subscriber::offer(const actors::shared_frame& frame) {
  if (!live_ || frame->seq <= looked_ || !matches(filter_, *frame))
    return;
  if (is_full(frame->text.size()))
    make_room();
  if (is_full(frame->text.size()) && !queue_.empty())
    overflow(frame->seq);
  else
    enqueue(frame);
  tell();
}

void subscriber::offer(const actors::live_progress& progress) {
  // Half of the queue is for events alone: progress is the first thing that is left out.
  if (!live_ || queue_.size() >= bounds_.frames / 2 ||
      !concerns(filter_, progress.tenant, progress.pod))
    return;
  enqueue({progress.text, 0, true});
  tell();
}

void subscriber::feed_broke(std::int64_t head) {
  if (!std::exchange(live_, false))
    return;
  looked_ = std::max(looked_, head);
  tell();
}

void subscriber::enqueue(waiting what) {
  queued_bytes_ += what.text->size();
  queue_.push_back(std::move(what));
}

void subscriber::enqueue(const actors::shared_frame& frame) {
  enqueue({message{frame, &frame->text}, frame->seq});
}

bool subscriber::is_full(std::size_t more) const {
  return queue_.size() >= bounds_.frames || queued_bytes_ + more > bounds_.bytes;
}

void subscriber::make_room() {
  std::erase_if(queue_, [this](const waiting& each) {
    if (each.is_progress)
      queued_bytes_ -= each.text->size();
    return each.is_progress;
  });
}

/// What waits is dropped, and read from the store again once there is room: the log keeps it.
void subscriber::overflow(std::int64_t next) {
  const auto first = std::ranges::find_if(queue_, [](const auto& each) { return each.seq > 0; });
  looked_ = (first == queue_.end() ? next : first->seq) - 1;
  if (std::any_of(first, queue_.end(), [](const auto& each) { return each.seq == 0; }))
    told_caught_up_ = false; // it was among what is dropped; progress is gone by now
  queue_.erase(first, queue_.end());
  queued_bytes_ = 0;
  for (const auto& each : queue_)
    queued_bytes_ += each.text->size();
  live_ = false;
}

std::int64_t subscriber::position() const {
  return live_ ? std::max(looked_, tail_.head) : looked_;
}

subscriber::message subscriber::next(clock::time_point now, domain::instant at) {
  if (quiet_since_ == clock::time_point::min())
    quiet_since_ = now;
  if (queue_.empty()) {
    if (!begun_ || now < wakes_at())
      return nullptr;
    quiet_since_ = now;
    last_seq_ = 0;
    return heartbeat(position(), at);
  }
  const auto first = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= first.text->size();
  last_seq_ = first.seq;
  if (first.seq > 0)
    quiet_since_ = now;
  return first.text;
}

void subscriber::tell() const {
  if (news_)
    news_();
}

} // namespace cloudpods::http
