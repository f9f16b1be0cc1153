#include "support/postgres_server.hpp"

#include "support/files.hpp"
#include "support/processes.hpp"

#include <chrono>
#include <libpq-fe.h>
#include <memory>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>

namespace cloudpods::support {

namespace {

constexpr std::chrono::seconds limit{30};

std::filesystem::path find_programs() {
  const std::filesystem::path usual{"/usr/lib/postgresql/15/bin"};
  if (exists(usual / "initdb"))
    return usual;
  auto named = run_program({"pg_config", "--bindir"}).out;
  while (!named.empty() && named.back() == '\n')
    named.pop_back();
  if (!exists(std::filesystem::path{named} / "initdb"))
    throw std::runtime_error{"no Postgres server programs found"};
  return named;
}

void give_to(const std::filesystem::path& folder, const std::string& user) {
  const auto* found = ::getpwnam(user.c_str());
  if (!found || ::chown(folder.c_str(), found->pw_uid, found->pw_gid) != 0)
    throw std::runtime_error{"cannot give " + folder.string() + " to " + user};
}

} // namespace

postgres_server::postgres_server(postgres_options options)
    : options_{std::move(options)}, folder_{"postgres"}, programs_{find_programs()} {
  // Postgres refuses to run as root.
  if (::geteuid() == 0) {
    user_ = "postgres";
    give_to(folder_.path(), user_);
  }
  auto initdb = child_process::start(
      {{programs_ / "initdb", "-D", folder_.path() / "data", "-U", "cloudpods", "-A", "trust", "-E",
        "UTF8", "--locale=C", "--no-sync", "--no-instructions"},
       {},
       folder_.path() / "initdb.log",
       {},
       user_,
       folder_.path()});
  const auto end = initdb.wait_exit(limit);
  if (!end || end->code != 0)
    throw std::runtime_error{"initdb failed: " + initdb.output()};
  start();
}

postgres_server::~postgres_server() {
  if (server_ && is_running()) {
    server_->signal(SIGQUIT);
    server_->wait_exit(limit);
  }
}

void postgres_server::start() {
  if (server_ && is_running())
    return;
  std::vector<std::string> words{programs_ / "postgres",
                                 "-D",
                                 folder_.path() / "data",
                                 "-c",
                                 "listen_addresses=",
                                 "-c",
                                 "unix_socket_directories=" + folder_.path().string(),
                                 "-c",
                                 "logging_collector=off",
                                 "-c",
                                 "log_min_messages=warning",
                                 "-c",
                                 "max_connections=200"};
  auto settings = options_.settings;
  if (!options_.fsync)
    settings.insert(settings.begin(), {"fsync=off", "full_page_writes=off"});
  for (const auto& setting : settings) {
    words.emplace_back("-c");
    words.push_back(setting);
  }
  server_.reset();
  server_ = child_process::start({words, {}, folder_.path() / "log", {}, user_, folder_.path()});
  const bool ready = wait_for_change(
      {folder_.path(), folder_.path() / "data"},
      [&] { return !is_running() || PQping(dsn().c_str()) == PQPING_OK; }, limit);
  if (!ready || !is_running())
    throw std::runtime_error{"Postgres does not start: " + log()};
}

void postgres_server::stop() {
  server_->signal(SIGINT);
  if (!server_->wait_exit(limit))
    throw std::runtime_error{"Postgres does not stop: " + log()};
}

void postgres_server::restart() {
  stop();
  start();
}

void postgres_server::kill() {
  // Its processes have sessions of their own; held still, the first one starts no new ones.
  server_->signal(SIGSTOP);
  // Until the last is gone: one that still has the shared memory keeps the next server from it.
  wait_for_change(
      {}, [this] { return !kill_children_of(server_->pid()); }, limit);
  server_->signal(SIGKILL);
  server_->wait_exit(limit);
}

std::string postgres_server::create_database() {
  const auto name = "test_" + std::to_string(++databases_);
  execute("CREATE DATABASE " + name + " TEMPLATE " + template_ + " STRATEGY file_copy");
  return dsn(name);
}

void postgres_server::use_template(const std::function<void(const std::string&)>& prepare) {
  const auto name = "template_" + std::to_string(++databases_);
  execute("CREATE DATABASE " + name + " TEMPLATE template0");
  prepare(dsn(name));
  template_ = name;
}

void postgres_server::execute(const std::string& sql, const std::string& database) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{PQconnectdb(dsn(database).c_str()),
                                                              PQfinish};
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result{PQexec(connection.get(), sql.c_str()),
                                                              PQclear};
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw std::runtime_error{PQerrorMessage(connection.get())};
}

std::string postgres_server::dsn(const std::string& database) const {
  return "host=" + folder_.path().string() + " user=cloudpods dbname=" + database;
}

bool postgres_server::is_running() { return server_ && server_->is_running(); }

std::string postgres_server::log() const { return read_file(folder_.path() / "log"); }

postgres_server& shared_postgres() {
  static postgres_server server;
  return server;
}

} // namespace cloudpods::support
