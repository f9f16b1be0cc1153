#include "daemon/http_settings.hpp"

#include "http/key_set.hpp"

namespace cloudpods::daemon {

namespace {

std::shared_ptr<const http::key_set> keys_of(const config::auth_settings& from) {
  auto made = from.jwks_file.empty()
                  ? http::key_set{}
                  : http::key_set::from_json(from.jwks).value_or(http::key_set{});
  return made.empty() ? nullptr : std::make_shared<const http::key_set>(std::move(made));
}

} // namespace

std::vector<config::fault> key_set_faults(const config::auth_settings& from) {
  if (from.jwks_file.empty())
    return {};
  std::vector<config::fault> faults;
  const auto tell = [&](const std::string& sentence) {
    faults.push_back({from.jwks_place, "auth.jwks_file",
                      "\"" + from.jwks_file.filename().string() + "\"", sentence});
  };
  const auto keys = http::key_set::from_json(from.jwks);
  if (!keys)
    for (const auto& each : keys.error())
      tell(each);
  else if (keys->empty() && !from.hs256_secret)
    tell("holds no key for signatures: no token could be believed");
  return faults;
}

http::auth_settings auth_settings_of(const config::auth_settings& from) {
  http::auth_settings made;
  made.issuer = from.issuer;
  made.audience = from.audience;
  if (from.hs256_secret)
    made.hs256_secret = from.hs256_secret->reveal();
  made.keys = keys_of(from);
  made.leeway = from.leeway;
  made.claims.user = from.claims.user;
  made.claims.tenant = from.claims.tenant;
  made.claims.role = from.claims.role;
  made.claims.scope = from.claims.scope;
  made.claims.permissions = from.claims.permissions;
  made.roles.insert(from.roles.begin(), from.roles.end());
  for (const auto& [theirs, ours] : from.permissions)
    made.permissions.insert_or_assign(theirs, ours);
  made.member_may_act = from.member_may_act;
  return made;
}

http::rate_settings rate_settings_of(const config::rate_limit_settings& from) {
  return {from.mutations_per_minute, from.mutations_burst, from.reads_per_second};
}

http::api_settings api_settings_of(const config::settings& from) {
  http::api_settings made;
  made.server.address = from.http.listen.address;
  made.server.port = from.http.listen.port;
  made.server.threads = static_cast<unsigned>(from.http.threads);
  made.server.max_connections = from.http.max_connections;
  made.server.session.reading.body_bytes = from.http.max_body_bytes;
  made.server.session.idle_timeout = from.http.idle_timeout;
  made.server.session.header_timeout = from.http.header_timeout;
  made.auth = auth_settings_of(from.auth);
  for (const auto& each : from.http.trusted_proxies)
    made.trusted_proxies.push_back(config::text(each));
  for (const auto& each : from.http.metrics_from)
    made.metrics_from.push_back(config::text(each));
  made.allowed_origins = from.http.allowed_origins;
  made.max_wait = from.http.max_wait;
  made.rates = rate_settings_of(from.rate_limit);
  return made;
}

} // namespace cloudpods::daemon
