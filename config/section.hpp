#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.hpp"
#include "config/environment.hpp"
#include "config/report.hpp"

namespace cloudpods::config {

/// What one reading of the configuration goes by.
struct reading {
  const node::table& file;
  const environment& variables;
  std::filesystem::path folder; ///< of the file: what relative paths of `*_file` keys start from
  report& faults;
  std::set<std::string, std::less<>> known_variables;
};

/// A value that was found for a key.
struct found_value {
  const node& value;
  std::string key;
  const reading& context;

  void refuse(std::string sentence) const;
  /// For secrets: the fault does not show the value.
  void refuse_unseen(std::string sentence) const;
};

/// One key of a section: its name, and how its value comes into the section.
template <class Section>
struct key {
  std::string_view name;
  std::function<void(Section&, const found_value&)> read;
  bool required = false;
};

template <class Section>
using keys = std::vector<key<Section>>;

/// A table of the file (null: absent), its path, and the beginning of its variables' names (empty:
/// the environment has no say in it).
struct section_source {
  const node* table = nullptr;
  std::string path;
  std::string variables;
};

/// The section of that path, `http` or `auth.claims`; a fault where it is no table.
section_source section(reading& context, const std::string& path);

/// The tables of `[[name]]`, in order; a fault where it is no list of tables.
std::vector<section_source> section_list(reading& context, const std::string& name);

/// The value of a key, from the environment first; noted as found. `kept` holds what comes from
/// the environment.
const node* look_up(reading& context, const section_source& source, std::string_view name,
                    node& kept);

/// Adds a fault for each key of the table that is not `known`, with the nearest known one.
void refuse_unknown(reading& context, const section_source& source,
                    const std::vector<std::string_view>& known);

/// Adds a fault for each text of the file that still says CHANGE, as examples do.
void refuse_placeholders(report& faults, const node& value, const std::string& path);

/// Adds a fault for each variable that has the name of a section but of no key in it.
void refuse_unknown_variables(reading& context, const std::vector<std::string_view>& sections);

/// Reads every key of `table` into `into`. Keys that are absent leave what `into` holds; `others`
/// are tables inside this one that are read by themselves.
template <class Section>
void read_keys(reading& context, const section_source& source, const keys<Section>& table,
               Section& into, std::vector<std::string_view> others = {}) {
  for (const auto& each : table) {
    node kept;
    const auto path = source.path + '.' + std::string{each.name};
    if (const auto* value = look_up(context, source, each.name, kept))
      each.read(into, found_value{*value, path, context});
    else if (each.required)
      context.faults.add(path, {}, "is required");
    others.push_back(each.name);
  }
  refuse_unknown(context, source, others);
}

/// Reads a section by its path.
template <class Section>
void read_section(reading& context, const std::string& path, const keys<Section>& table,
                  Section& into, std::vector<std::string_view> others = {}) {
  read_keys(context, section(context, path), table, into, std::move(others));
}

/// Reads `[[name]]`; each begins as a copy of `standard`.
template <class Section>
std::vector<Section> read_list(reading& context, const std::string& name,
                               const keys<Section>& table, const Section& standard = {}) {
  std::vector<Section> all;
  for (const auto& source : section_list(context, name))
    read_keys(context, source, table, all.emplace_back(standard));
  return all;
}

} // namespace cloudpods::config
