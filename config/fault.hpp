#pragma once

#include <string>
#include <string_view>

namespace cloudpods::config {

/// Where a value stands: a line of the file, or a variable of the environment.
struct place {
  int line = 0; ///< 1 and up; 0: not in the file
  std::string variable;

  friend bool operator==(const place&, const place&) = default;
};

/// One thing that is wrong with the configuration (contract 3).
struct fault {
  place where;
  std::string key;      ///< `nodes[1].port`, as `jq` would write it; "" for the whole file
  std::string value;    ///< as written; "" for secrets and for values of unknown keys
  std::string sentence; ///< for a person; never holds a secret

  friend bool operator==(const fault&, const fault&) = default;
};

/// `FILE:12: http.threads = 0: must lie between 1 and 64`; the variable in place of file and line
/// where the value comes from there.
std::string text(const fault& each, std::string_view file);

} // namespace cloudpods::config
