#include "actors/allocator.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/counted_mailbox.hpp"

namespace cloudpods::actors {

namespace {

struct allocator_state {
  engine_ptr engine;
  std::unique_ptr<domain::allocation> held;
  std::int64_t seq = 0;

  void restore(const persistence::allocator_view& view) {
    seq = view.head;
    for (const auto& each : view.pods) {
      domain::allotment taken;
      taken.guest = each.guest.value_or(0);
      taken.node = each.node;
      taken.memory_mb = each.memory_mb;
      taken.disk_gb = each.disk_gb;
      taken.storage = each.storage;
      if (each.ip_address)
        taken.address = domain::ipv4_from_text(*each.ip_address);
      held->restore(each.pod, taken);
    }
    for (const auto& each : view.drained)
      held->note_drained(each);
    for (const auto& each : view.vmids)
      held->restore_released(each.what, each.at);
    for (const auto& [guest, backup] : view.backups)
      held->restore_backup(guest, backup);
    for (const auto& each : view.addresses)
      if (const auto address = domain::ipv4_from_text(each.what))
        held->restore_released(*address, each.at);
  }

  places_reply hold(const hold_places& order) {
    std::vector<domain::placement> found;
    for (const auto& each : order.wanted) {
      auto place = held->hold(each.pod, each.wanted, engine->now(), each.tenant);
      if (!place) {
        for (std::size_t i = 0; i < found.size(); ++i)
          held->end_hold(order.wanted[i].pod);
        return {std::unexpected{std::move(place.error())}};
      }
      found.push_back(*std::move(place));
    }
    return {std::move(found)};
  }

  void fold(const committed& news) {
    for (const auto& each : *news.events)
      if (each.seq > seq) {
        held->fold(each);
        seq = each.seq;
      }
  }
};

allocator_actor::behavior_type allocator(counted_pointer<allocator_actor, allocator_state> self,
                                         engine_ptr engine,
                                         std::shared_ptr<persistence::allocator_view> view) {
  self->count_as("allocator", engine->meters->mailboxes);
  self->state.engine = std::move(engine);
  self->state.held = std::make_unique<domain::allocation>(self->state.engine->offers.current());
  self->state.restore(*view);
  return {
      [self](const hold_place& order) {
        return place_reply{self->state.held->hold(order.pod, order.wanted,
                                                  self->state.engine->now(), order.tenant)};
      },
      [self](const hold_places& order) { return self->state.hold(order); },
      [self](const hold_vmid& order) {
        return vmid_reply{
            self->state.held->hold_vmid(order.pod, self->state.engine->now(), order.tenant)};
      },
      [self](const end_hold& order) { self->state.held->end_hold(order.pod); },
      [self](const end_holds_of& settled) { self->state.held->end_holds_of(settled.tenant); },
      [self](note_guests& news) {
        self->state.held->note_guests(news.node, std::move(news.guests));
      },
      [self](const note_capacity& news) {
        self->state.held->note_capacity(news.node, news.capacity);
      },
      [self](const committed& news) { self->state.fold(news); },
      [self](const new_offers& news) { self->state.held->sell(news.offers); },
  };
}

} // namespace

allocator_actor spawn_allocator(caf::actor_system& system, engine_ptr engine,
                                const persistence::allocator_view& held) {
  return system.spawn(allocator, std::move(engine),
                      std::make_shared<persistence::allocator_view>(held));
}

} // namespace cloudpods::actors
