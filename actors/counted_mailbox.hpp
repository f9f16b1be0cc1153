#pragma once

#include <memory>
#include <string>
#include <utility>

#include <caf/invoke_message_result.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "metrics/mailboxes.hpp"

namespace cloudpods::actors {

/// An actor of whose messages is counted how many wait: those that came less those that were
/// taken. CAF 0.17 tells the length of a mailbox only to its owner, and only what that has fetched.
template <class Base>
class counted_mailbox : public Base {
public:
  using Base::Base;

  /// From now on `meters` tells of it by that name.
  void count_as(std::string name, metrics::mailboxes& meters) {
    meters.enter(std::move(name), waiting_);
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override {
    waiting_->add(1);
    Base::enqueue(std::move(what), host);
  }

  using Base::consume;
  caf::invoke_message_result consume(caf::mailbox_element& what) override {
    // Kept for later is waiting still.
    const auto result = Base::consume(what);
    if (result != caf::invoke_message_result::skipped)
      waiting_->add(-1);
    return result;
  }

private:
  std::shared_ptr<metrics::gauge> waiting_ = std::make_shared<metrics::gauge>();
};

/// `self` of an actor that there is one of, or a few.
template <class Handle, class State>
using counted_pointer = counted_mailbox<typename Handle::template stateful_base<State>>*;

} // namespace cloudpods::actors
