#include <algorithm>

#include "actors/pod_life.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

bool pod_life::is_late() const {
  const auto* item = domain::current_item(*record_);
  return engine_->now() - item->open->started_at > limit();
}

bool pod_life::give_up() {
  if (!domain::gives_up_looking(*record_, step_))
    return false;
  conclude(step_, domain::failed{domain::failure_class::permanent, "cancelled", {}});
  return true;
}

void pod_life::poll() {
  if (give_up())
    return;
  ask_node(
      domain::read_guest{record_->pod.order.kind, record_->pod.order.guest},
      [this](const domain::query_answer& answer) {
        const auto& guest = std::get<domain::guest_facts>(answer);
        if (guest.status == "running")
          poll_address();
        else
          poll_later("The guest does not run.");
      },
      [this](const domain::failed& why) { poll_later(why.message); });
}

void pod_life::poll_address() {
  const auto* item = domain::current_item(*record_);
  if (const auto known =
          record_->pod.order.ip_address ? record_->pod.order.ip_address : item->ip_address) {
    end_poll(known);
    return;
  }
  ask_node(
      domain::address_query(record_->pod, *engine_->offers),
      [this](const domain::query_answer& answer) {
        const auto& found = std::get<domain::guest_address>(answer);
        if (found.address)
          end_poll(found.address);
        else
          poll_later("The guest has no address yet.");
      },
      [this](const domain::failed& why) { poll_later(why.message); });
}

void pod_life::end_poll(const std::optional<std::string>& address) {
  poll_wait_ = {};
  domain::succeeded done;
  done.address = address;
  conclude(step_, done);
}

void pod_life::poll_later(const std::string& why) {
  if (is_late()) {
    poll_wait_ = {};
    conclude(step_,
             domain::failed{domain::failure_class::permanent,
                            why + " It was waited for " + std::to_string(limit().count()) + " s.",
                            {}});
    return;
  }
  step_progress news;
  news.message = why;
  tell_progress(news);
  poll_wait_ = std::clamp(poll_wait_ * 2, engine_->poll_interval, engine_->poll_interval * 20);
  pause(poll_wait_);
}

void pod_life::check_absent() {
  ask_absent([this] {
    ask_node(domain::list_volumes{record_->pod.order.guest},
             [this](const domain::query_answer& answer) {
               const auto volumes = std::get<domain::volume_list>(answer).volumes;
               ask_absent([this, volumes] {
                 conclude(step_, domain::succeeded{}, {volumes, {}, {}, {}});
               });
             });
  });
}

void pod_life::ask_absent(std::function<void()> then) {
  ask_node(domain::list_guests{}, [this, then](const domain::query_answer& answer) {
    const auto* found = std::get<domain::guest_list>(answer).find(record_->pod.order.guest);
    if (found == nullptr)
      then();
    else if (found->node == record_->pod.order.node.value)
      conclude(step_,
               domain::failed{domain::failure_class::transient, "The guest is still there.", {}});
    else
      conclude(step_, domain::failed{domain::failure_class::permanent,
                                     "The guest has moved to the node " + found->node + ".",
                                     {}});
  });
}

} // namespace cloudpods::actors
