#include "http/stream_messages.hpp"

#include <charconv>

#include <boost/json.hpp>

#include "http/event_query.hpp"

namespace cloudpods::http {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_list = 256;

std::unexpected<stream_end> bad(std::string reason) {
  return std::unexpected(stream_end{close_code::bad_message, std::move(reason)});
}

bool has_only(const json::object& object, std::initializer_list<std::string_view> names) {
  return std::ranges::all_of(object, [&](const auto& member) {
    const std::string_view key{member.key().data(), member.key().size()};
    return std::ranges::find(names, key) != names.end();
  });
}

std::optional<std::string> text_of(const json::value& value) {
  const auto* text = value.if_string();
  if (text == nullptr || text->size() > 256)
    return std::nullopt;
  return std::string{text->data(), text->size()};
}

/// A list of what `make` makes of each text; absent and null are an empty one.
template <class Value, class Make>
bool read_list(const json::object& from, std::string_view name, std::vector<Value>& to, Make make) {
  const auto* value = from.if_contains(name);
  if (value == nullptr || value->is_null())
    return true;
  const auto* list = value->if_array();
  if (list == nullptr || list->size() > longest_list)
    return false;
  for (const auto& each : *list) {
    const auto text = text_of(each);
    auto made = text ? make(*text) : std::nullopt;
    if (!made)
      return false;
    to.push_back(*std::move(made));
  }
  return true;
}

std::optional<std::string> pattern(const std::string& text) {
  return is_name_pattern(text) ? std::optional{text} : std::nullopt;
}

std::optional<stream_start> start_of(const json::value* value) {
  if (value == nullptr)
    return from_now{};
  if (const auto* seq = value->if_int64(); seq != nullptr && *seq >= 0)
    return *seq;
  if (*value == "now")
    return from_now{};
  return std::nullopt;
}

/// A tenant's caller may name its own tenant only.
bool name_tenant(actors::event_filter& filter, const json::value& named, const caller& who) {
  const auto text = text_of(named);
  if (!text || (!who.sees_all_tenants() && (!who.tenant || who.tenant->value != *text)))
    return false;
  filter.tenant = domain::tenant_id{*text};
  return true;
}

std::expected<actors::event_filter, stream_end>
read_filter(const json::value* value, const caller& who,
            const std::optional<domain::tenant_id>& tenant) {
  auto filter = whole_filter(who, tenant);
  if (value == nullptr || value->is_null())
    return filter;
  const auto* from = value->if_object();
  if (from == nullptr || !has_only(*from, {"podIds", "names", "categories", "tenantId"}))
    return bad("filter has podIds, names, categories and tenantId");
  const auto pod = [](const std::string& text) { return std::optional{domain::pod_id{text}}; };
  const auto word = [](const std::string& text) {
    return domain::from_text<domain::category>(text);
  };
  if (!read_list(*from, "podIds", filter.pods, pod))
    return bad("filter.podIds is a list of pod ids");
  if (!read_list(*from, "names", filter.names, pattern))
    return bad("filter.names is a list of names, with * only at the end");
  if (!read_list(*from, "categories", filter.categories, word))
    return bad("filter.categories is a list of categories");
  const auto* named = from->if_contains("tenantId");
  if (named != nullptr && !named->is_null() && !name_tenant(filter, *named, who))
    return std::unexpected(stream_end{close_code::not_allowed, "the tenant is not yours to see"});
  return filter;
}

} // namespace

std::optional<stream_start> stream_start_from(std::string_view text) {
  if (text == "now")
    return from_now{};
  std::int64_t seq = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (fault != std::errc{} || end != text.data() + text.size() || seq < 0)
    return std::nullopt;
  return seq;
}

actors::event_filter whole_filter(const caller& who,
                                  const std::optional<domain::tenant_id>& tenant) {
  actors::event_filter filter;
  filter.tenant = who.sees_all_tenants() ? tenant : who.tenant;
  return filter;
}

std::expected<subscription, stream_end>
read_subscribe(std::string_view text, const caller& who,
               const std::optional<domain::tenant_id>& tenant) {
  boost::system::error_code fault;
  const auto message = json::parse(text, fault);
  const auto* object = fault ? nullptr : message.if_object();
  if (object == nullptr)
    return bad("a message is one JSON object");
  const auto* type = object->if_contains("type");
  if (type == nullptr || *type != "subscribe" || !has_only(*object, {"type", "since", "filter"}))
    return bad("the only message understood is subscribe");
  const auto since = start_of(object->if_contains("since"));
  if (!since)
    return bad("since is the last seq you have, or \"now\"");
  auto filter = read_filter(object->if_contains("filter"), who, tenant);
  if (!filter)
    return std::unexpected(std::move(filter).error());
  return subscription{*since, *std::move(filter)};
}

} // namespace cloudpods::http
