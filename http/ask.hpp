#pragma once

#include <chrono>
#include <expected>
#include <type_traits>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <caf/actor_cast.hpp>
#include <caf/response_type.hpp>

#include "http/actor_port.hpp"

namespace cloudpods::http {

/// The reply that an actor's interface promises for a message.
template <class Actor, class Message>
using reply_of = caf::detail::tl_head_t<caf::response_type_t<typename Actor::signatures, Message>>;

template <class Reply>
using asked = std::expected<Reply, ask_fault>;

/// Sends `what` to `whom` and waits for the reply, at most for `limit`. Only on the port's thread.
/// `what` is a named object that is moved in (g++ 12 destroys an aggregate temporary inside a
/// `co_await` expression twice).
template <class Actor, class Message>
boost::asio::awaitable<asked<reply_of<Actor, Message>>>
ask(actor_port& port, const Actor& whom, std::chrono::milliseconds limit, Message what) {
  using reply = reply_of<Actor, Message>;
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(asked<reply>)>(
      [&port, limit](auto&& resume, caf::actor to, Message message) {
        port.send<reply>(std::move(to), limit, std::move(message),
                         std::forward<decltype(resume)>(resume));
      },
      boost::asio::use_awaitable, caf::actor_cast<caf::actor>(whom), std::move(what));
}

} // namespace cloudpods::http
