#include "site.hpp"

#include <csignal>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include <libpq-fe.h>
#include <unistd.h>

#include "figures.hpp"
#include "http/authenticate.hpp"
#include "support/files.hpp"
#include "support/processes.hpp"

namespace cloudpods::bench {

namespace {

constexpr const char* secret = "a-secret-of-the-bench-that-is-long-enough-0123456789";
constexpr std::chrono::seconds start_limit{120};
constexpr std::chrono::seconds stop_limit{40};

constexpr const char* fixed_lines = R"toml(
[http]
listen = "127.0.0.1:0"
max_connections = 10000

[auth]
issuer = "mpanel"
audience = ["cloudpods"]
hs256_secret_file = "secret"

[quota]
max_pods = -1
max_cpu_cores = -1
max_memory_mb = -1
max_disk_gb = -1

[rate_limit]
mutations_per_minute = 0
reads_per_second = 0

[defaults]
vmid_min = 100000
vmid_max = 999999

[[plans]]
code = "starter"
name = "Starter"
description = "For one small site"
price_monthly = 1.49
vcpu = 1
ram_mb = 1024
storage_gb = 30
swap_mb = 512

[[plans]]
code = "student"
name = "Student"
description = "To try things out"
price_monthly = 0.0
vcpu = 1
ram_mb = 1024
storage_gb = 2
swap_mb = 256
bandwidth_gb = 50

[[plans]]
code = "premium"
name = "Premium"
description = "For several sites"
price_monthly = 2.49
vcpu = 2
ram_mb = 2048
storage_gb = 75
swap_mb = 512

[[plans]]
code = "business"
name = "Business"
description = "For shops"
price_monthly = 3.99
vcpu = 3
ram_mb = 4096
storage_gb = 100
swap_mb = 1024

[[blueprints]]
code = "ubuntu-24-minimal"
name = "Ubuntu 24.04"
kind = "template"
guest = "vm"
proxmox_template_vmid = 9100
nodes = ["pve1"]
min_disk_gb = 8
default_node = "pve1"
storage_pool = "clients-main"
network_bridge = "vmbr0"
disk = "scsi0"
ci_user = "ubuntu"

[[ip_pools]]
region = "migra-us-east-1"
cidr = "10.0.0.0/8"
first = "10.1.0.1"
last = "10.200.255.254"
gateway = "10.0.0.1"
nameserver = "10.0.0.2"
)toml";

std::string quoted(const std::filesystem::path& path) { return "\"" + path.string() + "\""; }

} // namespace

support::postgres_server& durable_postgres() {
  static support::postgres_server server{
      {.fsync = true, .settings = {"max_wal_size=4GB", "synchronous_commit=on"}}};
  return server;
}

std::string tenant_name(int number) { return "tenant-" + std::to_string(number); }

site::site(site_settings settings, std::string dsn)
    : settings_(std::move(settings)),
      dsn_(dsn.empty() ? durable_postgres().create_database() : std::move(dsn)) {
  node_.emplace();
  if (!settings_.has_node)
    node_->stop_sshd();
  support::write_file(folder_.path() / "secret", secret);
  write_config();
}

std::string site::node_lines() const {
  std::ostringstream out;
  out << "[ssh]\nuser = \"" << node_->user()
      << "\"\nprivate_key_file = " << quoted(node_->key_file())
      << "\nknown_hosts_file = " << quoted(node_->known_hosts_file())
      << "\nsudo = true\n\n[[nodes]]\nname = \"pve1\"\nhost = \"" << node_->host()
      << "\"\nport = " << (settings_.has_node ? node_->port() : support::free_port())
      << "\nregion = \"migra-us-east-1\"\nsnippets_storage = \"local\"\nipam_file = "
      << quoted(node_->root() / "ipam-of-vms.txt")
      << "\nlog_file = \"\"\nmax_concurrency = " << settings_.max_concurrency
      << "\nstorage_concurrency = 64\nmax_connections = 10\n";
  return out.str();
}

void site::write_config() const {
  std::ofstream out{folder_.path() / "cloudpods.toml"};
  out << fixed_lines << "\n[log]\nlevel = \"" << settings_.log_level << "\"\n\n[postgres]\ndsn = \""
      << dsn_ << "\"\n\n"
      << node_lines();
}

double site::start() {
  const auto begun = steady::now();
  daemon_.reset();
  const auto log = folder_.path() / "daemon.log";
  std::filesystem::remove(log);
  daemon_.emplace(support::child_process::start(
      {.argv = {CLOUDPODSD_PROGRAM, "serve", "--config", folder_.path() / "cloudpods.toml"},
       .environment = {},
       .output = log,
       .input = {},
       .user = {},
       .folder = {}}));
  const auto listening = daemon_->wait_for_line("\"listening", start_limit);
  if (!listening || !daemon_->wait_for_line("\"serving", start_limit))
    throw std::runtime_error{"the daemon does not serve: " + daemon_->output()};
  const auto took = seconds_since(begun);
  port_ =
      static_cast<std::uint16_t>(std::stoi(listening->substr(listening->find("\"port\":\"") + 8)));
  return took;
}

void site::stop() {
  daemon_->signal(SIGTERM);
  if (!daemon_->wait_exit(stop_limit))
    throw std::runtime_error{"the daemon does not stop"};
}

double site::verify() const {
  const auto begun = steady::now();
  const auto done = support::run_program(
      {CLOUDPODSD_PROGRAM, "verify-log", "--config", folder_.path() / "cloudpods.toml"}, {},
      start_limit);
  if (done.code != 0)
    throw std::runtime_error{"the log is not whole: " + done.err};
  return seconds_since(begun);
}

std::string site::signed_token(const std::string& tenant, const std::string& scope) const {
  http::auth_settings auth;
  auth.issuer = "mpanel";
  auth.audience = {"cloudpods"};
  auth.hs256_secret = secret;
  http::token_request wish;
  wish.user = "user-7";
  wish.tenant = tenant;
  wish.role = tenant.empty() ? "" : "owner";
  wish.scope = scope;
  wish.issued = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  wish.ttl = std::chrono::hours{2};
  return http::sign_token(auth, wish);
}

std::string site::token(const std::string& tenant) const { return signed_token(tenant, ""); }

std::string site::platform_token() const { return signed_token("", "platform:admin"); }

std::int64_t site::count(const std::string& sql) const {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> link{PQconnectdb(dsn_.c_str()), PQfinish};
  const std::unique_ptr<PGresult, void (*)(PGresult*)> rows{PQexec(link.get(), sql.c_str()),
                                                            PQclear};
  if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK || PQntuples(rows.get()) == 0)
    throw std::runtime_error{sql + ": " + PQerrorMessage(link.get())};
  return std::stoll(PQgetvalue(rows.get(), 0, 0));
}

double site::cpu_seconds() const {
  std::ifstream status{"/proc/" + std::to_string(daemon_->pid()) + "/stat"};
  std::string line;
  std::getline(status, line);
  std::istringstream fields{line.substr(line.rfind(')') + 2)};
  std::string skipped;
  for (int i = 3; i < 14; ++i)
    fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double site::resident_mb() const {
  std::ifstream status{"/proc/" + std::to_string(daemon_->pid()) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:"))
      return std::stod(line.substr(6)) / 1024;
  throw std::runtime_error{"the daemon is gone"};
}

} // namespace cloudpods::bench
