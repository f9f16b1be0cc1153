#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "client/session.hpp"

/// Documents of any shape, as text.
namespace cloudpods::client {

/// How a value is shown.
enum class shown : std::uint8_t { plain, age, megabytes, bytes, percent, list };

struct column {
  const char* title;
  std::string_view path; ///< of members, dots between them: `load.cpuRatio`
  shown as = shown::plain;
};

/// The value at a path, as text; "" where there is none.
std::string cell_text(const json::value& document, const column& what, time_point now);

/// Prints all pages of a list as a table, or as one JSON document; `nothing` where it is empty.
expected<void> print_list(session& with, std::string_view target, std::span<const column> columns,
                          std::string_view nothing);

/// Every member that has a value, one a line, by its path; JSON where that is asked for.
void print_document(session& with, const json::value& document);

/// The answer, likewise, or its failure.
expected<void> print_answer(session& with, const expected<json::value>& answer);

} // namespace cloudpods::client
