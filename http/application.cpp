#include "http/application.hpp"

#include <spdlog/spdlog.h>

#include "http/client_address.hpp"
#include "http/problem_response.hpp"
#include "http/routes.hpp"
#include "http/text.hpp"
#include "wire/json_body.hpp"

namespace cloudpods::http {

using actors::service_phase;
using domain::problem_code;

namespace {

bool changes_something(const request& asked) {
  return asked.method == verb::post || asked.method == verb::put || asked.method == verb::del;
}

/// A ticket for the stream is asked for with POST and changes nothing of the tenant's.
bool is_mutation(const request& asked, const route& to) {
  return changes_something(asked) && to.right != action::stream;
}

/// Everything under these is somebody's: there a token is looked at before the path (contract 5).
bool is_guarded(const target& where) {
  const auto segments = where.segments();
  return !segments.empty() && (segments.front() == "api" || segments.front() == "internal");
}

domain::expected<void> check_body(const request& asked) {
  if (!changes_something(asked) || asked.body.empty())
    return {};
  const auto type = asked.content_type.value_or("");
  if (!equals_folded(trimmed(type.substr(0, type.find(';'))), json_type))
    return domain::refused(problem_code::unsupported_media_type, "a body is application/json");
  if (auto body = wire::json_body::parse(asked.body); !body)
    return std::unexpected(std::move(body).error());
  return {};
}

/// Refusals that a tenant's own limits made.
bool is_limit(problem_code code) {
  return code == problem_code::quota_exceeded || code == problem_code::too_many_jobs;
}

std::optional<std::chrono::seconds> wait_of(const rate_verdict& rate) {
  return rate.allowed ? std::nullopt : std::optional{rate.retry};
}

void tell(const rate_verdict& rate, response& answer) {
  answer.set("RateLimit-Limit", std::to_string(rate.limit));
  answer.set("RateLimit-Remaining", std::to_string(rate.remaining));
  answer.set("RateLimit-Reset", std::to_string(rate.reset.count()));
}

/// A `PLAN_NOT_FOUND` of a GET, or of a deploy, is about what its path names.
subject subject_of(const route* to) {
  const bool is_resource = to != nullptr && to->path.find('{') != std::string_view::npos &&
                           (to->method == verb::get || to->path.ends_with("{slug}/deploy"));
  return is_resource ? subject::resource : subject::named;
}

} // namespace

application::application(boost::asio::io_context& io, caf::actor_system& actors,
                         std::shared_ptr<const api_common> common,
                         std::shared_ptr<load> shared_load, std::shared_ptr<rate_limiter> rates)
    : common_(std::move(common)), load_(std::move(shared_load)), rates_(std::move(rates)),
      auth_(common_, &common_->settings.auth), authenticator_(auth_),
      ids_(common_->settings.trusted_proxies), trusted_(common_->settings.trusted_proxies),
      scrapers_(common_->settings.metrics_from), meter_(common_->settings.meters),
      router_(route_table()), api_(io, actors, common_) {}

void application::believe(std::shared_ptr<const auth_settings> auth) {
  auth_ = std::move(auth);
  authenticator_ = authenticator{auth_};
}

boost::asio::awaitable<response> application::answer(request& asked) {
  const auto method = asked.method;
  const auto begun = std::chrono::steady_clock::now();
  remarks aside;
  auto answer = co_await decide(asked, aside);
  meter_.note(method, aside.to, answer.status, std::chrono::steady_clock::now() - begun);
  co_return answer;
}

boost::asio::awaitable<response> application::decide(request& asked, remarks& aside) {
  const auto id = ids_.name(asked);
  const auto where = target::parse(asked.target);
  auto admitted = admit(asked, where, aside);
  const auto* to = admitted ? admitted->to : nullptr;
  domain::expected<response> result;
  load_ticket ticket{load_};
  if (!admitted) {
    result = std::unexpected(std::move(admitted).error());
  } else if (to->access == access::operators || to->access == access::scrapers || ticket.enter()) {
    exchange with{asked, *where, id, admitted->parameters, std::move(admitted->who), ticket};
    result = co_await to->answer(api_, with);
    if (!result && is_limit(result.error().code) && with.who && with.who->tenant)
      api_.note_refusal(*with.who->tenant);
  } else {
    result = domain::refused(problem_code::overloaded, "too many requests are under way");
  }
  auto answer = result ? *std::move(result)
                       : problem_response(result.error(), {asked.target, id, wait_of(aside.rate)},
                                          subject_of(to));
  if (!aside.allow.empty())
    answer.set("Allow", std::move(aside.allow));
  if (aside.rate.applies)
    tell(aside.rate, answer);
  answer.set("X-Request-Id", id);
  co_return answer;
}

response application::refuse(const request& asked, const domain::problem& why) {
  const auto id = ids_.name(asked);
  if (why.code == problem_code::internal_error)
    spdlog::error("http-request-failed requestId={}", id);
  auto answer = problem_response(why, {asked.target, id, {}});
  answer.set("X-Request-Id", id);
  meter_.note(asked.method, nullptr, answer.status, {});
  return answer;
}

bool application::may_scrape(const request& asked) const {
  const auto client = client_of(asked, trusted_);
  return client && scrapers_.hold(*client);
}

domain::expected<application::admission>
application::admit(const request& asked, const std::optional<target>& where, remarks& aside) {
  if (!where)
    return domain::refused(problem_code::bad_request, "the request's target is none");
  if (!asked.repeated.empty())
    return domain::refused(problem_code::bad_request,
                           "the header " + std::string{asked.repeated} + " came more than once");
  auto found = router_.find(asked.method, where->segments());
  if (found && found->for_scrapers && !may_scrape(asked))
    found.reset();
  const auto* to = aside.to = found ? found->chosen : nullptr;
  if (auto serving = check_phase(to); !serving)
    return std::unexpected(std::move(serving).error());
  admission let_in{to, found ? found->parameters : path_parameters{}, nullptr};
  if (found ? found->needs_token : is_guarded(*where)) {
    auto who = authenticate(asked, *where, to);
    if (!who)
      return std::unexpected(std::move(who).error());
    let_in.who = *std::move(who);
  }
  if (!found)
    return not_found("path");
  if (to == nullptr) {
    aside.allow = found->allow;
    return domain::refused(problem_code::method_not_allowed,
                           "this path knows the methods " + found->allow);
  }
  if (let_in.who)
    if (auto allowed = check_rate(*let_in.who, is_mutation(asked, *to), aside); !allowed)
      return std::unexpected(std::move(allowed).error());
  if (auto sound = check_body(asked); !sound)
    return std::unexpected(std::move(sound).error());
  if (let_in.who)
    if (auto allowed = check_right(*let_in.who, *to, asked, *where); !allowed)
      return std::unexpected(std::move(allowed).error());
  // Whoever wants a trial must not get the deed.
  if (is_mutation(asked, *to) && where->parameter("dryRun"))
    return domain::refused(problem_code::validation_failed,
                           "dryRun is not known here: nothing was done");
  return let_in;
}

domain::expected<void> application::check_phase(const route* to) const {
  if (to != nullptr && (to->access == access::operators || to->access == access::scrapers))
    return {};
  switch (common_->state.phase()) {
  case service_phase::starting:
    return domain::refused(problem_code::starting, "the daemon is starting");
  case service_phase::standby:
    return domain::refused(problem_code::standby, "this daemon is a standby");
  case service_phase::stopping:
    if (to != nullptr && to->method != verb::get)
      return domain::refused(problem_code::standby, "the daemon is stopping");
    break;
  case service_phase::serving:
    break;
  }
  if (!api_.plans())
    return domain::refused(problem_code::starting, "the daemon is starting");
  return {};
}

/// A browser cannot send a header with a stream, so there a ticket stands for a token.
domain::expected<std::shared_ptr<const caller>>
application::authenticate(const request& asked, const target& where, const route* to) {
  if (where.parameter("token") || where.parameter("access_token"))
    return domain::refused(problem_code::unauthorized, "a token comes in the header only");
  const auto ticket = where.parameter("ticket");
  if (ticket && to != nullptr && to->right == action::stream && asked.method == verb::get) {
    if (auto who = common_->tickets->redeem(*ticket, common_->settings.now.wall()))
      return who;
    return domain::refused(problem_code::unauthorized, "the ticket was used, or has expired");
  }
  if (!asked.authorization)
    return domain::refused(problem_code::unauthorized, "a token is needed");
  auto who = authenticator_.authenticate(*asked.authorization, common_->settings.now.wall());
  if (!who)
    return domain::refused(problem_code::unauthorized, who.error().sentence);
  return *std::move(who);
}

/// Platform scopes are not limited (contract 3).
domain::expected<void> application::check_rate(const caller& who, bool mutates, remarks& aside) {
  if (who.is_platform() || !who.tenant)
    return {};
  aside.rate = rates_->take(*who.tenant, mutates, common_->settings.now.steady());
  if (aside.rate.allowed)
    return {};
  api_.note_refusal(*who.tenant);
  return domain::refused(problem_code::rate_limited, "too many requests of this tenant");
}

/// What a body names is judged by the handler that reads it.
domain::expected<void> application::check_right(const caller& who, const route& to,
                                                const request& asked, const target& where) const {
  if (to.right)
    if (auto allowed = may(who, *to.right, auth_->member_may_act); !allowed)
      return allowed;
  if (auto own = check_named_tenant(who, asked.tenant_id); !own)
    return own;
  return check_named_tenant(who, where.parameter("tenantId"));
}

} // namespace cloudpods::http
