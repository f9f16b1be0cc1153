#include "wire/recommendation_json.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "wire/request_rules.hpp"
#include "wire/size_bounds.hpp"

namespace cloudpods::wire {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view outside_prefix = "outside.";
constexpr std::size_t longest_rule = 64;
constexpr std::size_t most_actions = 10;
constexpr std::size_t most_evidence = 100;
constexpr std::int64_t most_vmid = 999'999'999;

template <domain::has_words Enum>
std::string list_of_words() {
  std::string list;
  for (const auto each : domain::words<Enum>::values)
    list += (list.empty() ? "" : ", ") + std::string{each};
  return list;
}

template <domain::has_words Enum>
const text_rule& word_of() {
  static const text_rule rule{
      [](std::string_view text) { return domain::from_text<Enum>(text).has_value(); },
      "invalid_value", "must be one of " + list_of_words<Enum>()};
  return rule;
}

/// The same issue of the same pod is the same recommendation.
std::string rule_of_issue(std::string_view issue) {
  std::string rule{outside_prefix};
  for (const char c : issue) {
    if (rule.size() == longest_rule)
      break;
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0)
      rule += static_cast<char>(std::tolower(byte));
    else if (!rule.ends_with('_') && !rule.ends_with('.'))
      rule += '_';
  }
  return rule;
}

/// One of `recommendedActions`, by what the recommendation is about.
domain::recommended_action read_action(object_reader& fields, const domain::advised_thing& about) {
  domain::recommended_action action;
  const auto type = fields.required_text("type", word_of<domain::advice>());
  action.new_cores = fields.integer(std::array{"newCores"sv}, 1, most_cores);
  action.new_memory_mb =
      fields.integer(std::array{"newMemoryMb"sv}, least_memory_mb, most_memory_mb);
  action.message_key = fields.text("messageKey", outside_id());
  fields.finish();
  if (const auto known = domain::from_text<domain::advice>(type)) {
    action.type = *known;
    for (auto& fault : faults_of(action, about))
      fields.fault_at_all("invalid_value", std::move(fault));
  }
  return action;
}

std::vector<domain::recommended_action> read_actions(object_reader& fields,
                                                     const domain::advised_thing& about,
                                                     std::vector<domain::field_error>& errors) {
  std::vector<domain::recommended_action> actions;
  const auto before = errors.size();
  const auto list = fields.array("recommendedActions");
  if (!list) {
    if (errors.size() == before)
      fields.fault("recommendedActions", "required", "is required");
    return actions;
  }
  std::size_t index = 0;
  for (const auto each : *list) {
    const auto place = std::to_string(index++);
    simdjson::dom::object held;
    if (index > most_actions)
      continue;
    if (each.get(held) != simdjson::SUCCESS) {
      fields.fault_inside("recommendedActions", place, "invalid_type", "must be an object");
      continue;
    }
    object_reader inner{held, fields.pointer_of("recommendedActions") + "/" + place, errors};
    actions.push_back(read_action(inner, about));
  }
  if (index == 0 || index > most_actions)
    fields.fault("recommendedActions", "out_of_range",
                 "must hold 1 to " + std::to_string(most_actions) + " actions");
  return actions;
}

std::vector<std::int64_t> read_evidence(object_reader& fields) {
  std::vector<std::int64_t> seqs;
  const auto list = fields.array("evidence");
  if (!list)
    return seqs;
  if (list->size() > most_evidence)
    fields.fault("evidence", "out_of_range",
                 "must hold at most " + std::to_string(most_evidence) + " seqs");
  std::size_t index = 0;
  for (const auto each : *list) {
    std::int64_t seq = 0;
    if (index < most_evidence && (each.get(seq) != simdjson::SUCCESS || seq < 1))
      fields.fault_inside("evidence", std::to_string(index), "invalid_type",
                          "must be the seq of an event");
    else
      seqs.push_back(seq);
    ++index;
  }
  return seqs;
}

/// Whom it is about, as far as the body says: enough to judge its actions.
domain::advised_thing named_thing(const std::optional<std::string>& tenant,
                                  const posted_recommendation& posted) {
  domain::advised_thing about;
  // A vmid belongs to some tenant.
  about.tenant.value = tenant.value_or(posted.guest ? "of the pod" : "");
  about.pod.value = posted.guest ? "with the vmid" : "";
  about.guest = posted.guest;
  about.node = posted.node;
  return about;
}

} // namespace

void write_recommendation(json_writer& out, const domain::recommendation& it) {
  const auto id_or_null = [&](std::string_view name, const auto& id) {
    out.key(name);
    if (id.empty())
      out.value(nullptr);
    else
      out.value(id);
  };
  out.begin_object().field("id", it.id).field("status", it.status).field("rule", it.rule);
  id_or_null("tenantId", it.about.tenant);
  id_or_null("podId", it.about.pod);
  out.field("cloudPodVmid", it.about.guest).field("node", it.about.node);
  out.field("severity", it.severity).field("issue", it.issue);
  out.key("recommendedActions").begin_array();
  for (const auto& each : it.actions) {
    out.begin_object().field("type", each.type);
    if (each.new_cores)
      out.field("newCores", *each.new_cores);
    if (each.new_memory_mb)
      out.field("newMemoryMb", *each.new_memory_mb);
    if (each.message_key)
      out.field("messageKey", *each.message_key);
    out.end_object();
  }
  out.end_array().key("evidence").begin_array();
  for (const auto seq : it.evidence)
    out.value(seq);
  out.end_array().key("jobIds").begin_array();
  for (const auto& each : it.jobs)
    out.value(each);
  out.end_array().field("automatic", it.automatic);
  id_or_null("reason", it.reason);
  out.field("createdAt", it.created_at).field("updatedAt", it.updated_at).end_object();
}

std::string recommendation_json(const domain::recommendation& it) {
  json_writer out{1024};
  write_recommendation(out, it);
  return out.take();
}

domain::expected<decoded<posted_recommendation>> decode_recommendation(std::string_view text) {
  const auto body = json_body::parse(text);
  if (!body)
    return std::unexpected{body.error()};
  std::vector<domain::field_error> errors;
  object_reader fields{body->root(), "", errors};
  posted_recommendation posted;
  auto tenant = named_tenant(fields);
  if (const auto guest = fields.integer(std::array{"cloudPodVmid"sv}, 1, most_vmid))
    posted.guest = static_cast<domain::vmid>(*guest);
  if (auto node = fields.text("node", outside_id()))
    posted.node = domain::node_name{*std::move(node)};
  const bool of_tenant = tenant || posted.guest;
  if (!of_tenant && !posted.node && errors.empty())
    fields.fault("tenantId", "required", "is required where no node is meant");
  if (of_tenant && posted.node)
    fields.fault("node", "conflict", "cannot stand beside a tenant or a pod");
  auto& wish = posted.wish;
  const auto severity = fields.required_text("severity", word_of<domain::severity>());
  wish.severity = domain::from_text<domain::severity>(severity).value_or(wish.severity);
  wish.issue = fields.required_text("issue", any_text(1, 500));
  const auto rule = fields.text("rule", outside_id());
  wish.rule = rule ? std::string{outside_prefix} + *rule : rule_of_issue(wish.issue);
  wish.evidence = read_evidence(fields);
  wish.actions = read_actions(fields, named_thing(tenant, posted), errors);
  fields.finish();
  return judged(std::move(tenant), std::move(posted), std::move(errors));
}

} // namespace cloudpods::wire
