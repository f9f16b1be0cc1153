#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/operation.hpp"

namespace cloudpods::ssh {

/// What a backup said on its standard output.
struct backup_result {
  bool is_finished = false; ///< vzdump or the script says that it is done
  bool is_failed = false;   ///< the script says that it failed
  std::string error;        ///< why, as vzdump or the script says
  std::optional<std::string>
      archive; ///< `<storage>:backup/<file>`, of the guest that was asked for
};

/// Reads vzdump's lines, then the JSON between the script's markers, then its line `File : …`. The
/// archive is the one that vzdump names: a script may name an older one.
backup_result parse_backup_result(const domain::back_up& what, std::string_view out);

/// Whether `volume` is an archive of `guest` by its name.
bool is_backup_of(std::string_view volume, domain::vmid guest);

} // namespace cloudpods::ssh
