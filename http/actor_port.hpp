#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/actor.hpp>
#include <caf/actor_companion.hpp>
#include <caf/actor_system.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_id.hpp>

namespace cloudpods::http {

/// Why there is no reply.
enum class ask_fault {
  nobody, ///< the actor has ended; it has not looked at the message
  silent, ///< no reply in time; what was asked may still happen
};

/// The actors' side of one io thread: its address among them, and what is waited for. Everything
/// but the delivery of messages happens on that thread.
class actor_port {
public:
  /// Gets what is no reply: the feed's messages.
  using listener = std::function<void(caf::type_erased_tuple&)>;

  actor_port(boost::asio::io_context& io, caf::actor_system& actors);
  /// Forgets what is still waited for.
  ~actor_port();
  actor_port(const actor_port&) = delete;
  actor_port& operator=(const actor_port&) = delete;

  [[nodiscard]] caf::actor address() const { return self_; }
  void listen(listener to) { listener_ = std::move(to); }

  /// Calls `resume` with the reply or the fault, on its own executor. Used by `ask`.
  template <class Reply, class Message, class Handler>
  void send(caf::actor to, std::chrono::milliseconds limit, Message message, Handler&& resume) {
    using waiting = wait_for<Reply, std::decay_t<Handler>>;
    const auto id = expect(std::make_unique<waiting>(std::forward<Handler>(resume), io_), limit);
    caf::actor_cast<caf::abstract_actor*>(to)->enqueue(
        caf::make_mailbox_element(caf::actor_cast<caf::strong_actor_ptr>(self_), id, {},
                                  std::move(message)),
        nullptr);
  }

private:
  using clock = std::chrono::steady_clock;

  struct wait {
    virtual ~wait() = default;
    virtual void reply(caf::type_erased_tuple& content) = 0;
    virtual void fail(ask_fault why) = 0;
  };

  template <class Reply, class Handler>
  struct wait_for final : wait {
    wait_for(Handler next, boost::asio::io_context& context)
        : resume(std::move(next)), io(context) {}

    void reply(caf::type_erased_tuple& content) override {
      if (content.match_elements<Reply>())
        finish(content.get_as<Reply>(0));
      else
        fail(ask_fault::nobody); // an error: the actor has ended, or knows no such message
    }
    void fail(ask_fault why) override { finish(std::unexpected(why)); }
    void finish(std::expected<Reply, ask_fault> result) {
      const auto where = boost::asio::get_associated_executor(resume, io.get_executor());
      boost::asio::dispatch(where,
                            [resume = std::move(resume), result = std::move(result)]() mutable {
                              std::move(resume)(std::move(result));
                            });
    }

    Handler resume;
    boost::asio::io_context& io;
  };

  struct expected_reply {
    std::unique_ptr<wait> who;
    clock::time_point deadline;
  };

  caf::message_id expect(std::unique_ptr<wait> who, std::chrono::milliseconds limit);
  void deliver(caf::mailbox_element_ptr message);
  void drain();
  void look_for_silence();

  boost::asio::io_context& io_;
  caf::actor self_;
  caf::actor_companion* companion_;
  listener listener_;
  std::unordered_map<std::uint64_t, expected_reply> expected_;
  std::uint64_t last_id_ = 0;
  boost::asio::steady_timer sweep_;
  bool sweeping_ = false;
  std::mutex mutex_;
  std::vector<caf::mailbox_element_ptr> arrived_; ///< guarded by `mutex_`
  std::vector<caf::mailbox_element_ptr> draining_;
};

} // namespace cloudpods::http
