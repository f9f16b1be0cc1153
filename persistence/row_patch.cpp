#include "persistence/row_patch.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace cloudpods::persistence {

namespace {

bool is_array(const std::string& json) { return json.starts_with('[') && json.ends_with(']'); }

/// `[a]` and `[b]` as `[a,b]`; nothing where one is no array.
std::optional<std::string> joined(const sql_value& first, const sql_value& second) {
  const auto* left = std::get_if<std::string>(&first);
  const auto* right = std::get_if<std::string>(&second);
  if (left == nullptr || right == nullptr || !is_array(*left) || !is_array(*right))
    return std::nullopt;
  const bool comma = left->size() > 2 && right->size() > 2;
  return left->substr(0, left->size() - 1) + (comma ? "," : "") + right->substr(1);
}

bool builds_on(change_kind first) { return first == change_kind::set; }

std::optional<change> with_sum(const change& first, const change& second) {
  const auto* left = std::get_if<std::int64_t>(&first.value);
  if (left == nullptr || (!builds_on(first.kind) && first.kind != change_kind::add))
    return std::nullopt;
  return change{first.kind, *left + std::get<std::int64_t>(second.value)};
}

std::optional<change> with_appended(const change& first, const change& second) {
  auto both = joined(first.value, second.value);
  if (!both || (!builds_on(first.kind) && first.kind != change_kind::append))
    return std::nullopt;
  return change{first.kind, *std::move(both)};
}

std::optional<change> with_cleared(const change& first, const change& second) {
  if (first.kind == change_kind::clear_if && first.value == second.value)
    return first;
  if (!builds_on(first.kind))
    return std::nullopt;
  return first.value == second.value ? change{} : first;
}

auto find_column(auto& entries, std::size_t column) {
  return std::ranges::lower_bound(entries, column, {}, &row_patch::entry::column);
}

} // namespace

std::optional<change> merged(const change& first, const change& second) {
  switch (second.kind) {
  case change_kind::set:
    return first.kind == change_kind::initial ? std::nullopt : std::optional{second};
  case change_kind::initial:
    return std::nullopt;
  case change_kind::add:
    return with_sum(first, second);
  case change_kind::append:
    return with_appended(first, second);
  case change_kind::clear_if:
    return with_cleared(first, second);
  }
  std::unreachable();
}

row_patch& row_patch::put(std::string_view column, change what) {
  const auto index = of->index(column);
  const auto place = find_column(entries, index);
  assert(place == entries.end() || place->column != index);
  entries.insert(place, entry{index, std::move(what)});
  return *this;
}

row_patch& row_patch::set(std::string_view column, sql_value value) {
  return put(column, {change_kind::set, std::move(value)});
}

row_patch& row_patch::initial(std::string_view column, sql_value value) {
  return put(column, {change_kind::initial, std::move(value)});
}

row_patch& row_patch::add(std::string_view column, std::int64_t amount) {
  return put(column, {change_kind::add, amount});
}

row_patch& row_patch::append(std::string_view column, std::string json) {
  return put(column, {change_kind::append, std::move(json)});
}

row_patch& row_patch::clear_if(std::string_view column, std::string value) {
  return put(column, {change_kind::clear_if, std::move(value)});
}

row_patch& row_patch::only_while(std::string_view column, std::string_view word) {
  only = condition{of->index(column), word};
  return *this;
}

bool row_patch::absorb(const row_patch& later) {
  if (only || later.only)
    return false;
  if (presence == presence::existing && later.presence == presence::made) {
    // Nothing happened to a row that was not there yet.
    *this = later;
    return true;
  }
  const bool same_start = later.presence == presence::existing ||
                          (later.presence == presence::ensured && presence == presence::ensured);
  if (!same_start)
    return false;
  const bool is_made = presence == presence::made || presence == presence::made_or_reset;
  auto result = entries;
  for (const auto& [column, next] : later.entries) {
    const auto place = find_column(result, column);
    if (place == result.end() || place->column != column) {
      // What a made row's other columns begin with is not known here.
      if (is_made && next.kind != change_kind::set)
        return false;
      result.insert(place, entry{column, next});
      continue;
    }
    auto both = merged(place->change, next);
    if (!both)
      return false;
    place->change = *std::move(both);
  }
  entries = std::move(result);
  return true;
}

} // namespace cloudpods::persistence
