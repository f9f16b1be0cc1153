#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/instant.hpp"

namespace cloudpods::persistence {

/// What kind of value a column holds, and how it travels.
enum class column_type { text, integer, boolean, time, json, address };

struct column {
  std::string_view name;
  column_type type;
};

/// A projection: one row per key, computed from the events alone (contract 13).
struct table {
  std::string_view name;
  std::string_view key;
  std::vector<column> columns; ///< without the key
  /// Columns that are no fold of the log; `rebuild` keeps them, `verify-log` does not look.
  std::vector<std::string_view> unfolded;
  /// The rows that are a fold of the log, as a condition; "": all of them.
  std::string_view only_rows = {};

  /// The place of a column that exists.
  [[nodiscard]] std::size_t index(std::string_view column_name) const;
};

/// Every projection. Order: none refers to a later one.
const std::vector<const table*>& projections();
const table& pods_table();
const table& queue_table();
const table& jobs_table();
const table& quotas_table();
const table& tenants_table();
const table& users_table();
const table& backups_table();
const table& deployments_table();
const table& blueprints_table();
const table& recommendations_table();
const table& drift_table();

using sql_value = std::variant<std::monostate, std::int64_t, bool, domain::instant, std::string>;

/// How a column gets its new value.
enum class change_kind {
  set,      ///< the value
  initial,  ///< the value, only where the row is made
  add,      ///< the old number plus the value
  append,   ///< the old JSON with the value joined to it (`||`); NULL stays NULL
  clear_if, ///< NULL where the old one is the value, else the old one
};

struct change {
  change_kind kind = change_kind::set;
  sql_value value;
};

/// One change that does what `first` and then `second` do; nothing where no single one can.
std::optional<change> merged(const change& first, const change& second);

/// Whether a patch finds its row or makes it.
enum class presence {
  existing,      ///< it is there; where it is not, nothing happens
  made,          ///< it is new; a row with its key is a refusal
  made_or_reset, ///< it is new, or all it names is set anew
  ensured,       ///< it is made with defaults where it is missing, then changed
};

/// The changes of one row.
struct row_patch {
  /// The row is changed only while that column has that word.
  struct condition {
    std::size_t column = 0;
    std::string_view word; ///< of a frozen list
  };

  struct entry {
    std::size_t column = 0;
    persistence::change change;
  };

  const table* of = nullptr;
  std::string key;
  persistence::presence presence = presence::existing;
  std::vector<entry> entries;    ///< by column, ascending
  std::optional<condition> only; ///< it stands alone: never merged with another

  row_patch(const table& which, std::string row_key, persistence::presence how = presence::existing)
      : of(&which), key(std::move(row_key)), presence(how) {}

  row_patch& set(std::string_view column, sql_value value);
  row_patch& initial(std::string_view column, sql_value value);
  row_patch& add(std::string_view column, std::int64_t amount);
  row_patch& append(std::string_view column, std::string json);
  row_patch& clear_if(std::string_view column, std::string value);
  row_patch& reset(std::string_view column) { return set(column, std::monostate{}); }
  row_patch& only_while(std::string_view column, std::string_view word);

  /// Takes in what comes after it for the same row; false (and unchanged) where that cannot be one
  /// patch.
  bool absorb(const row_patch& later);

private:
  row_patch& put(std::string_view column, change what);
};

} // namespace cloudpods::persistence
