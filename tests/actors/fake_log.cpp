#include "actors/fake_log.hpp"

#include <algorithm>

#include <caf/actor_cast.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace cloudpods::actors::tests {

std::vector<std::string> log_book::names() const {
  std::vector<std::string> found;
  for (const auto& each : events)
    found.emplace_back(domain::event_name(each.payload));
  return found;
}

int log_book::count(std::string_view name) const {
  return static_cast<int>(std::ranges::count_if(
      events, [&](const auto& each) { return domain::event_name(each.payload) == name; }));
}

std::vector<domain::event> log_book::write(const persistence::decision& what) {
  std::vector<domain::event> made;
  for (const auto& fact : what.events) {
    domain::event each;
    each.seq = head() + 1;
    each.stream = fact.stream;
    each.stream_version = ++versions[fact.stream];
    each.tenant = fact.tenant;
    each.tenant_seq = fact.tenant.empty() ? 0 : ++tenant_seqs[fact.tenant];
    each.pod = fact.pod;
    each.guest = fact.guest;
    each.job = fact.job;
    each.category = fact.category;
    each.message = fact.message;
    each.actor = what.actor;
    each.request = what.request;
    each.at = now();
    each.payload = fact.payload;
    events.push_back(each);
    made.push_back(std::move(each));
  }
  appended.push_back(made.size());
  if (what.idempotency)
    answers.push_back({*what.idempotency, head(), now() + std::chrono::hours{24}});
  for (const auto& each : what.secrets)
    secrets[each.pod] = each.bytes;
  return made;
}

namespace {

bool is_stale(const log_book& book, const incarnation& from) {
  if (from.tenant.empty())
    return false;
  const auto found = book.joined.find(from.tenant);
  return found == book.joined.end() || found->second.second != from.number;
}

void hand_out(event_log_actor::pointer self, log_book& book, std::vector<domain::event> made) {
  if (made.empty())
    return;
  const auto tenant = made.front().tenant;
  const auto all = std::make_shared<const std::vector<domain::event>>(std::move(made));
  self->send(book.allocator, committed{all});
  if (const auto found = book.joined.find(tenant); found != book.joined.end())
    self->send(found->second.first, committed{all});
}

append_reply append(event_log_actor::pointer self, log_book& book, const append_events& request) {
  const bool stale = is_stale(book, request.from);
  book.stale += stale ? 1 : 0;
  if (stale || book.refusal) {
    for (const auto& each : request.holds)
      self->send(book.allocator, end_hold{each});
    return {std::unexpected{
        stale ? domain::problem{domain::problem_code::store_unavailable, "The tenant was renewed."}
              : *book.refusal}};
  }
  hand_out(self, book, book.write(request.what));
  return {book.head()};
}

void flush(event_log_actor::pointer self, log_book& book) {
  while (!book.mute && !book.waiting.empty()) {
    auto entry = std::move(book.waiting.front());
    book.waiting.pop_front();
    if (entry.append) {
      entry.appended.deliver(append(self, book, *entry.append));
      continue;
    }
    const auto number = ++book.last_incarnation;
    book.joined[entry.join->tenant] = {entry.joiner, number};
    if (book.allocator)
      self->send(book.allocator, end_holds_of{entry.join->tenant});
    entry.joined.deliver(joined_log{book.head(), number});
  }
}

event_log_actor::behavior_type fake_log(event_log_actor::pointer self,
                                        std::shared_ptr<log_book> book) {
  return {
      [=](append_events& request) -> caf::result<append_reply> {
        book->asked.push_back(request);
        log_entry entry;
        entry.append = std::move(request);
        auto promise = entry.appended = self->make_response_promise<append_reply>();
        book->waiting.push_back(std::move(entry));
        flush(self, *book);
        return promise;
      },
      [=](join_log& request) -> caf::result<joined_log> {
        log_entry entry;
        entry.join = std::move(request);
        entry.joiner = caf::actor_cast<awake_tenant_actor>(self->current_sender());
        auto promise = entry.joined = self->make_response_promise<joined_log>();
        book->waiting.push_back(std::move(entry));
        flush(self, *book);
        return promise;
      },
      [=](const leave_log& request) {
        book->left.push_back(request.tenant);
        const auto found = book->joined.find(request.tenant);
        if (found != book->joined.end() && found->second.second == request.incarnation)
          book->joined.erase(found);
      },
      [=](flush_log) { flush(self, *book); },
      [](recover_log) {},
      [](look_at_lead) {},
  };
}

} // namespace

event_log_actor spawn_fake_log(caf::actor_system& system, std::shared_ptr<log_book> book) {
  return system.spawn(fake_log, std::move(book));
}

} // namespace cloudpods::actors::tests
