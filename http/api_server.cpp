#include "http/api_server.hpp"

#include <random>
#include <utility>

#include "http/application.hpp"
#include "http/hmac.hpp"
#include "http/openapi_document.hpp"

namespace cloudpods::http {

namespace {

/// Cursors outlive a restart where there is a secret to seal them with.
std::string cursor_key(const auth_settings& auth) {
  if (!auth.hs256_secret.empty())
    return hmac_sha256(auth.hs256_secret, "page cursors");
  std::random_device random;
  std::string key;
  for (int i = 0; i < 32; ++i)
    key.push_back(static_cast<char>(random()));
  return key;
}

std::shared_ptr<const api_common> common_of(api_settings settings,
                                            const actors::service_state& phase) {
  page_cursor cursors{cursor_key(settings.auth)};
  auto places = std::make_shared<stream_places>(settings.streams_per_tenant);
  return std::make_shared<api_common>(api_common{
      std::move(settings), phase, std::move(cursors), std::move(places),
      std::make_shared<stream_tickets>(), std::make_shared<const std::string>(openapi_document())});
}

} // namespace

struct api_server::state {
  state(api_settings settings, caf::actor_system& actors, const actors::service_state& phase)
      : common(common_of(std::move(settings), phase)),
        shared_load(
            std::make_shared<load>(common->settings.max_in_flight, common->settings.max_waiting)),
        rates(std::make_shared<rate_limiter>(common->settings.rates)),
        serving(common->settings.server, [this, &actors](boost::asio::io_context& io) {
          return std::make_unique<application>(io, actors, common, shared_load, rates);
        }) {}

  std::shared_ptr<const api_common> common;
  std::shared_ptr<load> shared_load;
  std::shared_ptr<rate_limiter> rates;
  server serving;
};

api_server::api_server(api_settings settings, caf::actor_system& actors,
                       const actors::service_state& phase)
    : state_(std::make_unique<state>(std::move(settings), actors, phase)) {}

api_server::~api_server() = default;

std::uint16_t api_server::start() { return state_->serving.start(); }

void api_server::offer(std::shared_ptr<const domain::catalogue> offers) {
  const auto plans = std::make_shared<const plan_documents>(std::move(offers));
  state_->serving.tell(
      [plans](service& each) { static_cast<application&>(each).behind().offer(plans); });
}

void api_server::believe(const auth_settings& auth) {
  const auto shared = std::make_shared<const auth_settings>(auth);
  state_->serving.tell(
      [shared](service& each) { static_cast<application&>(each).believe(shared); });
}

void api_server::limit(const rate_settings& rates) { state_->rates->set(rates); }

void api_server::ping(const std::function<void()>& answered) {
  state_->serving.tell([answered](service&) { answered(); });
}

void api_server::connect(actor_handles actors) {
  state_->serving.tell([actors = std::move(actors)](service& each) {
    static_cast<application&>(each).behind().connect(actors);
  });
}

void api_server::stop(std::chrono::milliseconds grace) { state_->serving.stop(grace); }

} // namespace cloudpods::http
