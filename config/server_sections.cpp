#include "config/key_file.hpp"
#include "config/keys.hpp"
#include "config/sections.hpp"

namespace cloudpods::config {

namespace {

void listen_on(http_settings& into, const found_value& found) {
  const auto text = found.value.text();
  if (const auto made = text ? endpoint_from_text(*text) : std::nullopt)
    into.listen = *made;
  else
    found.refuse("must be an address and a port, like \"127.0.0.1:8080\" or \"[::1]:8080\"");
}

keys<http_settings> http_keys() {
  using section = http_settings;
  return {
      {"listen", listen_on},
      whole<section>("threads", &section::threads, {1, 64}),
      whole<section>("max_body_bytes", &section::max_body_bytes, {1024, 16 << 20}),
      whole<section>("max_connections", &section::max_connections, {1, 100000}),
      whole<section>("max_wait_s", &section::max_wait, {1, 300}),
      whole<section>("idle_timeout_s", &section::idle_timeout, {1, 3600}),
      whole<section>("header_timeout_s", &section::header_timeout, {1, 300}),
      values<section>("trusted_proxies", &section::trusted_proxies, network_from_text),
      values<section>("metrics_from", &section::metrics_from, network_from_text),
      texts<section>("allowed_origins", &section::allowed_origins, browser_origin),
      flag<section>("console", &section::console),
  };
}

http_settings standard_http() {
  http_settings standard;
  const auto loopback = *network_from_text("::1/128");
  standard.trusted_proxies = {*network_from_text("127.0.0.1/32"), loopback};
  standard.metrics_from = {*network_from_text("127.0.0.0/8"), loopback};
  return standard;
}

/// A connection string may hold a password: nothing of it is ever shown.
void store_address(postgres_settings& into, const found_value& found) {
  auto text = found.value.text();
  if (!text || text->empty())
    return found.refuse_unseen("must be a connection string, like \"host=… dbname=…\"");
  into.dsn = secret{std::move(*text)};
}

void store_address_file(postgres_settings& into, const found_value& found) {
  const auto& faults = found.context.faults;
  const bool overridden = !faults.of("postgres.dsn").variable.empty();
  if (overridden && found.value.where.variable.empty())
    return; // the environment's `dsn` stands for the file's `dsn_file`
  if (faults.sets("postgres.dsn") && !overridden && found.value.where.variable.empty())
    return found.refuse("only one of dsn and dsn_file may be set");
  auto content = file_content(found);
  content.erase(content.find_last_not_of("\r\n") + 1);
  into.dsn = secret{std::move(content)};
}

keys<postgres_settings> postgres_keys() {
  using section = postgres_settings;
  return {
      {"dsn", store_address},
      {"dsn_file", store_address_file},
      flag<section>("auto_migrate", &section::auto_migrate),
      whole<section>("read_connections", &section::read_connections, {1, 64}),
  };
}

keys<log_settings> log_keys() {
  using section = log_settings;
  return {
      word<section>("level", &section::level),
      word<section>("format", &section::format),
  };
}

} // namespace

void read_server(reading& context, settings& into) {
  into.http = standard_http();
  read_section(context, "http", http_keys(), into.http);
  read_auth(context, into.auth);
  read_section(context, "postgres", postgres_keys(), into.postgres);
  read_section(context, "log", log_keys(), into.log);
}

} // namespace cloudpods::config
