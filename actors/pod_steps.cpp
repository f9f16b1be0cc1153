#include <algorithm>

#include "actors/pod_life.hpp"
#include "domain/step_operations.hpp"
#include "wire/stack_json.hpp"

namespace cloudpods::actors {

namespace {

/// For a look at a command whose time is over already, a channel's opening included.
constexpr std::chrono::seconds least_time{30};

} // namespace

void pod_life::not_answered(const domain::failed& why) {
  if (why.why == domain::failure_class::permanent)
    conclude(step_, why);
  else
    node_failed(why.message);
}

void pod_life::node_failed(const std::string& why) {
  waits_ = lease_waits{"node:" + record_->pod.order.node.value};
  step_progress news;
  news.message = why;
  tell_progress(news);
  // Who only waits to read holds up nobody who could build.
  if (domain::only_reads(step_.which))
    release_all();
  pause(std::chrono::seconds{1});
}

void pod_life::look_first(const domain::next_move& next) {
  step_ = next;
  ask_node(domain::list_guests{}, [this, next](const domain::query_answer& answer) {
    // A cancel that came meanwhile is heard here: nothing was begun.
    if (!is_still(next)) {
      advance();
      return;
    }
    const auto& list = std::get<domain::guest_list>(answer);
    if (list.find(record_->pod.order.guest) == nullptr)
      append(domain::begin_step(*record_, next, true));
    else if (record_->pod.remains.built)
      append(domain::redo(*record_, next, engine_->now()));
    else
      take_another_vmid(next);
  });
}

bool pod_life::is_still(const domain::next_move& looked) const {
  const auto next = domain::next_work(*record_, site_, engine_->now());
  return next.what == looked.what && next.item == looked.item && next.which == looked.which &&
         next.attempt == looked.attempt;
}

void pod_life::look_who_took_it(const domain::next_move& next) {
  ask_node(domain::read_guest{record_->pod.order.kind, record_->pod.order.guest},
           [this, next](const domain::query_answer& answer) {
             if (std::get<domain::guest_facts>(answer).owner(mark_) == domain::ownership::ours)
               append(domain::redo(*record_, next, engine_->now()));
             else
               take_another_vmid(next);
           });
}

void pod_life::take_another_vmid(const domain::next_move& next) {
  const auto& order = record_->pod.order;
  if (order.vmid_named) {
    conclude(next, domain::failed{domain::failure_class::vmid_taken,
                                  "The vmid " + std::to_string(order.guest) +
                                      " is taken by another guest.",
                                  {}});
    return;
  }
  busy_ = true;
  self_
      ->request(handles_->allocator, answer_certain,
                hold_vmid{record_->pod.id, record_->pod.tenant})
      .then(
          [this, next](const vmid_reply& reply) {
            busy_ = false;
            if (reply.value)
              append(domain::renumber(*record_, next, *reply.value, engine_->now()),
                     record_->pod.id);
            else
              conclude(next, domain::failed{domain::failure_class::vmid_taken,
                                            reply.value.error().message,
                                            {}});
          },
          [this](const caf::error&) { self_->quit(caf::exit_reason::unhandled_exception); });
}

std::chrono::seconds pod_life::limit() const {
  return engine_->timeout_of(domain::current_item(*record_)->action);
}

std::chrono::seconds pod_life::time_left(const domain::queue_item& item) const {
  const auto gone =
      std::chrono::duration_cast<std::chrono::seconds>(engine_->now() - item.open->started_at);
  return std::max(limit() - gone, std::min(limit(), least_time));
}

domain::operation pod_life::operation_of(const domain::next_move& next,
                                         const domain::queue_item& item) const {
  // The command was made when the task's turn came, and stands in the log.
  if (next.which == domain::step::task)
    return domain::run_task{record_->pod.order.guest, wire::task_argv(item.payload)};
  return domain::operation_of(next.which, record_->pod, item, *engine_->offers, mark_, user_data_);
}

void pod_life::run(const domain::next_move& next) {
  if (next.which == domain::step::write_snippet && user_data_.empty()) {
    fetch_user_data();
    return;
  }
  if (marks_adopted(next) && !adopting_) {
    fetch_notes();
    return;
  }
  const auto* item = domain::current_item(*record_);
  const bool resume = fresh_ != std::pair{next.item, next.attempt};
  run_attempt request{next.item,
                      next.which,
                      next.attempt,
                      marks_adopted(next)
                          ? domain::operation{*std::exchange(adopting_, std::nullopt)}
                          : operation_of(next, *item),
                      resume,
                      time_left(*item),
                      record_->pod.id,
                      caf::actor_cast<caf::actor>(self_)};
  fresh_.reset();
  ran_.insert(next.item);
  busy_ = running_ = true;
  self_->request(node_, answer_certain, std::move(request))
      .then(
          [this, next](const attempt_reply& reply) {
            busy_ = running_ = false;
            if (!std::holds_alternative<connection_failed>(reply.value))
              waits_.reset();
            std::visit([&](const auto& each) { learned(next, each); }, reply.value);
          },
          [this](const caf::error&) {
            busy_ = running_ = false;
            node_failed("The node's actor is gone.");
          });
  end_unwanted();
}

void pod_life::end_unwanted() {
  if (!running_ || ending_ || !domain::wants_end(*record_, step_))
    return;
  ending_ = true;
  const auto* item = domain::current_item(*record_);
  self_->send(node_, end_attempt{step_.item, step_.which, step_.attempt, operation_of(step_, *item),
                                 record_->pod.id});
}

void pod_life::fetch_user_data() {
  busy_ = true;
  self_
      ->request(handles_->reader_for(record_->pod.id.value), answer_certain,
                read_secret{record_->pod.id, "userData"})
      .then(
          [this](const secret_reply& reply) {
            busy_ = false;
            if (!reply.value) {
              pause(std::chrono::seconds{1});
              return;
            }
            user_data_ = reply.value->value_or(std::string{});
            if (user_data_.empty())
              conclude(step_, domain::failed{domain::failure_class::permanent,
                                             "The order's user data is not kept any more.",
                                             {}});
            else
              advance();
          },
          [this](const caf::error&) { self_->quit(caf::exit_reason::unhandled_exception); });
}

bool pod_life::marks_adopted(const domain::next_move& next) const {
  return next.which == domain::step::mark && record_->pod.adopting;
}

bool pod_life::may_adopt(const domain::guest_facts& guest) const {
  const auto& adopting = record_->pod.adopting;
  if (!adopting)
    return false;
  if (guest.owner(mark_) == domain::ownership::none)
    return true;
  const auto marked = guest.marked_pod();
  return marked && adopting->replaces &&
         domain::tag_of(domain::pod_id{*marked}) ==
             domain::tag_of(domain::pod_id{*adopting->replaces});
}

void pod_life::fetch_notes() {
  const auto& order = record_->pod.order;
  ask_node(domain::read_guest{order.kind, order.guest, order.build.disk}, [this](const domain::
                                                                                     query_answer&
                                                                                         answer) {
    const auto& guest = std::get<domain::guest_facts>(answer);
    const auto& is = record_->pod;
    auto& made = adopting_.emplace();
    made.kind = is.order.kind;
    made.guest = is.order.guest;
    made.mark = mark_;
    if (is.adopting && is.adopting->replaces)
      made.replaces = domain::owner_mark{mark_.controller, domain::pod_id{*is.adopting->replaces}};
    made.notes = guest.notes();
    made.tags = guest.other_tags();
    advance();
  });
}

void pod_life::learned(const domain::next_move& next, const domain::succeeded& answer) {
  conclude(next, answer);
}

void pod_life::learned(const domain::next_move& next, const domain::failed& answer) {
  if (std::exchange(ending_, false)) {
    conclude(next,
             domain::failed{domain::failure_class::transient, "It was ended.", answer.output});
    return;
  }
  switch (answer.why) {
  case domain::failure_class::fenced:
    engine_->give_up("A node has seen a newer writer.");
    break;
  case domain::failure_class::vmid_taken:
    look_who_took_it(next);
    break;
  default:
    conclude(next, answer);
  }
}

void pod_life::learned(const domain::next_move& next, const never_started&) {
  conclude(next, domain::failed{domain::failure_class::busy, "The command was not started.", {}});
}

void pod_life::learned(const domain::next_move& next, const attempt_vanished&) {
  resolve(next, "The command's process is gone and left no result.");
}

void pod_life::learned(const domain::next_move& next, const attempt_unclear& answer) {
  resolve(next, answer.message);
}

void pod_life::learned(const domain::next_move& next, const attempt_timed_out& answer) {
  resolve(next, answer.message);
}

void pod_life::learned(const domain::next_move& next, const connection_failed& answer) {
  // What certainly was not seen by the node may be sent as if for the first time.
  if (!answer.begun)
    fresh_ = {next.item, next.attempt};
  // Whether the node heard that it is to end is not known either: it is told again.
  ending_ = false;
  node_failed(answer.message);
}

void pod_life::resolve(const domain::next_move& next, const std::string& why) {
  ending_ = false;
  step_progress news;
  news.message = "resolving: " + why;
  tell_progress(news);
  ask_node(domain::list_guests{}, [this, next](const domain::query_answer& answer) {
    const bool listed =
        std::get<domain::guest_list>(answer).find(record_->pod.order.guest) != nullptr;
    ask_node(domain::read_guest{record_->pod.order.kind, record_->pod.order.guest,
                                record_->pod.order.build.disk},
             [this, next, listed](const domain::query_answer& guest) {
               conclude(next, domain::resolve(*record_, next.which,
                                              std::get<domain::guest_facts>(guest), listed, mark_));
             });
  });
}

void pod_life::conclude(const domain::next_move& next, const domain::outcome& answer,
                        const domain::findings& found) {
  ending_ = false;
  append(domain::end_step(*record_, next, answer, found, engine_->retries, engine_->now(),
                          engine_->chance(), domain::item_id{engine_->new_id("q-")}));
}

} // namespace cloudpods::actors
