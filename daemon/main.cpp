#include <iostream>

#include <CLI/CLI.hpp>

#include "config/load.hpp"
#include "daemon/commands.hpp"
#include "daemon/http_settings.hpp"
#include "daemon/serve.hpp"
#include "daemon/ssh_faults.hpp"

namespace {

using namespace cloudpods;

void print(const std::vector<config::fault>& faults, const std::string& path) {
  for (const auto& each : faults)
    std::cerr << config::text(each, path) << '\n';
}

/// Prints every fault; nothing where there are any.
std::optional<config::settings> load(const std::string& path) {
  auto loaded = config::load(path, config::process_environment());
  const auto faults = loaded ? daemon::key_set_faults(loaded->auth) : std::move(loaded).error();
  if (faults.empty())
    return std::move(*loaded);
  print(faults, path);
  return std::nullopt;
}

int check_config(const std::string& path) {
  const auto settings = load(path);
  if (!settings)
    return 1;
  if (const auto faults = daemon::ssh_faults(*settings); !faults.empty()) {
    print(faults, path);
    return 1;
  }
  std::cout << "ok\n";
  return 0;
}

struct arguments {
  std::string config;
  daemon::token_wish token;
};

CLI::App* add(CLI::App& app, arguments& given, const std::string& name,
              const std::string& description) {
  auto* command = app.add_subcommand(name, description);
  command->add_option("--config", given.config, "The configuration file")->required();
  return command;
}

CLI::App* add_token(CLI::App& app, arguments& given) {
  auto* command = add(app, given, "token", "Mint a token, where an HS256 secret is configured");
  command->add_option("--tenant", given.token.tenant, "The tenant it speaks for");
  command->add_option("--user", given.token.user, "The user's id")->required();
  command->add_option("--role", given.token.role, "owner, admin, member, dev, viewer or billing");
  command->add_option("--scope", given.token.scope, "Platform scopes, separated by blanks");
  command->add_option_function<std::string>(
      "--ttl",
      [&given](const std::string& text) {
        const std::map<char, int> units{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
        const auto unit = text.empty() ? units.end() : units.find(text.back());
        const auto digits = unit == units.end() ? text : text.substr(0, text.size() - 1);
        if (digits.empty() || digits.size() > 7 ||
            digits.find_first_not_of("0123456789") != std::string::npos)
          throw CLI::ValidationError{"--ttl", "must be a number with s, m, h or d"};
        given.token.ttl =
            std::chrono::seconds{std::stol(digits) * (unit == units.end() ? 1 : unit->second)};
      },
      "How long it is good, such as 90s, 15m or 1h");
  return command;
}

} // namespace

int main(int count, char** words) {
  CLI::App app{"The CloudPods control plane: turns Proxmox hosts into a cloud for tenants."};
  app.require_subcommand(1);
  arguments given;
  auto* serve = add(app, given, "serve", "Run the daemon");
  auto* check = add(app, given, "check-config", "Print every problem of the configuration file");
  auto* migrate = add(app, given, "migrate", "Bring the database schema up to date");
  auto* verify = add(app, given, "verify-log", "Prove that the event log is whole");
  auto* rebuild = add(app, given, "rebuild", "Make the projections anew from the log");
  auto* token = add_token(app, given);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  try {
    if (check->parsed())
      return check_config(given.config);
    const auto settings = load(given.config);
    if (!settings)
      return 2;
    if (serve->parsed())
      return daemon::serve(*settings, given.config);
    if (migrate->parsed())
      return daemon::migrate(*settings);
    if (verify->parsed())
      return daemon::verify_log(*settings);
    if (rebuild->parsed())
      return daemon::rebuild(*settings);
    if (token->parsed())
      return daemon::token(*settings, given.token);
  } catch (const std::exception& why) {
    std::cerr << "cloudpodsd: " << why.what() << '\n';
    return 1;
  }
  return 2;
}
