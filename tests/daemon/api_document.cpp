#include "daemon/api_document.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <stdexcept>
#include <vector>

#include <boost/json/serialize.hpp>

namespace cloudpods::tests {

namespace json = boost::json;

namespace {

bool is_of_type(const json::value& value, std::string_view type) {
  if (type == "null")
    return value.is_null();
  if (type == "boolean")
    return value.is_bool();
  if (type == "integer")
    return value.is_int64() || value.is_uint64();
  if (type == "number")
    return value.is_number();
  if (type == "string")
    return value.is_string();
  return type == "array" ? value.is_array() : value.is_object();
}

bool is_of_types(const json::value& value, const json::value& types) {
  if (types.is_string())
    return is_of_type(value, types.as_string());
  return std::ranges::any_of(types.as_array(), [&](const json::value& each) {
    return is_of_type(value, each.as_string());
  });
}

bool fits(const json::value& text, const std::string& pattern) {
  return !text.is_string() || std::regex_search(text.as_string().c_str(), std::regex{pattern});
}

/// Contract 5: RFC 3339 in UTC with milliseconds.
constexpr auto time_pattern = R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$)";

const json::value& followed(const json::value& document, const json::value& from) {
  const auto* reference = from.as_object().if_contains("$ref");
  return reference == nullptr ? from : document.at_pointer(reference->as_string().subview(1));
}

/// Compares one value with one schema, member by member.
class comparison {
public:
  explicit comparison(const json::value& document) : document_(document) {}

  void compare(const json::value& schema, const json::value& value, const std::string& at) {
    compare_rules(schema, value, at);
    look_for_strangers(schema.as_object(), value, at);
  }

  std::string take() { return std::move(faults_); }

private:
  void compare_rules(const json::value& schema, const json::value& value, const std::string& at) {
    for (const auto& [keyword, rule] : schema.as_object())
      apply(keyword, rule, schema, value, at);
  }

  void say(const std::string& at, const std::string& what) { faults_ += at + ": " + what + "\n"; }

  void apply(std::string_view keyword, const json::value& rule, const json::value& schema,
             const json::value& value, const std::string& at) {
    if (keyword == "$ref")
      compare(followed(document_, schema), value, at);
    else if (keyword == "type" && !is_of_types(value, rule))
      say(at, json::serialize(value) + " is not of type " + json::serialize(rule));
    else if (keyword == "enum" &&
             std::ranges::find(rule.as_array(), value) == rule.as_array().end())
      say(at, json::serialize(value) + " is none of " + json::serialize(rule));
    else if (keyword == "const" && value != rule)
      say(at, json::serialize(value) + " is not " + json::serialize(rule));
    else if (keyword == "required" && value.is_object())
      compare_required(rule.as_array(), value.as_object(), at);
    else if (keyword == "properties" && value.is_object())
      compare_members(rule.as_object(), value.as_object(), at);
    else if (keyword == "additionalProperties" && value.is_object())
      compare_others(rule, schema.as_object(), value.as_object(), at);
    else if (keyword == "items" && value.is_array())
      for (std::size_t i = 0; i < value.as_array().size(); ++i)
        compare(rule, value.at(i), at + "/" + std::to_string(i));
    else if (keyword == "oneOf")
      compare_choice(rule.as_array(), value, at);
    else if (keyword == "allOf")
      for (const auto& each : rule.as_array())
        compare_rules(followed(document_, each), value, at);
    else if (keyword == "pattern" && !fits(value, std::string{rule.as_string()}))
      say(at, json::serialize(value) + " does not fit " + json::serialize(rule));
    else if (keyword == "format" && rule == "date-time" && !fits(value, time_pattern))
      say(at, json::serialize(value) + " is no time");
    else if (!is_known(keyword))
      throw std::runtime_error{"the check does not know the keyword " + std::string{keyword}};
  }

  /// Bounds are for requests; the rest is for readers.
  static bool is_known(std::string_view keyword) {
    static const std::set<std::string_view> known{
        "$ref",      "type",      "enum",    "const",        "required", "properties",
        "items",     "oneOf",     "pattern", "format",       "default",  "additionalProperties",
        "minLength", "maxLength", "minimum", "maximum",      "example",  "description",
        "minItems",  "maxItems",  "title",   "maxProperties"};
    return known.contains(keyword);
  }

  void compare_required(const json::array& names, const json::object& value,
                        const std::string& at) {
    for (const auto& each : names)
      if (!value.contains(each.as_string()))
        say(at, std::string{each.as_string()} + " is missing");
  }

  void compare_members(const json::object& schemas, const json::object& value,
                       const std::string& at) {
    for (const auto& [name, member] : value)
      if (const auto* schema = schemas.if_contains(name))
        compare(*schema, member, at + "/" + std::string{name});
  }

  void compare_others(const json::value& rule, const json::object& schema,
                      const json::object& value, const std::string& at) {
    const auto* known = schema.if_contains("properties");
    for (const auto& [name, member] : value) {
      if (known != nullptr && known->as_object().contains(name))
        continue;
      if (rule.is_object())
        compare(rule, member, at + "/" + std::string{name});
      else if (!rule.as_bool())
        say(at, std::string{name} + " is not in the document");
    }
  }

  void compare_choice(const json::array& choices, const json::value& value, const std::string& at) {
    std::string all;
    for (const auto& each : choices) {
      comparison one{document_};
      one.compare(each, value, at);
      if (one.faults_.empty())
        return;
      all += one.faults_;
    }
    faults_ += all;
  }

  /// A schema's members and those of what it is made of.
  std::set<std::string_view> members_of(const json::object& schema) const {
    std::set<std::string_view> members;
    if (const auto* own = schema.if_contains("properties"))
      for (const auto& [name, member] : own->as_object())
        members.insert(name);
    if (const auto* parts = schema.if_contains("allOf"))
      for (const auto& each : parts->as_array())
        members.merge(members_of(followed(document_, each).as_object()));
    return members;
  }

  /// A schema that lists members lists all of them, or callers learn of one by chance.
  void look_for_strangers(const json::object& schema, const json::value& value,
                          const std::string& at) {
    if (!value.is_object() || schema.contains("additionalProperties"))
      return;
    const auto known = members_of(schema);
    if (known.empty())
      return;
    for (const auto& [name, member] : value.as_object())
      if (!known.contains(name))
        say(at, std::string{name} + " is not in the document");
  }

  const json::value& document_;
  std::string faults_;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

constexpr std::array methods{"GET", "POST", "PUT", "PATCH", "DELETE"};

/// What stands before a path: that of each of its servers, which may be the document's.
std::vector<std::string> bases_of(const json::value& document, const json::value& item) {
  const auto* own = item.as_object().if_contains("servers");
  std::vector<std::string> bases;
  for (const auto& each : (own == nullptr ? document.at("servers") : *own).as_array()) {
    const auto& url = each.at("url").as_string();
    bases.emplace_back(url == "/" ? "" : url.c_str());
  }
  return bases;
}

} // namespace

std::set<std::string> api_document::operations() const {
  std::set<std::string> found;
  for (const auto& [path, item] : document_.at("paths").as_object())
    for (const auto& base : bases_of(document_, item))
      for (const std::string method : methods)
        if (item.as_object().contains(lower(method)))
          found.insert(method + " " + base + std::string{path});
  return found;
}

json::value api_document::content_of(const api_answer& answer) {
  if (answer.text.empty())
    return nullptr;
  const auto type = answer.headers.find("content-type");
  const bool is_json =
      type != answer.headers.end() && type->second.find("json") != std::string::npos;
  return is_json ? answer.json() : json::value(answer.text);
}

const json::value& api_document::item_of(const std::string& path) const {
  for (const auto& [described, item] : document_.at("paths").as_object())
    for (const auto& base : bases_of(document_, item))
      if (path.starts_with(base) && std::string_view{path}.substr(base.size()) == described)
        return item;
  throw std::runtime_error{"the document does not know the path " + path};
}

std::string api_document::faults_of(const json::value& schema, const json::value& value) const {
  comparison all{document_};
  all.compare(schema, value, "");
  return all.take();
}

std::string api_document::faults_of(const std::string& operation, const api_answer& answer) const {
  const auto blank = operation.find(' ');
  const auto& described = item_of(operation.substr(blank + 1))
                              .at(lower(operation.substr(0, blank)))
                              .at("responses")
                              .as_object();
  const auto* found = described.if_contains(std::to_string(answer.status));
  if (found == nullptr && answer.status >= 400)
    found = described.if_contains("default");
  if (found == nullptr)
    return "the document knows no answer " + std::to_string(answer.status) + "\n";
  const auto* content = followed(document_, *found).as_object().if_contains("content");
  if (content == nullptr)
    return answer.text.empty() ? "" : "the document knows no content of this answer\n";
  const auto type =
      answer.headers.contains("content-type") ? answer.headers.at("content-type") : "";
  const auto* media = content->as_object().if_contains(type.substr(0, type.find(';')));
  if (media == nullptr)
    return "the document knows no content of the type '" + type + "'\n";
  return faults_of(media->at("schema"), content_of(answer));
}

} // namespace cloudpods::tests
