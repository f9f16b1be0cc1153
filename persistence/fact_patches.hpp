#pragma once

#include <vector>

#include "domain/event.hpp"
#include "persistence/row_patch.hpp"

namespace cloudpods::persistence {

// What an event does to the rows of each kind, as `domain::evolve` folds it (contract 13). Each
// takes the event and adds its patches to `out`; they never fail.

/// An event of a pod's stream: the pod and its backups.
void patch_pod(const domain::event& fact, std::vector<row_patch>& out);

/// An event of a pod's stream: the job it names and that job's queue items.
void patch_work(const domain::event& fact, std::vector<row_patch>& out);

/// An event of a pod's or a node's stream: the difference it names.
void patch_drift(const domain::event& fact, std::vector<row_patch>& out);

/// An event of a tenant's stream: the tenant, its quota and its owner.
void patch_tenant(const domain::event& fact, std::vector<row_patch>& out);

} // namespace cloudpods::persistence
