#include "wire/action_json.hpp"

#include <algorithm>
#include <array>

#include "wire/json_writer.hpp"
#include "wire/request_rules.hpp"
#include "wire/size_bounds.hpp"
#include "wire/wish_reader.hpp"

namespace cloudpods::wire {

using domain::item_action;

namespace {

using namespace std::string_view_literals;

constexpr std::int64_t most_timeout_s = 3'600;
constexpr std::int64_t most_of_a_limit = 1'000'000'000;

// Each with its documented aliases (contract 5).
constexpr std::array core_names{"cpuCores"sv, "cores"sv, "newCores"sv, "cpu_cores"sv};
constexpr std::array memory_names{"memoryMb"sv, "newMemoryMb"sv, "ramMb"sv, "memory_mb"sv};
constexpr std::array disk_names{"diskGb"sv, "newDiskGb"sv, "disk_gb"sv};
constexpr std::array plan_names{"planCode"sv, "plan"sv, "newPlan"sv, "planId"sv};
constexpr std::array pod_limit_names{"maxPods"sv, "max_pods"sv};
constexpr std::array core_limit_names{"maxCpuCores"sv, "max_cpu_cores"sv};
constexpr std::array memory_limit_names{"maxMemoryMb"sv, "max_memory_mb"sv};
constexpr std::array disk_limit_names{"maxDiskGb"sv, "max_disk_gb"sv};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_snapshot_name(std::string_view text) {
  return text.size() >= 2 && text.size() <= 40 && is_letter(text.front()) &&
         std::ranges::all_of(text, [](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

const text_rule& snapshot_name() {
  static const text_rule rule{
      // Proxmox calls the present state and a running backup so.
      [](std::string_view text) {
        return is_snapshot_name(text) && text != "current" && text != "vzdump";
      },
      "invalid_format",
      "must be a letter and 1 to 39 letters, digits, '_' and '-', not current or vzdump"};
  return rule;
}

const text_rule& backup_id() {
  static const text_rule rule{
      [](std::string_view text) { return domain::is_visible_ascii(text, 1, 128); },
      "invalid_format", "must be 1 to 128 visible ASCII characters"};
  return rule;
}

const text_rule& mode_word() {
  static const text_rule rule{[](std::string_view text) {
                                return domain::from_text<domain::backup_mode>(text).has_value();
                              },
                              "invalid_value", "must be snapshot, suspend or stop"};
  return rule;
}

/// Sizes, or a plan.
void read_size(object_reader& fields, wish_reader& reads, domain::act_on_pod& wish) {
  const bool any =
      fields.has_any(core_names) || fields.has_any(memory_names) || fields.has_any(disk_names);
  wish.cpu_cores = reads.integer(core_names, 1, most_cores);
  wish.memory_mb = reads.integer(memory_names, least_memory_mb, most_memory_mb);
  wish.disk_gb = reads.integer(disk_names, 1, most_disk_gb);
  const bool plan = fields.has_any(plan_names);
  wish.plan = reads.text(plan_names, any_text(1, 64));
  if (any && plan)
    fields.fault("planCode", "conflict", "cannot stand beside cpuCores, memoryMb or diskGb");
  else if (!any && !plan)
    fields.fault_at_all("required", "names no size: cpuCores, memoryMb, diskGb or planCode");
}

void read_reason(wish_reader& reads, domain::act_on_pod& wish) {
  wish.reason = reads.text("reason", any_text(0, 1000)).value_or(std::string{});
}

void read_wish(object_reader& fields, wish_reader& reads, domain::act_on_pod& wish) {
  auto& made = wish.parameters;
  switch (wish.action) {
  case item_action::scale:
    read_size(fields, reads, wish);
    made.backup_first = reads.flag("backupFirst");
    made.reboot = reads.flag("reboot");
    read_reason(reads, wish);
    break;
  case item_action::backup:
    if (const auto word = reads.text("mode", mode_word()))
      made.mode = *domain::from_text<domain::backup_mode>(*word);
    read_reason(reads, wish);
    break;
  case item_action::restore:
    made.backup = reads.required_text("backupId", backup_id());
    break;
  case item_action::snapshot:
    made.name = reads.required_text("name", snapshot_name());
    made.description = reads.text("description", any_text(0, 1000)).value_or(std::string{});
    break;
  case item_action::start:
  case item_action::stop:
  case item_action::reboot:
    made.force = reads.flag("force");
    made.timeout_s = reads.integer(std::array{"timeoutS"sv}, 1, most_timeout_s).value_or(0);
    break;
  case item_action::suspend:
  case item_action::resume:
    read_reason(reads, wish);
    break;
  default:
    break;
  }
}

/// A body that names nobody: whom it is about stands in the path.
template <class Read>
auto decode_plain(std::string_view text, Read&& read)
    -> domain::expected<std::invoke_result_t<Read, object_reader&>> {
  const auto body = json_body::parse(text);
  if (!body)
    return std::unexpected{body.error()};
  std::vector<domain::field_error> errors;
  object_reader fields{body->root(), "", errors};
  auto value = read(fields);
  fields.finish();
  if (!errors.empty())
    return std::unexpected{invalid_fields(std::move(errors))};
  return value;
}

std::optional<std::int64_t> read_limit(object_reader& fields,
                                       std::span<const std::string_view> names) {
  return fields.integer(names, domain::unlimited, most_of_a_limit);
}

std::optional<domain::tenant_owner> read_owner(object_reader& fields) {
  const auto object = fields.object("owner");
  if (!object)
    return std::nullopt;
  auto inner = fields.inside("owner", *object);
  domain::tenant_owner owner;
  owner.id = inner.required_text("id", outside_id());
  owner.email = inner.text("email", any_text(0, 320)).value_or(std::string{});
  owner.name = inner.text("name", any_text(0, 200)).value_or(std::string{});
  inner.finish();
  return owner;
}

} // namespace

domain::expected<decoded<domain::act_on_pod>> decode_action(item_action action,
                                                            std::string_view body) {
  return decode_body(body, [action](object_reader& fields) {
    domain::act_on_pod wish;
    wish.action = action;
    wish_reader reads{fields};
    read_wish(fields, reads, wish);
    wish.payload = reads.kept();
    return wish;
  });
}

void name_snapshot(domain::act_on_pod& wish, std::string_view name) {
  wish.parameters.name = name;
  json_writer out;
  out.begin_object().field("name", name).end_object();
  wish.payload = domain::json_text{out.take()};
}

domain::expected<decoded<bool>> decode_protection(std::string_view body) {
  return decode_body(body, [](object_reader& fields) { return fields.required_flag("protected"); });
}

domain::expected<decoded<std::monostate>> decode_nothing(std::string_view body) {
  return decode_body(body, [](object_reader&) { return std::monostate{}; });
}

domain::expected<decoded<std::string>> decode_reason(std::string_view body) {
  return decode_body(body, [](object_reader& fields) {
    return fields.text("reason", any_text(0, 1000)).value_or(std::string{});
  });
}

domain::expected<domain::quota_changed> decode_limits(std::string_view body) {
  return decode_plain(body, [](object_reader& fields) {
    domain::quota_changed wanted;
    wanted.max_pods = read_limit(fields, pod_limit_names);
    wanted.max_cpu_cores = read_limit(fields, core_limit_names);
    wanted.max_memory_mb = read_limit(fields, memory_limit_names);
    wanted.max_disk_gb = read_limit(fields, disk_limit_names);
    return wanted;
  });
}

domain::expected<domain::tenant_updated> decode_tenant(std::string_view body) {
  return decode_plain(body, [](object_reader& fields) {
    domain::tenant_updated wanted;
    wanted.name = fields.required_text("name", any_text(1, 200));
    wanted.slug = fields.text("slug", dns_label());
    wanted.plan = fields.text("planId", outside_id());
    wanted.owner = read_owner(fields);
    wanted.region = fields.text("region", outside_id());
    return wanted;
  });
}

} // namespace cloudpods::wire
