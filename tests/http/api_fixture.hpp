#pragma once

#include <memory>
#include <string>

#include <boost/json.hpp>

#include "actors/service_state.hpp"
#include "http/api_server.hpp"
#include "moved_clock.hpp"
#include "scripted_actors.hpp"
#include "wire_client.hpp"

namespace cloudpods::test {

/// The whole room over real sockets, with scripted actors behind it.
struct api_fixture {
  scripted_actors behind;
  actors::service_state state;
  moved_clock time;
  http::api_settings settings;
  std::unique_ptr<http::api_server> server;
  std::uint16_t port = 0;

  api_fixture() {
    settings.server.port = 0;
    settings.auth.hs256_secret = "a secret of more than thirty-two bytes";
    settings.now = time.clocks();
    settings.trusted_proxies = {"127.0.0.1/32"};
    settings.metrics_from = {"127.0.0.0/8"};
  }
  ~api_fixture() {
    if (server)
      server->stop(std::chrono::milliseconds{0});
    server.reset();
  }

  /// Listens; nothing else is up yet.
  void listen() {
    server = std::make_unique<http::api_server>(settings, behind.system(), state);
    port = server->start();
  }

  /// Up and serving.
  void serve() {
    listen();
    auto offers = std::make_shared<domain::catalogue>();
    offers->plans.push_back({.code = domain::plan_code{"premium"},
                             .aliases = {},
                             .name = "Premium",
                             .description = "",
                             .price_monthly_cents = 249,
                             .bandwidth_gb = {},
                             .max_pods_per_tenant = {},
                             .billing_product_id = "",
                             .backup_policy = ""});
    offers->plans.push_back(offers->plans.front());
    offers->plans.back().code = domain::plan_code{"starter"};
    offers->plans.back().aliases = {"CLOUD_POD_STARTER"};
    offers->plans.back().price_monthly_cents = 149;
    offers->plans.back().backup_policy = "basic";
    offers->backup_policies.push_back({"basic", 168, 2, 14});
    auto& blueprint = offers->blueprints.emplace_back();
    blueprint.code = domain::blueprint_code{"ubuntu-24-minimal"};
    blueprint.name = "Ubuntu 24.04";
    offers->tenant_plans.push_back(
        {"cloud-basic", "cloud-basic", "Cloud Basic", "", {{5, 10, 20480, 500}}, "basic"});
    server->offer(std::move(offers));
    server->connect(behind.handles());
    state.note_store(true);
    state.enter(actors::service_phase::serving);
  }

  std::string token(const std::string& tenant, const std::string& role,
                    const std::string& scope = "", const std::string& user = "user-7") const {
    http::token_request wanted;
    wanted.user = user;
    wanted.tenant = tenant;
    wanted.role = role;
    wanted.scope = scope;
    wanted.issued = time.wall();
    return http::sign_token(settings.auth, wanted);
  }
  std::string owner() const { return token("T-1", "owner"); }
  std::string service() const { return token("", "", "platform:service"); }

  /// One request on a connection of its own.
  std::string ask(const std::string& method, const std::string& target, const std::string& bearer,
                  const std::string& headers = "", const std::string& body = "") const {
    wire_client client(port);
    auto text = method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers;
    if (!bearer.empty())
      text += "Authorization: Bearer " + bearer + "\r\n";
    if (!body.empty())
      text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    client.send(text + "\r\n" + body);
    return client.rest();
  }

  static int status(const std::string& answer) {
    return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
  }
  static boost::json::object json(const std::string& answer) {
    return boost::json::parse(answer.substr(answer.find("\r\n\r\n") + 4)).as_object();
  }
  static std::string code(const std::string& answer) {
    return std::string{json(answer).at("code").as_string()};
  }
  static bool has(const std::string& answer, const std::string& part) {
    return answer.find(part) != std::string::npos;
  }
};

inline constexpr auto json_header = "Content-Type: application/json\r\n";

} // namespace cloudpods::test
