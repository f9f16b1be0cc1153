#pragma once

#include <span>
#include <vector>

#include "persistence/connection.hpp"
#include "persistence/row_patch.hpp"

namespace cloudpods::persistence {

/// The statements that write the patches, each of another row. Patches that change the same columns
/// the same way share one statement over arrays, so that a batch needs few and each is planned
/// once. Rows that give something up come before those that may take it over.
std::vector<statement> statements_of(std::span<const row_patch> patches);

} // namespace cloudpods::persistence
