#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "actors/protocol.hpp"
#include "actors/service_state.hpp"
#include "http/actor_port.hpp"
#include "http/api_settings.hpp"
#include "http/ask.hpp"
#include "http/event_streams.hpp"
#include "http/exchange.hpp"
#include "http/page_cursor.hpp"
#include "http/plan_documents.hpp"
#include "http/stream_tickets.hpp"

namespace cloudpods::http {

/// What every io thread has in common.
struct api_common {
  api_settings settings;
  const actors::service_state& state;
  page_cursor cursors;
  std::shared_ptr<stream_places> places;
  std::shared_ptr<stream_tickets> tickets;
  shared_text openapi;
};

/// What handlers work with: the actors, the plans, the streams. One per io thread.
class api {
public:
  template <class Reply>
  using awaited = boost::asio::awaitable<domain::expected<Reply>>;
  using owned_thing =
      std::variant<domain::vmid, domain::pod_id, domain::job_id, domain::deployment_id>;

  api(boost::asio::io_context& io, caf::actor_system& actors,
      std::shared_ptr<const api_common> common);
  ~api();

  /// From now on requests reach these actors, and the feed this thread.
  void connect(const actor_handles& actors);
  void offer(std::shared_ptr<const plan_documents> plans) { plans_ = std::move(plans); }

  [[nodiscard]] const api_common& common() const { return *common_; }
  /// Null until the catalogue is there.
  [[nodiscard]] const std::shared_ptr<const plan_documents>& plans() const { return plans_; }
  event_streams& streams() { return streams_; }
  [[nodiscard]] const event_streams& streams() const { return streams_; }

  /// A question to a tenant, woken where it sleeps.
  template <class Question>
  awaited<reply_of<actors::tenant_actor, Question>>
  ask_tenant(domain::tenant_id tenant, Question what, std::chrono::milliseconds more = {}) {
    return put_to_tenant(std::move(tenant), std::move(what), common_->settings.read_limit + more,
                         false);
  }
  /// A command: without an answer its outcome is unknown.
  template <class Command>
  awaited<reply_of<actors::tenant_actor, Command>> command(domain::tenant_id tenant, Command what) {
    return put_to_tenant(std::move(tenant), std::move(what), common_->settings.command_limit, true);
  }
  /// Whose it is: the caller's own tenant, or whoever has it where the caller sees all. `what` is
  /// named in the refusal where nobody has it.
  awaited<domain::tenant_id> owner_of(const exchange& with, owned_thing thing,
                                      std::string_view what);
  awaited<actors::frame_page> events(actors::read_events question);
  /// When a sweep last looked at the pod's health; nothing where none did, or while the store is
  /// away: what was told of it stands all the same.
  boost::asio::awaitable<std::optional<domain::instant>> checked_at(domain::pod_id pod);
  /// A question over all tenants; without an answer within `limit` it is refused.
  template <class Question>
  auto ask_platform(Question what, std::chrono::milliseconds limit) -> boost::asio::awaitable<
      decltype(std::declval<reply_of<actors::platform_reader_actor, Question>>().value)> {
    if (!actors_)
      co_return domain::refused(domain::problem_code::starting, "the daemon is starting");
    auto reply = co_await ask(port_, actors_->platform, limit, std::move(what));
    if (!reply)
      co_return std::unexpected(no_answer(reply.error(), false));
    co_return std::move(reply->value);
  }
  /// A question to the registry of stack blueprints, or (`changes`) a change of one.
  template <class Message>
  auto ask_registry(Message what, bool changes) {
    return ask_one(&actor_handles::registry, std::move(what), changes);
  }
  /// A question about recommendations, or (`changes`) something to be done with them.
  template <class Message>
  auto ask_focalpilot(Message what, bool changes) {
    return ask_one(&actor_handles::focalpilot, std::move(what), changes);
  }
  /// A limit of that tenant refused something: FocalPilot hears of it, with others at once.
  void note_refusal(const domain::tenant_id& tenant);
  /// What operators say of differences between nodes and log; without an answer its outcome is
  /// unknown.
  template <class Wish>
  auto ask_reconciler(Wish what) {
    return ask_one(&actor_handles::reconciler, std::move(what), true);
  }
  /// Every configured node.
  awaited<std::vector<wire::node_view>> nodes();
  /// What each node lists now; a refusal stands for one that does not answer.
  boost::asio::awaitable<
      std::map<domain::node_name, domain::expected<std::shared_ptr<const domain::guest_list>>>>
  guests();
  /// Puts `what` to one node. Refuses with `not_found`.
  template <class Message>
  awaited<wire::node_view> ask_node(std::string_view name, Message what, bool changes) {
    const auto whom = find_node(name);
    if (!whom)
      co_return std::unexpected(whom.error());
    const auto limit = changes ? common_->settings.command_limit : common_->settings.read_limit;
    auto reply = co_await ask(port_, *whom, limit, std::move(what));
    if (!reply)
      co_return std::unexpected(no_answer(reply.error(), changes));
    co_return std::move(reply->value);
  }

private:
  /// Asks an actor of which there is one.
  template <class Actor, class Message>
  auto ask_one(Actor actor_handles::*whom, Message what, bool changes)
      -> boost::asio::awaitable<decltype(std::declval<reply_of<Actor, Message>>().value)> {
    if (!actors_)
      co_return domain::refused(domain::problem_code::starting, "the daemon is starting");
    const auto limit = changes ? common_->settings.command_limit : common_->settings.read_limit;
    auto reply = co_await ask(port_, (*actors_).*whom, limit, std::move(what));
    if (!reply)
      co_return std::unexpected(no_answer(reply.error(), changes));
    co_return std::move(reply->value);
  }

  template <class Message>
  awaited<reply_of<actors::tenant_actor, Message>>
  put_to_tenant(domain::tenant_id tenant, Message what, std::chrono::milliseconds limit,
                bool changes) {
    for (int tries_left = 2;; --tries_left) {
      const auto whom = co_await find(tenant);
      if (!whom)
        co_return std::unexpected(whom.error());
      Message copy = what;
      auto reply = co_await ask(port_, *whom, limit, std::move(copy));
      if (reply)
        co_return *std::move(reply);
      // It fell asleep without looking at the message: the directory wakes it.
      awake_.erase(tenant);
      if (reply.error() == ask_fault::silent || tries_left == 0)
        co_return std::unexpected(no_answer(reply.error(), changes));
    }
  }

  awaited<actors::tenant_actor> find(const domain::tenant_id& tenant);
  const actors::reader_actor& reader();
  domain::expected<actors::node_door_actor> find_node(std::string_view name) const;
  void hear(caf::type_erased_tuple& message);
  boost::asio::awaitable<void> follow(actors::event_feed_actor feed);
  static domain::problem no_answer(ask_fault why, bool changes);

  std::shared_ptr<const api_common> common_;
  boost::asio::io_context& io_;
  std::shared_ptr<const plan_documents> plans_;
  std::optional<actor_handles> actors_;
  std::size_t turn_ = 0;
  std::unordered_map<domain::tenant_id, actors::tenant_actor> awake_;
  std::map<domain::tenant_id, std::int64_t> refusals_; ///< not told yet
  std::chrono::steady_clock::time_point refusals_told_{};
  event_streams streams_;
  actor_port port_;
};

} // namespace cloudpods::http
