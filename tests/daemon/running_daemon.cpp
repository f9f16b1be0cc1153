#include "daemon/running_daemon.hpp"

#include <csignal>
#include <fstream>
#include <stdexcept>

#include <libpq-fe.h>

namespace cloudpods::tests {

namespace {

constexpr const char* secret = "a-secret-of-tests-that-is-long-enough-0123456789";

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream{file} << text;
}

std::string quoted(const std::filesystem::path& path) { return "\"" + path.string() + "\""; }

} // namespace

installation::installation() : dsn_(support::shared_postgres().create_database()) {
  write(folder_.path() / "secret", secret);
}

void installation::set(const std::string& section, const std::string& lines) {
  more_[section] += lines + "\n";
}

std::filesystem::path installation::config_file() const {
  auto more = more_;
  const auto section = [&](const std::string& name, const std::string& lines) {
    const auto found = more.find(name);
    const auto extra = found == more.end() ? std::string{} : found->second;
    if (found != more.end())
      more.erase(found);
    const bool list = name == "nodes";
    return (list ? "[[" : "[") + name + (list ? "]]\n" : "]\n") + lines + extra + "\n";
  };
  std::string text;
  text += section("http", "listen = \"127.0.0.1:0\"\n");
  text += section("auth", "hs256_secret_file = " + quoted(folder_.path() / "secret") + "\n");
  text += section("postgres", "dsn = \"" + dsn_ + "\"\n");
  text += section(
      "ssh", "user = \"" + node_.user() + "\"\nprivate_key_file = " + quoted(node_.key_file()) +
                 "\nknown_hosts_file = " + quoted(node_.known_hosts_file()) + "\nsudo = true\n");
  text += section("nodes", "name = \"pve1\"\nhost = \"" + node_.host() +
                               "\"\nport = " + std::to_string(node_.port()) +
                               "\nregion = \"migra-us-east-1\"\nsnippets_storage = \"local\"\n"
                               "ipam_file = " +
                               quoted(node_.root() / "ipam-of-vms.txt") + "\n" +
                               (more["nodes"].contains("log_file") ? "" : "log_file = \"\"\n"));
  text += section("jobs", "backoff_initial_ms = 20\nbackoff_max_ms = 100\n");
  text += section("quota", "max_pods = 100\nmax_cpu_cores = 400\nmax_memory_mb = 400000\n"
                           "max_disk_gb = 10000\n");
  text += section("rate_limit", "mutations_per_minute = 0\nreads_per_second = 0\n");
  text += section("defaults", "vmid_min = 100000\nvmid_max = 199999\n");
  text += "[[plans]]\ncode = \"starter\"\naliases = [\"CLOUD_POD_STARTER\"]\nname = \"Starter\"\n"
          "price_monthly = 1.49\nvcpu = 1\nram_mb = 1024\nstorage_gb = 30\nswap_mb = 512\n\n"
          "[[plans]]\ncode = \"student\"\nname = \"Student\"\nprice_monthly = 0.0\nvcpu = 1\n"
          "ram_mb = 1024\nstorage_gb = 2\nswap_mb = 256\nbandwidth_gb = 50\n\n"
          "[[blueprints]]\ncode = \"ubuntu-24-minimal\"\nname = \"Ubuntu 24.04\"\n"
          "kind = \"template\"\nguest = \"vm\"\nproxmox_template_vmid = 9100\nnodes = [\"pve1\"]\n"
          "min_disk_gb = 8\ndefault_node = \"pve1\"\nstorage_pool = \"clients-main\"\n"
          "network_bridge = \"vmbr0\"\ndisk = \"scsi0\"\nci_user = \"ubuntu\"\n\n"
          "[[blueprints]]\ncode = \"ubuntu-24-container\"\nname = \"Ubuntu 24.04 container\"\n"
          "kind = \"template\"\nguest = \"ct\"\nproxmox_template_vmid = 9000\nnodes = [\"pve1\"]\n"
          "min_disk_gb = 8\ndefault_node = \"pve1\"\nstorage_pool = \"clients-main\"\n"
          "network_bridge = \"vmbr0\"\n\n"
          "[[ip_pools]]\nregion = \"migra-us-east-1\"\ncidr = \"10.1.0.0/16\"\n"
          "first = \"10.1.10.100\"\nlast = \"10.1.99.254\"\ngateway = \"10.1.10.1\"\n"
          "nameserver = \"10.1.10.2\"\n";
  // What it does by itself is looked at where a test asks for it.
  more.try_emplace("focalpilot", "enabled = false\n");
  for (const auto& [name, lines] : more)
    text += "[" + name + "]\n" + lines + "\n";
  const auto file = folder_.path() / "cloudpods.toml";
  write(file, text);
  return file;
}

std::string installation::token(const std::string& tenant, const std::string& role,
                                const std::string& scope) const {
  std::vector<std::string> argv{CLOUDPODSD_PROGRAM, "token",  "--config", config_file().string(),
                                "--user",           "user-7", "--ttl",    "1h"};
  if (!tenant.empty())
    argv.insert(argv.end(), {"--tenant", tenant});
  if (!role.empty())
    argv.insert(argv.end(), {"--role", role});
  if (!scope.empty())
    argv.insert(argv.end(), {"--scope", scope});
  const auto made = support::run_program(argv);
  if (made.code != 0)
    throw std::runtime_error{"no token: " + made.err};
  return made.out.substr(0, made.out.find('\n'));
}

support::finished installation::run(const std::string& command) const {
  return support::run_program({CLOUDPODSD_PROGRAM, command, "--config", config_file().string()});
}

std::string installation::select(const std::string& sql) const {
  PGconn* link = PQconnectdb(dsn_.c_str());
  PGresult* rows = PQexec(link, sql.c_str());
  if (PQresultStatus(rows) != PGRES_TUPLES_OK)
    throw std::runtime_error{sql + ": " + PQerrorMessage(link)};
  const std::string value = PQntuples(rows) > 0 ? PQgetvalue(rows, 0, 0) : "";
  PQclear(rows);
  PQfinish(link);
  return value;
}

running_daemon::running_daemon(const installation& where, const std::string& name,
                               const std::map<std::string, std::string>& environment)
    : where_(where),
      process_(support::child_process::start(
          {.argv = {CLOUDPODSD_PROGRAM, "serve", "--config", where.config_file().string()},
           .environment = environment,
           .output = where.folder() / (name + ".log"),
           .input = {},
           .user = {},
           .folder = {}})) {}

void running_daemon::await_listening(std::chrono::milliseconds limit) {
  const auto line = process_.wait_for_line("\"listening", limit);
  if (!line)
    throw std::runtime_error{"the daemon does not listen: " + log()};
  const auto at = line->find("\"port\":\"");
  port_ = static_cast<std::uint16_t>(std::stoi(line->substr(at + 8)));
}

bool running_daemon::await_log(const std::string& text, std::chrono::milliseconds limit) {
  return process_.wait_for_line(text, limit).has_value();
}

void running_daemon::await_serving(std::chrono::milliseconds limit) {
  await_listening(limit);
  if (!await_log("\"serving", limit))
    throw std::runtime_error{"the daemon does not serve: " + log()};
}

support::child_end running_daemon::stop(std::chrono::milliseconds limit) {
  process_.signal(SIGTERM);
  const auto end = process_.wait_exit(limit);
  if (!end)
    throw std::runtime_error{"the daemon does not stop: " + log()};
  return *end;
}

void running_daemon::kill() {
  process_.signal(SIGKILL);
  process_.wait_exit(std::chrono::seconds{10});
}

api_client running_daemon::client(const std::string& tenant, const std::string& role,
                                  const std::string& scope) const {
  return {port_, where_.token(tenant, role, scope)};
}

} // namespace cloudpods::tests
