#include "daemon/commands.hpp"

#include <iostream>

#include "daemon/http_settings.hpp"
#include "daemon/token_right.hpp"
#include "domain/formats.hpp"
#include "http/authenticate.hpp"
#include "persistence/maintenance.hpp"

namespace cloudpods::daemon {

namespace {

int failed(const std::string& why) {
  std::cerr << "cloudpodsd: " << why << '\n';
  return 1;
}

} // namespace

int migrate(const config::settings& settings) {
  const auto version = persistence::migrate(settings.postgres.dsn.reveal());
  if (!version)
    return failed(version.error().message);
  std::cout << "schema version " << *version << '\n';
  return 0;
}

int verify_log(const config::settings& settings) {
  const auto report = persistence::verify_log(settings.postgres.dsn.reveal());
  if (!report)
    return failed(report.error().message);
  if (!report->is_whole())
    return failed(*report->difference);
  std::cout << "ok, " << report->head << " events\n";
  return 0;
}

int rebuild(const config::settings& settings) {
  const auto done = persistence::rebuild(settings.postgres.dsn.reveal());
  if (!done)
    return failed(done.error().message);
  std::cout << "ok\n";
  return 0;
}

int token(const config::settings& settings, const token_wish& wish) {
  const auto auth = auth_settings_of(settings.auth);
  if (auth.hs256_secret.empty())
    return failed("no HS256 secret is configured, so no token can be made here");
  if (!wish.tenant.empty() && !domain::is_outside_id(wish.tenant)) {
    std::cerr << "cloudpodsd: the tenant must be 1 to 64 of A-Za-z0-9._-\n";
    return 2;
  }
  if (const auto right = gives_a_right(auth, wish); !right) {
    std::cerr << "cloudpodsd: " << right.error() << '\n';
    return 2;
  }
  http::token_request request;
  request.user = wish.user;
  request.tenant = wish.tenant;
  request.role = wish.role;
  request.scope = wish.scope;
  request.issued = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  request.ttl = wish.ttl;
  std::cout << http::sign_token(auth, request) << '\n';
  return 0;
}

} // namespace cloudpods::daemon
