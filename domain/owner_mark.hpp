#pragma once

#include <string>

#include "domain/ids.hpp"

namespace cloudpods::domain {

/// The owner's mark of a guest (contract 11): text of its description, and its tags.
struct owner_mark {
  controller_id controller;
  pod_id pod;

  /// `cloudpods/<controller>/<pod>`
  [[nodiscard]] std::string description() const;
  /// `cloudpods;<pod>` in lower case, as Proxmox keeps tags
  [[nodiscard]] std::string tags() const;
};

} // namespace cloudpods::domain
