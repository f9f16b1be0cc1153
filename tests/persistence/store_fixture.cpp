#include "store_fixture.hpp"

#include "support/postgres_server.hpp"

namespace cloudpods::persistence {

namespace {

std::string fresh_database() {
  auto& server = support::shared_postgres();
  static const bool prepared = [&] {
    server.use_template([](const std::string& dsn) { good(migrate(dsn)); });
    return true;
  }();
  BOOST_REQUIRE(prepared);
  return server.create_database();
}

} // namespace

store_fixture::store_fixture() : dsn(fresh_database()) {}

log_writer store_fixture::leader(const std::string& through) {
  writer_settings settings;
  settings.dsn = through.empty() ? dsn : through;
  settings.random = samples::random_bits();
  settings.connect_timeout_s = 2;
  log_writer writer{std::move(settings)};
  BOOST_REQUIRE(good(writer.take_lead()).leading);
  return writer;
}

std::vector<decision_outcome> settled(append_result result) {
  if (const auto* away = std::get_if<store_away>(&result))
    BOOST_FAIL("away: " + away->why.message);
  if (const auto* lost = std::get_if<lead_lost>(&result))
    BOOST_FAIL("lead lost: " + lost->message);
  return std::get<appended>(std::move(result)).decisions;
}

std::vector<stored_event> store_fixture::append(log_writer& writer, std::vector<decision> decisions,
                                                std::int64_t seconds) {
  std::vector<stored_event> all;
  for (auto& each : settled(writer.append(std::move(decisions), samples::at(seconds)))) {
    auto events = good(std::move(each));
    all.insert(all.end(), events.begin(), events.end());
  }
  return all;
}

std::string store_fixture::ask(const std::string& sql) const {
  auto link = good(connection::open({.dsn = dsn, .application_name = "test", .session = {}}));
  const auto rows = link.run(sql);
  if (!rows)
    return rows.error().sql_state;
  if (rows->empty())
    return "";
  return rows->optional_text(0, 0).value_or("NULL");
}

void store_fixture::tamper(const std::string& sql) const {
  auto link = good(connection::open({.dsn = dsn, .application_name = "test", .session = {}}));
  good(link.run("ALTER TABLE cloud_pod_events DISABLE TRIGGER ALL; " + sql +
                "; ALTER TABLE cloud_pod_events ENABLE ALWAYS TRIGGER "
                "cloud_pod_events_append_only"));
}

log_report store_fixture::verified() const { return good(verify_log(dsn)); }

} // namespace cloudpods::persistence
