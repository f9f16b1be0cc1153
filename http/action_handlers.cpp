#include "http/handlers.hpp"
#include "http/pod_target.hpp"
#include "wire/action_json.hpp"
#include "wire/platform_bodies.hpp"

namespace cloudpods::http {

using domain::item_action;

namespace {

/// The path of these names the snapshot.
bool names_snapshot(item_action what) {
  return what == item_action::rollback || what == item_action::delete_snapshot;
}

} // namespace

handled act(api& all, exchange& with, item_action what) {
  auto body = with.is_platforms() ? wire::decode_platform_action(what, with.asked.body)
                                  : wire::decode_action(what, with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  const auto* fault = body->command ? nullptr : &body->command.error();
  auto at = co_await aim(all, with, body->tenant, fault);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  actors::ask_action wish;
  wish.command = *std::move(body->command);
  wish.command.user = with.who->user;
  if (names_snapshot(what))
    wire::name_snapshot(wish.command, with.parameters[1]);
  wish.by = with.requester();
  auto done = co_await put_to_pod(all, with, *std::move(at), std::move(wish));
  if (!done)
    co_return std::unexpected(std::move(done).error());
  co_return accepted_answer(with, *done);
}

handled protect_pod(api& all, exchange& with) {
  auto body = wire::decode_protection(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  const auto* fault = body->command ? nullptr : &body->command.error();
  auto at = co_await aim(all, with, body->tenant, fault);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  actors::set_protection wish;
  wish.wanted = *body->command;
  wish.by = with.requester();
  auto done = co_await put_to_pod(all, with, *std::move(at), std::move(wish));
  if (!done)
    co_return std::unexpected(std::move(done).error());
  auto answer = pod_answer(200, done->pod->pod);
  if (done->replayed)
    answer.set("Idempotency-Replayed", "true");
  co_return answer;
}

} // namespace cloudpods::http
