#include "actors/pod_life.hpp"
#include "domain/backups.hpp"
#include "domain/health.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

namespace {

domain::guest_reading reading_of(const domain::guest_facts& guest) {
  domain::guest_reading made;
  made.power =
      guest.status == "stopped" ? domain::power_state::stopped : domain::power_state::running;
  made.cpu_cores = guest.cores;
  made.memory_mb = guest.memory_mb;
  made.swap_mb = guest.swap_mb;
  made.disk_gb = guest.disk_gb;
  made.pending = guest.pending;
  return made;
}

domain::outcome mismatch(domain::ownership owner) {
  if (owner == domain::ownership::anothers)
    return domain::failed{
        domain::failure_class::not_ours, "The guest on this vmid carries another's mark.", {}};
  return domain::failed{
      domain::failure_class::unmarked, "The guest on this vmid carries no mark.", {}};
}

} // namespace

bool pod_life::look(const domain::next_move& next) {
  if (domain::only_reads(next.which) && give_up())
    return true;
  switch (next.which) {
  case domain::step::look:
  case domain::step::look_again:
    look_at_guest();
    return true;
  case domain::step::space:
    look_for_space();
    return true;
  case domain::step::archive:
    look_for_archive();
    return true;
  case domain::step::find_archive:
    find_archive();
    return true;
  case domain::step::check:
    check_health();
    return true;
  default:
    return false;
  }
}

void pod_life::look_at_guest() {
  const auto& order = record_->pod.order;
  ask_node(domain::read_guest{order.kind, order.guest, order.build.disk, true},
           [this](const domain::query_answer& answer) {
             note_guest(std::get<domain::guest_facts>(answer));
           });
}

void pod_life::note_guest(const domain::guest_facts& guest) {
  const auto* item = domain::current_item(*record_);
  const auto owner = guest.owner(mark_);
  const bool restores = item->action == domain::item_action::restore;
  if (!guest.exists && !(restores && record_->pod.remains.restoring)) {
    conclude(step_,
             domain::failed{domain::failure_class::permanent, "The guest is not on its node.", {}});
    return;
  }
  if (guest.exists && owner != domain::ownership::ours &&
      !(owner == domain::ownership::none && record_->pod.remains.unmarked_is_ours()) &&
      !may_adopt(guest)) {
    conclude(step_, mismatch(owner));
    return;
  }
  if (!guest.exists) {
    domain::guest_reading gone;
    gone.power = domain::power_state::stopped;
    conclude(step_, domain::succeeded{}, {{}, gone, {}, {}});
    return;
  }
  const auto seen = reading_of(guest);
  if (step_.which == domain::step::look_again && !step_.undoing)
    if (const auto wrong = domain::judge_scaled(*record_, seen)) {
      conclude(step_, *wrong);
      return;
    }
  if (item->action == domain::item_action::sync && seen.power == domain::power_state::running)
    look_at_address(seen);
  else
    conclude(step_, domain::succeeded{}, {{}, seen, {}, {}});
}

void pod_life::look_at_address(const domain::guest_reading& seen) {
  const auto done = [this, seen](std::optional<std::string> address) {
    domain::succeeded good;
    good.address = std::move(address);
    conclude(step_, good, {{}, seen, {}, {}});
  };
  // A guest that does not tell keeps the address it is known by.
  ask_node(
      domain::address_query(record_->pod, *engine_->offers),
      [done](const domain::query_answer& answer) {
        done(std::get<domain::guest_address>(answer).address);
      },
      [done](const domain::failed&) { done(std::nullopt); });
}

domain::storage_name pod_life::backup_storage() const {
  return domain::storage_name{domain::current_item(*record_)->parameters.storage};
}

void pod_life::look_for_space() {
  ask_node(domain::read_capacity{}, [this](const domain::query_answer& answer) {
    conclude(step_, domain::judge_space(record_->pod, backup_storage(),
                                        std::get<domain::node_capacity>(answer)));
  });
}

void pod_life::look_for_archive() {
  ask_node(domain::list_backups{record_->pod.order.guest, backup_storage()},
           [this](const domain::query_answer& answer) {
             const auto* item = domain::current_item(*record_);
             domain::findings found;
             const auto outcome = domain::find_made(
                 record_->pod, item->archive ? item->archive->volume : std::string{},
                 std::get<domain::backup_list>(answer), found.archive.emplace());
             conclude(step_, outcome, found);
           });
}

void pod_life::find_archive() {
  ask_node(domain::list_backups{record_->pod.order.guest, backup_storage()},
           [this](const domain::query_answer& answer) {
             const auto* item = domain::current_item(*record_);
             conclude(step_, domain::find_stored(item->parameters.volume,
                                                 std::get<domain::backup_list>(answer)));
           });
}

void pod_life::check_health() {
  ask_node(domain::health_query(record_->pod, *engine_->offers),
           [this](const domain::query_answer& answer) {
             domain::findings found;
             found.health =
                 domain::judge_health(record_->pod, std::get<domain::guest_health>(answer));
             conclude(step_, domain::succeeded{}, found);
           });
}

} // namespace cloudpods::actors
