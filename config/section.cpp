#include "config/section.hpp"

#include <algorithm>
#include <cctype>

#include "config/suggestion.hpp"

namespace cloudpods::config {

namespace {

constexpr std::string_view prefix = "CLOUDPODS_";

/// `auth.claims` → `AUTH_CLAIMS`
std::string variable_part(std::string_view path) {
  std::string part{path};
  std::ranges::transform(part, part.begin(), [](unsigned char c) {
    return c == '.' ? '_' : static_cast<char>(std::toupper(c));
  });
  return part;
}

/// The node at a dotted path, or null.
const node* at(const node::table& file, std::string_view path) {
  const auto dot = path.find('.');
  const auto* found = find(file, path.substr(0, dot));
  if (found == nullptr || dot == std::string_view::npos)
    return found;
  return found->as_table() == nullptr ? nullptr : at(*found->as_table(), path.substr(dot + 1));
}

} // namespace

void found_value::refuse(std::string sentence) const {
  context.faults.add(key, value.shown(), std::move(sentence));
}

void found_value::refuse_unseen(std::string sentence) const {
  context.faults.add(key, {}, std::move(sentence));
}

section_source section(reading& context, const std::string& path) {
  const auto* table = at(context.file, path);
  if (table != nullptr) {
    context.faults.found(path, table->where);
    if (table->as_table() == nullptr) {
      context.faults.add(path, {}, "must be a table, written as [" + path + "]");
      table = nullptr;
    }
  }
  return {table, path, std::string{prefix} + variable_part(path) + '_'};
}

std::vector<section_source> section_list(reading& context, const std::string& name) {
  std::vector<section_source> tables;
  const auto* found = find(context.file, name);
  if (found == nullptr)
    return tables;
  context.faults.found(name, found->where);
  const auto* list = found->as_list();
  const auto is_table = [](const node& each) { return each.as_table() != nullptr; };
  if (list == nullptr || !std::ranges::all_of(*list, is_table)) {
    context.faults.add(name, {}, "must be a list of tables, each written as [[" + name + "]]");
    return tables;
  }
  for (const auto& each : *list) {
    auto path = name + '[' + std::to_string(tables.size()) + ']';
    context.faults.found(path, each.where);
    tables.push_back({&each, std::move(path), {}});
  }
  return tables;
}

const node* look_up(reading& context, const section_source& source, std::string_view name,
                    node& kept) {
  const auto path = source.path + '.' + std::string{name};
  if (!source.variables.empty()) {
    auto variable = source.variables + variable_part(name);
    context.known_variables.insert(variable);
    if (const auto set = context.variables.find(variable); set != context.variables.end()) {
      kept.where.variable = std::move(variable);
      kept.held = set->second;
      context.faults.found(path, kept.where);
      return &kept;
    }
  }
  const auto* value = source.table == nullptr ? nullptr : find(*source.table->as_table(), name);
  if (value != nullptr)
    context.faults.found(path, value->where);
  return value;
}

void refuse_unknown(reading& context, const section_source& source,
                    const std::vector<std::string_view>& known) {
  if (source.table == nullptr)
    return;
  for (const auto& [name, value] : *source.table->as_table())
    if (std::ranges::find(known, name) == known.end()) {
      // Its value is not shown: a secret may stand behind a misspelt key.
      const auto path = source.path.empty() ? name : source.path + '.' + name;
      const auto* kind = source.path.empty() ? "unknown section" : "unknown key";
      context.faults.add({value.where, path, {}, kind + suggestion(name, known)});
    }
}

void refuse_placeholders(report& faults, const node& value, const std::string& path) {
  if (const auto* table = value.as_table()) {
    for (const auto& [name, inner] : *table)
      refuse_placeholders(faults, inner,
                          path.empty() ? name : std::string{path}.append(".").append(name));
  } else if (const auto* list = value.as_list()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      refuse_placeholders(faults, (*list)[i], path + '[' + std::to_string(i) + ']');
  } else if (const auto* text = std::get_if<std::string>(&value.held);
             text != nullptr && text->starts_with("CHANGE")) {
    faults.add({value.where, path, {}, "still stands as CHANGE: set your own value"});
  }
}

void refuse_unknown_variables(reading& context, const std::vector<std::string_view>& sections) {
  const std::vector<std::string_view> known{context.known_variables.begin(),
                                            context.known_variables.end()};
  for (const auto& [name, value] : context.variables) {
    const bool names_section = std::ranges::any_of(sections, [&](std::string_view each) {
      return name.starts_with(std::string{prefix} + variable_part(each) + '_');
    });
    if (names_section && !context.known_variables.contains(name))
      context.faults.add({{0, name}, {}, {}, "no key has this variable" + suggestion(name, known)});
  }
}

} // namespace cloudpods::config
