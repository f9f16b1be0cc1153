#include "wire/command_json.hpp"

#include <algorithm>

#include "wire/field_codec.hpp"
#include "wire/pairs_reader.hpp"
#include "wire/request_rules.hpp"

namespace cloudpods::wire {

namespace {

constexpr std::size_t most_keys = 32;

const text_rule& dns_name() {
  static const text_rule rule{domain::is_dns_name, "invalid_format",
                              "must be a domain name in lower case"};
  return rule;
}

const text_rule& reference() {
  static const text_rule rule{
      [](std::string_view text) { return domain::is_visible_ascii(text, 1, 128); },
      "invalid_format", "must be 1 to 128 visible ASCII characters"};
  return rule;
}

std::vector<std::string> read_keys(object_reader& options) {
  std::vector<std::string> keys;
  const auto list = options.array("sshKeys");
  if (!list)
    return keys;
  if (list->size() > most_keys)
    options.fault("sshKeys", "out_of_range", "must hold at most 32 keys");
  std::size_t index = 0;
  for (const auto each : *list) {
    std::string_view key;
    if (each.get(key) == simdjson::SUCCESS && is_ssh_public_key(key))
      keys.emplace_back(key);
    else
      options.fault_inside("sshKeys", std::to_string(index), "invalid_format",
                           "must be a line of an OpenSSH public key");
    ++index;
  }
  return keys;
}

void read_options(object_reader& body, domain::order_pod& command,
                  std::vector<domain::field_error>& errors) {
  const auto object = body.object("options");
  if (!object)
    return;
  object_reader options{*object, body.pointer_of("options"), errors};
  command.ssh_keys = read_keys(options);
  command.node = options.text("node", outside_id());
  command.region = options.text("region", outside_id());
  command.user_data = options.text("userData", any_text(0, 16384)).value_or(std::string{});
  if (!command.user_data.empty())
    command.user_data_sha256 = sha256_hex(command.user_data);
  options.finish();
}

/// The order as its job keeps it: of user data, which may hold secrets, only size and digest.
domain::json_text payload_of(const domain::order_pod& command) {
  json_writer out;
  const auto maybe = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value)
      out.field(name, *value);
  };
  out.begin_object().field("planCode", command.plan);
  maybe("blueprint", command.blueprint);
  maybe("name", command.name);
  maybe("primaryDomain", command.primary_domain);
  maybe("subscriptionId", command.subscription);
  if (!command.metadata.empty()) {
    out.key("metadata");
    encode_value(out, command.metadata);
  }
  out.key("options").begin_object();
  out.key("sshKeys");
  encode_value(out, command.ssh_keys);
  maybe("node", command.node);
  maybe("region", command.region);
  if (!command.user_data.empty()) {
    out.field("userDataBytes", command.user_data.size());
    out.field("userDataSha256", command.user_data_sha256);
  }
  out.end_object().end_object();
  return domain::json_text{out.take()};
}

} // namespace

domain::expected<decoded<domain::order_pod>> decode_order(std::string_view text) {
  const auto body = json_body::parse(text);
  if (!body)
    return std::unexpected{body.error()};
  std::vector<domain::field_error> errors;
  object_reader fields{body->root(), "", errors};
  domain::order_pod command;
  auto tenant = named_tenant(fields);
  command.plan = fields.required_text("planCode", any_text(1, 64));
  command.blueprint = fields.text("blueprint", "blueprintCode", any_text(1, 64));
  command.name = fields.text("name", dns_label());
  command.primary_domain = fields.text("primaryDomain", dns_name());
  command.subscription = fields.text("subscriptionId", reference());
  command.metadata = read_pairs(fields, "metadata");
  read_options(fields, command, errors);
  fields.finish();
  command.payload = payload_of(command);
  return judged(std::move(tenant), std::move(command), std::move(errors));
}

domain::expected<decoded<domain::destroy_pod>> decode_destroy(std::string_view text) {
  const auto body = json_body::parse(text);
  if (!body)
    return std::unexpected{body.error()};
  std::vector<domain::field_error> errors;
  object_reader fields{body->root(), "", errors};
  domain::destroy_pod command;
  auto tenant = named_tenant(fields);
  command.reason = fields.text("reason", any_text(0, 1000)).value_or(std::string{});
  const auto final_backup = fields.boolean("finalBackup");
  command.parameters.backup_first = final_backup.value_or(false);
  fields.finish();
  json_writer out;
  out.begin_object().field("reason", command.reason);
  if (final_backup)
    out.field("finalBackup", *final_backup);
  out.end_object();
  command.payload = domain::json_text{out.take()};
  return judged(std::move(tenant), std::move(command), std::move(errors));
}

} // namespace cloudpods::wire
