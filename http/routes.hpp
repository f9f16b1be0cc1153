#pragma once

#include <span>

#include "http/router.hpp"

namespace cloudpods::http {

/// Every route of the daemon. `docs/openapi.yaml` says the same; a test compares them.
std::span<const route> route_table();

} // namespace cloudpods::http
