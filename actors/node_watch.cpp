#include <caf/send.hpp>

#include "actors/node_life.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::seconds capacity_interval{30};
constexpr std::chrono::minutes guests_interval{5};
constexpr std::chrono::hours rare_interval{1};
/// Items in one line: a line has its longest length.
constexpr std::size_t swept_at_once = 200;
/// Directories that a daemon left behind: older than any step that this one has just begun.
constexpr int old_attempt_minutes = 60;

} // namespace

template <class Answer>
void node_life::read(domain::query what, std::function<void(Answer&)> use) {
  dispatch([this, what = std::move(what), use = std::move(use)](worker& by) {
    self_->request(by.handle, answer_certain, run_query{what})
        .then(
            [use](query_reply& reply) {
              if (reply.value)
                use(std::get<Answer>(*reply.value));
            },
            [](const caf::error&) {});
  });
}

void node_life::read_capacity() {
  next_capacity_ = engine_->now() + capacity_interval;
  read<domain::node_capacity>(domain::read_capacity{}, [this](domain::node_capacity& answer) {
    capacity_ = answer;
    capacity_at_ = engine_->now();
    self_->send(parts_.allocator, note_capacity{parts_.name, std::move(answer)});
  });
}

void node_life::read_guests() {
  next_guests_ = engine_->now() + guests_interval;
  read<domain::guest_list>(domain::list_guests{}, [this](const domain::guest_list& answer) {
    note_guests news{parts_.name, {}};
    for (const auto& each : answer.guests)
      news.guests.insert(each.guest);
    self_->send(parts_.allocator, std::move(news));
  });
}

caf::result<guests_reply> node_life::guests() {
  if (!is_up())
    return guests_reply{domain::refused(domain::problem_code::store_unavailable, why_away_)};
  auto promise = self_->make_response_promise<guests_reply>();
  dispatch([this, promise](worker& by) {
    self_->request(by.handle, answer_certain, run_query{domain::list_guests{}})
        .then(
            [promise](query_reply& reply) mutable {
              if (reply.value)
                promise.deliver(guests_reply{std::make_shared<const domain::guest_list>(
                    std::get<domain::guest_list>(std::move(*reply.value)))});
              else
                promise.deliver(guests_reply{domain::refused(
                    domain::problem_code::store_unavailable, reply.value.error().message)});
            },
            [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  });
  return promise;
}

void node_life::read_sudo() {
  next_hourly_ = engine_->now() + rare_interval;
  read<domain::sudo_rights>(domain::read_sudo_rights{},
                            [this](domain::sudo_rights& answer) { sudo_ = std::move(answer); });
}

void node_life::find_old_attempts() {
  read<domain::attempt_list>(
      domain::list_attempts{old_attempt_minutes}, [this](domain::attempt_list& found) {
        if (found.items.empty() || !parts_.reader)
          return;
        self_->request(parts_.reader, answer_certain, read_ended{std::move(found.items)})
            .then(
                [this](const ended_reply& ended) {
                  if (!ended.value)
                    return;
                  sweep({*ended.value});
                  sweep_ended();
                },
                [](const caf::error&) {});
      });
}

void node_life::sweep(const sweep_items& items) {
  ended_.insert(ended_.end(), items.items.begin(), items.items.end());
}

void node_life::sweep_ended() {
  if (ended_.empty())
    return;
  const auto count = static_cast<std::ptrdiff_t>(std::min(ended_.size(), swept_at_once));
  std::vector<domain::item_id> now{ended_.begin(), ended_.begin() + count};
  ended_.erase(ended_.begin(), ended_.begin() + count);
  dispatch([this, now = std::move(now)](worker& by) mutable {
    self_->send(by.handle, sweep_items{std::move(now)});
  });
}

} // namespace cloudpods::actors
