#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/problem.hpp"
#include "domain/words.hpp"
#include "http/page_cursor.hpp"
#include "http/target.hpp"

namespace cloudpods::http {

/// Reads parameters of a query; collects every fault instead of stopping at the first.
class query_reader {
public:
  explicit query_reader(const target& from) : from_(from) {}

  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<std::string> text(std::string_view name);
  std::string required_text(std::string_view name);
  /// `limit` of a list: 1 to 500, 50 where it is absent (contract 5).
  std::size_t limit();

  /// False where it is absent.
  bool flag(std::string_view name);
  /// Where the page before ended; nothing at the beginning. `scope` names the list.
  std::optional<std::string> cursor(const page_cursor& cursors, std::string_view scope);

  /// All values of a parameter that may be repeated.
  template <domain::has_words Enum>
  std::vector<Enum> words(std::string_view name) {
    std::vector<Enum> values;
    for (const auto word : from_.parameters(name))
      if (const auto value = domain::from_text<Enum>(word))
        values.push_back(*value);
      else
        fault(name, "invalid_value", "knows no such word");
    return values;
  }
  template <domain::has_words Enum>
  std::optional<Enum> word(std::string_view name) {
    const auto values = words<Enum>(name);
    return values.empty() ? std::nullopt : std::optional{values.front()};
  }

  void fault(std::string_view name, std::string_view code, std::string message);
  /// Success, or `VALIDATION_FAILED` with all faults.
  [[nodiscard]] domain::expected<void> finish() const;

private:
  const target& from_;
  std::vector<domain::field_error> errors_;
};

} // namespace cloudpods::http
