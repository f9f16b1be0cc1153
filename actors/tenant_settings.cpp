#include "domain/tenant_settings.hpp"

#include "actors/tenant_life.hpp"

namespace cloudpods::actors {

tenant_view_reply tenant_life::view() const {
  tenant_view seen;
  seen.id = state_.id;
  seen.exists = state_.exists;
  seen.said = {state_.name, state_.slug, state_.plan, state_.owner, state_.region};
  seen.created_at = state_.created_at;
  return {std::move(seen)};
}

caf::result<tenant_view_reply> tenant_life::settle_tenant(set_tenant what) {
  auto promise = self_->make_response_promise<tenant_view_reply>();
  wish_for({std::move(what), [this, promise](domain::expected<void> done) mutable {
              if (done)
                promise.deliver(view());
              else
                promise.deliver(tenant_view_reply{std::unexpected{std::move(done.error())}});
            }});
  return promise;
}

caf::result<quota_reply> tenant_life::limit(set_limits what) {
  auto promise = self_->make_response_promise<quota_reply>();
  wish_for({std::move(what), [this, promise](domain::expected<void> done) mutable {
              if (done)
                promise.deliver(quota());
              else
                promise.deliver(quota_reply{std::unexpected{std::move(done.error())}});
            }});
  return promise;
}

void tenant_life::wish_for(settings_wish wish) {
  last_used_ = engine_->now();
  if (waiting_.size() >= most_commands_waiting)
    wish.done(domain::refused(domain::problem_code::too_many_jobs,
                              "Too many commands of this tenant are waiting."));
  else if (!engine_->service->store_reachable())
    wish.done(domain::refused(domain::problem_code::store_unavailable, "The store is away."));
  else {
    waiting_.push_back({std::move(wish), {}, last_used_});
    run_next();
  }
}

void tenant_life::begin(settings_wish& wish, command_promise) {
  domain::expected<std::vector<domain::new_event>> decided;
  requester by;
  if (const auto* settings = std::get_if<set_tenant>(&wish.what)) {
    decided = domain::settle(state_, *engine_->offers, settings->command);
    by = settings->by;
  } else {
    const auto& limits = std::get<set_limits>(wish.what);
    decided = domain::limit(state_, limits.command);
    by = limits.by;
  }
  if (!decided) {
    wish.done(std::unexpected{std::move(decided.error())});
    return;
  }
  if (decided->empty()) {
    wish.done({});
    return;
  }
  command_out_ = true;
  append_events request;
  request.from = {state_.id, incarnation_};
  request.is_request = true;
  request.what.actor = by.actor;
  request.what.request = by.request;
  request.what.events = std::move(*decided);
  self_->request(handles_->log, answer_certain, std::move(request))
      .then(
          [this, done = wish.done](const append_reply& reply) {
            if (reply.last_seq)
              done({});
            else
              done(std::unexpected{reply.last_seq.error()});
            command_done();
          },
          [this, done = wish.done](const caf::error&) {
            done(domain::refused(domain::problem_code::store_unavailable,
                                 "The outcome is not known."));
            self_->quit(caf::exit_reason::unhandled_exception);
          });
}

} // namespace cloudpods::actors
