#include "config/document.hpp"

#include <algorithm>
#include <charconv>

#include <toml++/toml.h>

namespace cloudpods::config {

namespace {

/// No section nests deeper; what does is cut there and refused as an unknown key.
constexpr int deepest = 16;

node converted(const toml::node& from, int depth) {
  node made;
  made.where.line = static_cast<int>(from.source().begin.line);
  if (depth > deepest)
    return made;
  if (const auto* text = from.as_string())
    made.held = text->get();
  else if (const auto* whole = from.as_integer())
    made.held = whole->get();
  else if (const auto* number = from.as_floating_point())
    made.held = number->get();
  else if (const auto* flag = from.as_boolean())
    made.held = flag->get();
  else if (const auto* array = from.as_array()) {
    node::list list;
    for (const auto& each : *array)
      list.push_back(converted(each, depth + 1));
    made.held = std::move(list);
  } else if (const auto* table = from.as_table()) {
    node::table entries;
    for (const auto& [name, value] : *table)
      entries.push_back({std::string{name.str()}, converted(value, depth + 1)});
    made.held = std::move(entries);
  }
  return made;
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return parts;
}

std::optional<std::vector<std::string>> texts_of(const node::list& list) {
  std::vector<std::string> texts;
  for (const auto& each : list) {
    const auto* text = std::get_if<std::string>(&each.held);
    if (text == nullptr)
      return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

std::optional<std::vector<std::string>> texts_of_variable(const std::string& text) {
  if (!text.starts_with('['))
    return split_at_commas(text);
  const auto tree = parse_toml("list = " + text);
  const auto* list = tree ? find(*tree->as_table(), "list") : nullptr;
  return list != nullptr && list->as_list() != nullptr ? texts_of(*list->as_list()) : std::nullopt;
}

} // namespace

std::optional<std::int64_t> node::whole() const {
  if (const auto* number = std::get_if<std::int64_t>(&held))
    return *number;
  const auto* written = std::get_if<std::string>(&held);
  return written != nullptr && !where.variable.empty() ? parsed<std::int64_t>(*written)
                                                       : std::nullopt;
}

std::optional<double> node::number() const {
  if (const auto* real = std::get_if<double>(&held))
    return *real;
  if (const auto integer = whole())
    return static_cast<double>(*integer);
  const auto* written = std::get_if<std::string>(&held);
  return written != nullptr && !where.variable.empty() ? parsed<double>(*written) : std::nullopt;
}

std::optional<bool> node::flag() const {
  if (const auto* truth = std::get_if<bool>(&held))
    return *truth;
  const auto* written = std::get_if<std::string>(&held);
  if (written == nullptr || where.variable.empty())
    return std::nullopt;
  if (*written == "true" || *written == "1")
    return true;
  if (*written == "false" || *written == "0")
    return false;
  return std::nullopt;
}

std::optional<std::string> node::text() const {
  const auto* written = std::get_if<std::string>(&held);
  return written != nullptr ? std::optional{*written} : std::nullopt;
}

std::optional<std::vector<std::string>> node::texts() const {
  if (const auto* parts = as_list())
    return texts_of(*parts);
  const auto* written = std::get_if<std::string>(&held);
  return written != nullptr && !where.variable.empty() ? texts_of_variable(*written) : std::nullopt;
}

std::string node::shown() const {
  struct writer {
    std::string operator()(unusable) const { return "a date or time"; }
    std::string operator()(const std::string& text) const { return '"' + text + '"'; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const {
      char digits[32];
      return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
    }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(const list& parts) const {
      std::string all = "[";
      for (const auto& each : parts)
        all += (all.size() > 1 ? ", " : "") + each.shown();
      return all + "]";
    }
    std::string operator()(const table&) const { return "a table"; }
  };
  constexpr std::size_t longest = 120;
  auto line = std::visit(writer{}, held);
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  if (line.size() > longest) {
    auto end = longest;
    while ((static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) // not inside a character
      --end;
    line = line.substr(0, end) + "…";
  }
  return line;
}

const node* find(const node::table& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &entry::name);
  return found == table.end() ? nullptr : &found->value;
}

std::expected<node, fault> parse_toml(std::string_view text) {
  try {
    return converted(toml::parse(text), 0);
  } catch (const toml::parse_error& error) {
    fault why;
    why.where.line = static_cast<int>(error.source().begin.line);
    why.sentence = "this is not TOML: " + std::string{error.description()};
    return std::unexpected(std::move(why));
  }
}

} // namespace cloudpods::config
