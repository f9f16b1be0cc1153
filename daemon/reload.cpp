#include "daemon/reload.hpp"

#include <optional>

#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "config/load.hpp"
#include "daemon/http_settings.hpp"
#include "daemon/log_format.hpp"

namespace cloudpods::daemon {

namespace {

using actors::log_line;

void tell_refused(const std::vector<config::fault>& faults, const std::string& file) {
  for (const auto& each : faults)
    spdlog::error("{}", log_line("reload-refused", config::text(each, file)));
}

std::string joined(const std::vector<std::string>& keys) {
  std::string all;
  for (const auto& each : keys)
    all.append(all.empty() ? "" : ", ").append(each);
  return all;
}

/// A secret's file may hold another one under the same name.
bool has_another_secret(const config::auth_settings& one, const config::auth_settings& other) {
  const auto text = [](const config::auth_settings& of) {
    return of.hs256_secret ? of.hs256_secret->reveal() : std::string{};
  };
  return text(one) != text(other);
}

} // namespace

domain::catalogue taken_over(const domain::catalogue& running, const domain::catalogue& fresh) {
  auto made = running;
  made.plans = fresh.plans;
  made.tenant_plans = fresh.tenant_plans;
  made.blueprints = fresh.blueprints;
  made.default_blueprint = fresh.default_blueprint;
  made.default_limits = fresh.default_limits;
  made.backup_policies = fresh.backup_policies;
  return made;
}

config::auth_settings taken_over(const config::auth_settings& running,
                                 const config::auth_settings& fresh) {
  auto made = running;
  made.jwks_file = fresh.jwks_file;
  made.jwks_place = fresh.jwks_place;
  made.jwks = fresh.jwks;
  return made;
}

std::vector<config::fault> faults_of_belief(const config::auth_settings& wanted) {
  if (wanted.jwks_file.empty() && !wanted.hs256_secret)
    return {{{}, "auth.jwks_file", {}, "is gone, and a secret is taken up by a restart only"}};
  return key_set_faults(wanted);
}

std::vector<config::fault> unknown_nodes(const domain::catalogue& wanted) {
  std::vector<config::fault> faults;
  for (const auto& each : wanted.blueprints)
    for (const auto& node : each.nodes)
      if (wanted.find_node(node) == nullptr)
        faults.push_back({{},
                          "blueprints",
                          "\"" + each.code.value + "\"",
                          "is on the node " + node.value + ", which comes only with a restart"});
  return faults;
}

reloader::reloader(std::filesystem::path file, const config::settings& running, engine_room& room,
                   http::api_server& server)
    : file_(std::move(file)), running_(running), values_(config::values_of(file_)), room_(room),
      server_(server) {}

void reloader::reload() {
  const auto fresh = config::load(file_, config::process_environment());
  if (!fresh)
    return tell_refused(fresh.error(), file_.string());
  const auto auth = taken_over(running_.auth, fresh->auth);
  if (const auto faults = faults_of_belief(auth); !faults.empty())
    return tell_refused(faults, file_.string());
  const auto offers =
      std::make_shared<const domain::catalogue>(taken_over(*room_.offers(), *catalogue_of(*fresh)));
  if (const auto faults = unknown_nodes(*offers); !faults.empty())
    return tell_refused(faults, file_.string());
  if (const auto done = room_.offer(offers); !done)
    return tell_refused({{{}, {}, {}, done.error()}}, file_.string());
  server_.offer(offers);
  server_.believe(auth_settings_of(auth));
  server_.limit(rate_settings_of(fresh->rate_limit));
  set_log_level(fresh->log.level);
  spdlog::info("{}", log_line("reloaded", "the configuration was read again",
                              {{"plans", std::to_string(offers->plans.size())},
                               {"tenantPlans", std::to_string(offers->tenant_plans.size())},
                               {"blueprints", std::to_string(offers->blueprints.size())}}));
  auto keys = config::restart_keys(values_, config::values_of(file_));
  if (has_another_secret(running_.auth, fresh->auth))
    keys.emplace_back("the content of auth.hs256_secret_file");
  if (!keys.empty())
    spdlog::warn("{}", log_line("restart-needed", "these take effect with a restart",
                                {{"keys", joined(keys)}}));
}

} // namespace cloudpods::daemon
