#pragma once

#include <string>

#include "domain/catalogue.hpp"
#include "domain/operation.hpp"
#include "domain/pod.hpp"

namespace cloudpods::domain {

/// The command of a step that changes something (contract 14). `user_data` is looked at for
/// `write_snippet` only.
operation operation_of(step which, const pod& pod, const queue_item& item, const catalogue& offers,
                       const owner_mark& mark, const std::string& user_data);

/// The keys of the node's budgets that a step takes: the node itself, the storage and, for
/// containers, the template that is cloned.
std::vector<std::string> budgets_of(step which, const pod& pod);

/// The reading that tells a running guest's address in its pool's network.
read_address address_query(const pod& pod, const catalogue& offers);

/// The reading that tells how a guest does.
read_health health_query(const pod& pod, const catalogue& offers);

} // namespace cloudpods::domain
