#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"

namespace cloudpods::ssh {

/// What a container's create script said on its standard output.
struct create_result {
  bool is_success = true;
  std::optional<domain::vmid> guest;
  std::optional<std::string> address; ///< dotted quad, without prefix length
  std::string error;
};

/// Reads the JSON between the markers, else the last line `IP : a.b.c.d[/n]`. Only to be asked of
/// the standard output of a script that succeeded.
create_result parse_create_result(std::string_view out);

} // namespace cloudpods::ssh
