#pragma once

#include <string>

#include "store_fixture.hpp"

namespace cloudpods::persistence {

/// Checks that the projections of a tenant say what `domain::evolve` makes of its history.
void compare_with_fold(const store_fixture& store, const std::string& tenant);

} // namespace cloudpods::persistence
