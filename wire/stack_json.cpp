#include "wire/stack_json.hpp"

#include <algorithm>
#include <array>

#include "wire/field_codec.hpp"
#include "wire/pairs_reader.hpp"
#include "wire/request_rules.hpp"
#include "wire/size_bounds.hpp"
#include "wire/wish_reader.hpp"

namespace cloudpods::wire {

namespace {

using namespace std::string_view_literals;

constexpr std::int64_t most_count = 1'000'000; ///< the sum is judged, with words of its own

/// The texts of a list, each named where it is none.
std::vector<std::string> read_words(object_reader& from, std::string_view name) {
  std::vector<std::string> words;
  const auto list = from.array(name);
  if (!list)
    return words;
  std::size_t index = 0;
  for (const auto each : *list) {
    std::string_view word;
    if (each.get(word) != simdjson::SUCCESS)
      from.fault_inside(name, std::to_string(index), "invalid_type", "must be a string");
    words.emplace_back(word);
    ++index;
  }
  return words;
}

std::int64_t required_number(object_reader& from, std::string_view name, std::int64_t least,
                             std::int64_t most) {
  const std::array names{name};
  const auto value = from.integer(names, least, most);
  if (!value && !from.has_any(names))
    from.fault(name, "required", "is required");
  return value.value_or(least);
}

domain::stack_resource read_resource(object_reader fields) {
  domain::stack_resource made;
  made.kind = fields.required_text("kind", any_text(0, 64));
  made.role = fields.required_text("role", any_text(0, 256));
  made.hostname_pattern = fields.required_text("hostnamePattern", any_text(0, 256));
  made.cpu_cores = required_number(fields, "cores", 1, most_cores);
  made.memory_mb = required_number(fields, "memoryMb", least_memory_mb, most_memory_mb);
  made.swap_mb = required_number(fields, "swapMb", 0, most_memory_mb);
  made.count = fields.integer(std::array{"count"sv}, 1, most_count).value_or(1);
  made.disk_gb = fields.integer(std::array{"diskGb"sv}, 1, most_disk_gb);
  made.depends_on = read_words(fields, "dependsOn");
  fields.finish();
  return made;
}

std::vector<domain::stack_resource> read_resources(object_reader& from,
                                                   std::vector<domain::field_error>& errors) {
  std::vector<domain::stack_resource> made;
  const auto list = from.array("resources");
  if (!list)
    return made;
  std::size_t index = 0;
  for (const auto each : *list) {
    simdjson::dom::object held;
    if (each.get(held) == simdjson::SUCCESS)
      made.push_back(
          read_resource(object_reader{held, "/resources/" + std::to_string(index), errors}));
    else {
      from.fault_inside("resources", std::to_string(index), "invalid_type", "must be an object");
      made.emplace_back();
    }
    ++index;
  }
  return made;
}

/// Faults of the document's own rules beside those of its form: one for each place.
void add_faults(std::vector<domain::field_error> more, std::vector<domain::field_error>& errors) {
  const auto form = errors;
  for (auto& each : more)
    if (std::ranges::none_of(form, [&](const domain::field_error& known) {
          return known.field == each.field || each.field.starts_with(known.field + "/");
        }))
      errors.push_back(std::move(each));
}

const text_rule& failure_word() {
  static const text_rule rule{[](std::string_view text) {
                                return domain::from_text<domain::stack_failure>(text).has_value();
                              },
                              "invalid_value", "must be rollback or keep"};
  return rule;
}

} // namespace

domain::expected<domain::stack_definition> decode_stack(std::string_view text,
                                                        const domain::task_templates& tasks) {
  const auto body = json_body::parse(text);
  if (!body)
    return std::unexpected{body.error()};
  std::vector<domain::field_error> errors;
  object_reader fields{body->root(), "", errors};
  domain::stack_definition made;
  made.version = required_number(fields, "version", 0, most_count);
  made.description = fields.text("description", any_text(0, 1000)).value_or(std::string{});
  made.resources = read_resources(fields, errors);
  made.post_create = read_words(fields, "postCreate");
  fields.finish();
  add_faults(domain::faults_of(made, tasks), errors);
  if (!errors.empty())
    return std::unexpected{invalid_fields(std::move(errors))};
  return made;
}

domain::expected<decoded<domain::deploy_stack>> decode_deploy(std::string_view text,
                                                              std::string_view slug) {
  return decode_body(text, [slug](object_reader& fields) {
    domain::deploy_stack command;
    command.slug = slug;
    if (const auto word = fields.text("onFailure", failure_word()))
      command.on_failure =
          domain::from_text<domain::stack_failure>(*word).value_or(domain::stack_failure::rollback);
    command.parameters = read_pairs(fields, "parameters");
    json_writer out;
    out.begin_object().field("blueprint", slug).field("onFailure", command.on_failure);
    if (!command.parameters.empty()) {
      out.key("parameters");
      encode_value(out, command.parameters);
    }
    command.payload = domain::json_text{out.end_object().take()};
    return command;
  });
}

domain::expected<decoded<domain::end_deployment>> decode_end_deployment(std::string_view text) {
  return decode_body(text, [](object_reader& fields) {
    domain::end_deployment command;
    wish_reader reads{fields};
    command.reason = reads.text("reason", any_text(0, 1000)).value_or(std::string{});
    command.payload = reads.kept();
    return command;
  });
}

void write_deployment(json_writer& out, const domain::deployment& deployment) {
  out.begin_object().field("id", deployment.id).field("tenantId", deployment.tenant);
  out.field("slug", deployment.order.slug).field("status", deployment.status);
  out.field("jobId", deployment.last_job).key("podIds").begin_array();
  for (const auto& each : deployment.order.pods)
    out.value(each.pod);
  out.end_array().field("createdAt", deployment.created_at).end_object();
}

void write_stack_blueprint(json_writer& out, const domain::stack_blueprint& blueprint) {
  out.begin_object().field("id", blueprint.slug).field("slug", blueprint.slug);
  out.field("name", blueprint.slug).field("description", blueprint.definition.description);
  out.field("kind", "stack").field("isActive", true).key("spec");
  encode(out, blueprint.definition);
  out.end_object();
}

domain::json_text task_payload(const domain::stack_task& expanded) {
  json_writer out;
  encode(out, expanded);
  return domain::json_text{out.take()};
}

std::vector<std::string> task_argv(const domain::json_text& payload) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::element document;
  domain::stack_task task;
  if (payload.value.empty() ||
      parser.parse(payload.value.data(), payload.value.size()).get(document) != simdjson::SUCCESS ||
      !decode_value(document, task))
    return {};
  return task.argv;
}

} // namespace cloudpods::wire
