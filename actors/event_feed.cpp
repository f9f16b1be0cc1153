#include "actors/event_feed.hpp"

#include <set>

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/counted_mailbox.hpp"

namespace cloudpods::actors {

namespace {

struct feed_state {
  std::int64_t head = 0;
  std::set<caf::actor> listeners;
};

event_feed_actor::behavior_type event_feed(counted_pointer<event_feed_actor, feed_state> self,
                                           std::int64_t head,
                                           const std::shared_ptr<metrics::meters>& meters) {
  if (meters)
    self->count_as("event_feed", meters->mailboxes);
  self->state.head = head;
  self->set_down_handler([self](const caf::down_msg& gone) {
    std::erase_if(self->state.listeners,
                  [&](const caf::actor& each) { return each.address() == gone.source; });
  });
  return {
      [self](const follow_feed& who) {
        if (self->state.listeners.insert(who.listener).second)
          self->monitor(who.listener);
        return following{self->state.head};
      },
      [self](const leave_feed& who) {
        if (self->state.listeners.erase(who.listener) > 0)
          self->demonitor(who.listener);
      },
      [self](const live_events& news) {
        self->state.head = news.frames->back()->seq;
        for (const auto& each : self->state.listeners)
          caf::anon_send(each, news);
      },
      [self](const live_progress& news) {
        for (const auto& each : self->state.listeners)
          caf::anon_send(each, news);
      },
  };
}

} // namespace

event_feed_actor spawn_event_feed(caf::actor_system& system, std::int64_t head,
                                  const std::shared_ptr<metrics::meters>& meters) {
  return system.spawn(event_feed, head, meters);
}

} // namespace cloudpods::actors
