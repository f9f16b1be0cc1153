#include "commit_probe.hpp"

#include <libpq-fe.h>

#include "figures.hpp"
#include "site.hpp"

namespace cloudpods::bench {

namespace {

constexpr std::chrono::milliseconds pause{50};

void execute(PGconn* link, const char* sql) { PQclear(PQexec(link, sql)); }

} // namespace

commit_probe::commit_probe() : thread_([this] { run(); }) {}

commit_probe::~commit_probe() {
  stop_ = true;
  if (thread_.joinable())
    thread_.join();
}

void commit_probe::run() {
  PGconn* link = PQconnectdb(durable_postgres().create_database().c_str());
  execute(link, "CREATE TABLE rows (n bigserial PRIMARY KEY, t text)");
  while (!stop_) {
    std::this_thread::sleep_for(pause);
    const auto begun = steady::now();
    execute(link, "INSERT INTO rows (t) VALUES (repeat('x', 230))");
    milliseconds_.push_back(milliseconds_since(begun));
  }
  PQfinish(link);
}

std::vector<double> commit_probe::milliseconds() {
  stop_ = true;
  thread_.join();
  return milliseconds_;
}

} // namespace cloudpods::bench
