#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "domain/event.hpp"
#include "persistence/connection.hpp"
#include "persistence/row_patch.hpp"

namespace cloudpods::persistence {

/// What an event does to the rows of the projections (contract 13): the one place that says so,
/// for appending, `verify-log` and `rebuild` alike. Agrees with `domain::evolve`.
std::vector<row_patch> patches_of(const domain::event& fact);

/// The patches of many events, merged row by row.
class projection {
public:
  void add(const domain::event& fact);

  /// The statements that write everything added since the last call.
  std::vector<statement> take_statements();

private:
  /// Patches of different rows, in any order; those of one row are one patch.
  struct segment {
    std::vector<row_patch> patches;
    std::unordered_map<std::string, std::size_t> places; ///< by table and key
  };

  void add(row_patch&& patch);

  std::vector<segment> segments_;
};

} // namespace cloudpods::persistence
