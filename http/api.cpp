#include "http/api.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace cloudpods::http {

namespace asio = boost::asio;
using domain::problem_code;

namespace {

constexpr std::size_t most_awake = 10'000;

} // namespace

api::api(asio::io_context& io, caf::actor_system& actors, std::shared_ptr<const api_common> common)
    : common_(std::move(common)), io_(io),
      streams_(
          io, common_->settings.streams, common_->places,
          [this](
              actors::read_events question) -> asio::awaitable<std::optional<actors::frame_page>> {
            auto page = co_await events(std::move(question));
            co_return page ? std::optional{*std::move(page)} : std::nullopt;
          },
          common_->settings.now.wall),
      port_(io, actors) {
  port_.listen([this](caf::type_erased_tuple& message) { hear(message); });
}

api::~api() {
  if (actors_)
    caf::anon_send(actors_->feed, actors::leave_feed{port_.address()});
}

void api::connect(const actor_handles& actors) {
  actors_ = actors;
  asio::co_spawn(io_, follow(actors.feed), asio::detached);
}

void api::note_refusal(const domain::tenant_id& tenant) {
  ++refusals_[tenant];
  const auto now = common_->settings.now.steady();
  if (!actors_ || now - refusals_told_ < std::chrono::seconds{1})
    return;
  refusals_told_ = now;
  for (const auto& [whose, times] : std::exchange(refusals_, {}))
    caf::anon_send(actors_->focalpilot, actors::note_refusals{whose, times});
}

/// Until the feed has answered, subscribers live on history alone: nothing is missed.
asio::awaitable<void> api::follow(actors::event_feed_actor feed) {
  while (true) {
    actors::follow_feed wish{port_.address()};
    const auto reply = co_await ask(port_, feed, common_->settings.read_limit, std::move(wish));
    if (reply) {
      streams_.feed().begins_after(reply->head);
      co_return;
    }
    spdlog::warn("http-feed-not-followed");
    if (reply.error() == ask_fault::nobody)
      co_return;
  }
}

void api::hear(caf::type_erased_tuple& message) {
  if (message.match_elements<actors::live_events>())
    streams_.feed().deliver(message.get_as<actors::live_events>(0));
  else if (message.match_elements<actors::live_progress>())
    streams_.feed().deliver(message.get_as<actors::live_progress>(0));
}

domain::problem api::no_answer(ask_fault why, bool changes) {
  domain::problem problem{problem_code::store_unavailable, "no answer came in time"};
  problem.outcome_unknown = changes && why == ask_fault::silent;
  return problem;
}

api::awaited<actors::tenant_actor> api::find(const domain::tenant_id& tenant) {
  if (const auto known = awake_.find(tenant); known != awake_.end())
    co_return known->second;
  if (!actors_)
    co_return domain::refused(problem_code::starting, "the daemon is starting");
  actors::find_tenant question{tenant};
  auto reply =
      co_await ask(port_, actors_->directory, common_->settings.read_limit, std::move(question));
  if (!reply)
    co_return std::unexpected(no_answer(reply.error(), false));
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  if (awake_.size() >= most_awake)
    awake_.clear();
  awake_[tenant] = *reply->value;
  co_return *std::move(reply->value);
}

const actors::reader_actor& api::reader() {
  return actors_->readers[turn_++ % actors_->readers.size()];
}

api::awaited<domain::tenant_id> api::owner_of(const exchange& with, owned_thing thing,
                                              std::string_view what) {
  if (!with.who->sees_all_tenants())
    co_return tenant_of(with);
  if (!actors_)
    co_return domain::refused(problem_code::starting, "the daemon is starting");
  actors::find_owner question{std::move(thing)};
  auto reply = co_await ask(port_, reader(), common_->settings.read_limit, std::move(question));
  if (!reply)
    co_return std::unexpected(no_answer(reply.error(), false));
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  if (!*reply->value)
    co_return not_found(what);
  co_return **std::move(reply->value);
}

domain::expected<actors::node_door_actor> api::find_node(std::string_view name) const {
  if (!actors_)
    return domain::refused(problem_code::starting, "the daemon is starting");
  const auto found = actors_->nodes.find(domain::node_name{std::string{name}});
  if (found == actors_->nodes.end())
    return not_found("node");
  return found->second;
}

api::awaited<std::vector<wire::node_view>> api::nodes() {
  if (!actors_)
    co_return domain::refused(problem_code::starting, "the daemon is starting");
  std::vector<wire::node_view> all;
  for (const auto& [name, whom] : actors_->nodes) {
    actors::show_node question;
    auto one = co_await ask_node(name.value, question, false);
    if (!one)
      co_return std::unexpected(std::move(one).error());
    all.push_back(*std::move(one));
  }
  co_return all;
}

asio::awaitable<std::optional<domain::instant>> api::checked_at(domain::pod_id pod) {
  if (!actors_)
    co_return std::nullopt;
  actors::read_checked question{std::move(pod)};
  auto reply = co_await ask(port_, reader(), common_->settings.read_limit, std::move(question));
  if (!reply || !reply->value)
    co_return std::nullopt;
  co_return *reply->value;
}

asio::awaitable<
    std::map<domain::node_name, domain::expected<std::shared_ptr<const domain::guest_list>>>>
api::guests() {
  std::map<domain::node_name, domain::expected<std::shared_ptr<const domain::guest_list>>> all;
  if (!actors_)
    co_return all;
  // A copy: while a node is waited for, others may come.
  const auto nodes = actors_->nodes;
  for (const auto& [name, whom] : nodes) {
    actors::show_guests question;
    auto reply = co_await ask(port_, whom, common_->settings.read_limit, question);
    if (reply)
      all.emplace(name, std::move(reply->value));
    else
      all.emplace(name, std::unexpected(no_answer(reply.error(), false)));
  }
  co_return all;
}

api::awaited<actors::frame_page> api::events(actors::read_events question) {
  if (!actors_)
    co_return domain::refused(problem_code::starting, "the daemon is starting");
  auto reply = co_await ask(port_, reader(), common_->settings.read_limit, std::move(question));
  if (!reply)
    co_return std::unexpected(no_answer(reply.error(), false));
  co_return std::move(reply->value);
}

} // namespace cloudpods::http
