#include "wire/event_json.hpp"

#include <array>
#include <utility>

#include "wire/field_codec.hpp"

namespace cloudpods::wire {

namespace {

using domain::event_payload;

template <class Payload>
bool decode_as(simdjson::dom::element from, event_payload& to, decode_fault& fault) {
  Payload payload;
  if (!decode(from, payload, fault))
    return false;
  to = std::move(payload);
  return true;
}

struct known_event {
  std::string_view name;
  bool (*decode)(simdjson::dom::element, event_payload&, decode_fault&);
};

template <std::size_t... Index>
constexpr auto list_events(std::index_sequence<Index...>) {
  return std::array{known_event{std::variant_alternative_t<Index, event_payload>::event_name,
                                &decode_as<std::variant_alternative_t<Index, event_payload>>}...};
}

constexpr auto known_events =
    list_events(std::make_index_sequence<std::variant_size_v<event_payload>>{});

const known_event* find_event(std::string_view name, int version) {
  if (version != domain::event_version)
    return nullptr;
  for (const auto& each : known_events)
    if (each.name == name)
      return &each;
  return nullptr;
}

std::unexpected<domain::problem> unreadable(std::string_view name, int version,
                                            std::string_view why) {
  return domain::refused(domain::problem_code::internal_error,
                         "event " + std::string{name} + " version " + std::to_string(version) +
                             ": " + std::string{why});
}

} // namespace

std::string encode_payload(const event_payload& payload) {
  json_writer out;
  std::visit([&](const auto& each) { encode(out, each); }, payload);
  return out.take();
}

bool is_known_event(std::string_view name, int version) {
  return find_event(name, version) != nullptr;
}

domain::expected<event_payload> decode_payload(std::string_view name, int version,
                                               std::string_view text) {
  const auto* known = find_event(name, version);
  if (known == nullptr)
    return unreadable(name, version, "not known to this program");
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::element document;
  // simdjson copies from the pointer even where there is nothing, and it may be null.
  if (text.empty() || parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS)
    return unreadable(name, version, "its data is no JSON");
  event_payload payload;
  decode_fault fault;
  if (!known->decode(document, payload, fault))
    return unreadable(name, version, "its data does not fit at \"" + fault.field + "\"");
  return payload;
}

std::string actor_text(const domain::event_actor& actor) {
  return std::string{domain::text(actor.kind)} + ":" + actor.id;
}

domain::event_actor actor_from_text(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos)
    return {};
  const auto kind = domain::from_text<domain::actor_kind>(text.substr(0, colon));
  return {kind.value_or(domain::actor_kind::system), std::string{text.substr(colon + 1)}};
}

std::string event_frame(const domain::event& fact, std::string_view data, bool with_type) {
  json_writer out{data.size() + 512};
  const auto id_or_null = [&](std::string_view name, const auto& id) {
    out.key(name);
    if (id.empty())
      out.value(nullptr);
    else
      out.value(id);
  };
  out.begin_object();
  if (with_type)
    out.field("type", "event");
  out.field("seq", fact.seq).field("tenantSeq", fact.tenant_seq).field("id", fact.id);
  out.field("at", fact.at);
  id_or_null("tenantId", fact.tenant);
  id_or_null("podId", fact.pod);
  out.field("vmid", fact.guest);
  id_or_null("jobId", fact.job);
  out.field("category", fact.category).field("name", domain::event_name(fact.payload));
  out.field("message", fact.message).key("data").literal(data);
  out.key("actor").begin_object();
  out.field("kind", fact.actor.kind).field("id", fact.actor.id).end_object();
  id_or_null("requestId", fact.request);
  out.end_object();
  return out.take();
}

} // namespace cloudpods::wire
