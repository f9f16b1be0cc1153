#include "wire/platform_bodies.hpp"

#include <array>

#include "domain/catalogue.hpp"
#include "wire/action_json.hpp"
#include "wire/request_rules.hpp"
#include "wire/size_bounds.hpp"
#include "wire/wish_reader.hpp"

namespace cloudpods::wire {

namespace {

using namespace std::string_view_literals;

constexpr std::int64_t least_vmid = 100;
constexpr std::int64_t most_vmid = 999'999'999;

// The first is what the job keeps.
constexpr std::array core_names{"newCores"sv, "cores"sv};
constexpr std::array memory_names{"newMemoryMb"sv, "memoryMb"sv};

/// One that a host can have: not 0, loopback, multicast or reserved.
bool is_host_address(std::string_view text) {
  const auto address = domain::ipv4_from_text(text);
  const auto net = address.value_or(0) >> 24U;
  return net > 0 && net < 224 && net != 127;
}

const text_rule& host_address() {
  static const text_rule rule{is_host_address, "invalid_format", "must be an IPv4 address"};
  return rule;
}

const text_rule& trigger_word() {
  static const text_rule rule{
      [](std::string_view text) { return domain::from_text<health_trigger>(text).has_value(); },
      "invalid_value", "must be manual or focalpilot"};
  return rule;
}

/// The address is named, or found: one of both (contract 7).
void read_address(object_reader& fields, wish_reader& reads, domain::container_wish& wish) {
  const auto automatic = reads.boolean("autoIp");
  const bool named = fields.has_any(std::array{"ip"sv});
  wish.ip_address = reads.text("ip", host_address());
  if (automatic && *automatic && named)
    fields.fault("autoIp", "conflict", "cannot be true beside ip");
  else if (automatic && !*automatic && !named)
    fields.fault("ip", "required", "is required where autoIp is false");
}

domain::order_pod read_create(object_reader& fields, const std::optional<std::string>& tenant) {
  domain::order_pod command;
  auto& wish = command.container.emplace();
  wish_reader reads{fields};
  reads.keep("tenantId", tenant);
  command.name = reads.required_text("hostname", dns_label());
  if (const auto guest = reads.integer("vmid", least_vmid, most_vmid))
    wish.guest = static_cast<domain::vmid>(*guest);
  wish.tenant_plan = reads.text("planId", any_text(1, 64));
  command.region = reads.text("region", outside_id());
  wish.cpu_cores = reads.integer("cores", 1, most_cores);
  wish.memory_mb = reads.integer("memoryMb", least_memory_mb, most_memory_mb);
  wish.swap_mb = reads.integer("swapMb", 0, most_memory_mb);
  wish.disk_gb = reads.integer("diskGb", 1, most_disk_gb);
  read_address(fields, reads, wish);
  command.blueprint = reads.text("blueprintId", any_text(1, 64));
  command.payload = reads.kept();
  return command;
}

domain::act_on_pod read_scale(object_reader& fields) {
  domain::act_on_pod wish;
  wish.action = domain::item_action::scale;
  wish_reader reads{fields};
  const bool any = fields.has_any(core_names) || fields.has_any(memory_names);
  wish.cpu_cores = reads.integer(core_names, 1, most_cores);
  wish.memory_mb = reads.integer(memory_names, least_memory_mb, most_memory_mb);
  wish.parameters.backup_first = reads.flag("backupFirst");
  wish.reason = reads.text("reason", any_text(0, 1000)).value_or(std::string{});
  if (!any)
    fields.fault_at_all("required", "names no size: newCores or newMemoryMb");
  wish.payload = reads.kept();
  return wish;
}

domain::act_on_pod read_health(object_reader& fields) {
  domain::act_on_pod wish;
  wish.action = domain::item_action::health;
  const auto word = fields.text("triggeredBy", trigger_word()).value_or("manual");
  wish.payload =
      health_payload(domain::from_text<health_trigger>(word).value_or(health_trigger::manual));
  return wish;
}

} // namespace

domain::expected<decoded<domain::order_pod>> decode_create(std::string_view text) {
  const auto body = json_body::parse(text);
  if (!body)
    return std::unexpected{body.error()};
  std::vector<domain::field_error> errors;
  object_reader fields{body->root(), "", errors};
  auto tenant = named_tenant(fields);
  auto command = read_create(fields, tenant);
  fields.finish();
  return judged(std::move(tenant), std::move(command), std::move(errors));
}

domain::expected<decoded<domain::act_on_pod>> decode_platform_action(domain::item_action action,
                                                                     std::string_view body) {
  if (action == domain::item_action::scale)
    return decode_body(body, read_scale);
  if (action == domain::item_action::health)
    return decode_body(body, read_health);
  return decode_action(action, body);
}

domain::json_text health_payload(health_trigger by) {
  json_writer out;
  out.begin_object().field("triggeredBy", by).end_object();
  return domain::json_text{out.take()};
}

} // namespace cloudpods::wire
