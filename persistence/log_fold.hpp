#pragma once

#include <functional>
#include <optional>
#include <string>

#include "persistence/chain_check.hpp"
#include "persistence/connection.hpp"

namespace cloudpods::persistence {

/// What a walk along the log found wrong first; nothing: it is whole.
using log_difference = std::optional<std::string>;

/// Reads every event after `check`'s position in the present transaction and lets `check` see it.
/// `on_page` gets each page of rows (`event_columns`) after it was found right.
stored<log_difference> walk_log(connection& link, chain_check& check,
                                const std::function<stored<void>(const result&)>& on_page);

/// Makes empty temporary tables with the names of the projections, which hide the real ones from
/// every statement that names no schema; they end with the transaction. Returns the real ones'
/// schema, quoted.
stored<std::string> make_shadows(connection& link);

/// Folds the whole log into the shadows, with the code that writes the projections, and leaves out
/// what has expired from those in `schema`.
stored<log_difference> fold_into_shadows(connection& link, chain_check& check,
                                         const std::string& schema);

/// The first row in which a projection in `schema` and its shadow differ.
stored<log_difference> compare_shadows(connection& link, const std::string& schema);

/// Gives the projections in `schema` the rows of their shadows.
stored<void> replace_from_shadows(connection& link, const std::string& schema);

} // namespace cloudpods::persistence
