#pragma once

#include <span>
#include <string_view>

namespace cloudpods::persistence {

/// One numbered change of the schema. What was released once is never edited: the next number
/// follows.
struct migration {
  int version = 0;
  std::string_view name;
  std::string_view sql;
};

/// All of them, ascending from 1.
std::span<const migration> migrations();

} // namespace cloudpods::persistence
