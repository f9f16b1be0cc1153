#include "client/run.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "client/http_transport.hpp"
#include "client/options.hpp"

namespace cloudpods::client {

namespace {

constexpr std::string_view default_url = "http://127.0.0.1:8080";

expected<server_url> server_of(const common_options& flags, const console& around) {
  auto text = flags.url.empty() ? around.variable("CLOUDPODS_URL") : flags.url;
  if (text.empty())
    text = default_url;
  const auto url = url_from_text(text);
  if (!url)
    return wrong_usage("\"" + text + "\" is no address of a daemon: it must look like " +
                       std::string{default_url} + " (plain HTTP; TLS ends at the proxy)");
  return *url;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

expected<void> execute(const invocation& asked, const console& around) {
  const bool asks_nobody = asked.what->does == effect::local;
  const auto server =
      asks_nobody ? expected<server_url>{server_url{}} : server_of(asked.common, around);
  if (!server)
    return std::unexpected(server.error());
  http_transport carrier{*server};
  const auto token = around.variable("CLOUDPODS_TOKEN");
  // They become headers: a line end in them would begin another one.
  if (has_control(token))
    return wrong_usage("CLOUDPODS_TOKEN holds a line end or another control character");
  if (has_control(asked.common.tenant))
    return wrong_usage("--tenant holds a control character");
  if (has_control(asked.common.idempotency_key))
    return wrong_usage("--idempotency-key holds a control character");
  api daemon{carrier, around, {token, asked.common.tenant, asked.common.idempotency_key}};
  session with{daemon, around, asked.common, *server, token};
  return asked.what->run(with, asked.given);
}

/// The reason for people on stderr; for scripts also the API's problem on stdout.
void report(const failure& why, bool is_json, const console& around) {
  if (is_json && !why.document.empty())
    around.out << why.document << '\n';
  around.err << "cloudpodsctl: " << why.message << '\n';
  for (const auto& line : why.lines)
    around.err << "  " << line << '\n';
}

} // namespace

void session::print(const json::value& document) const {
  around.out << json::serialize(document) << '\n';
}

int run(int count, const char* const* arguments, const console& around) {
  const auto asked = parse_arguments(count, arguments);
  if (!asked) {
    (asked.error().exit_code == 0 ? around.out : around.err) << asked.error().text;
    return asked.error().exit_code;
  }
  const auto done = execute(*asked, around);
  if (done)
    return 0;
  report(done.error(), asked->common.json, around);
  return done.error().exit_code;
}

} // namespace cloudpods::client
