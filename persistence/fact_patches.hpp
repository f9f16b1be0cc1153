#pragma once

#include <vector>

#include "domain/event.hpp"
#include "persistence/row_patch.hpp"

namespace cloudpods::persistence {

// What an event does to the rows of each kind, as `domain::evolve` folds it (contract 13). Each
// takes the event and adds its patches to `out`; they never fail.

/// An event of a pod's stream: the pod and its backups.
void patch_pod(const domain::event& fact, std::vector<row_patch>& out);

/// An event of a pod's or a deployment's stream: the job it names and that job's queue items.
void patch_work(const domain::event& fact, std::vector<row_patch>& out);

/// An event of a pod's or a node's stream: the difference it names.
void patch_drift(const domain::event& fact, std::vector<row_patch>& out);

/// An event of a tenant's stream: the tenant, its quota and its owner.
void patch_tenant(const domain::event& fact, std::vector<row_patch>& out);

/// An event of a deployment's stream: the deployment. Its job is `patch_work`'s.
void patch_deployment(const domain::event& fact, std::vector<row_patch>& out);

/// An event of the stream `platform`: stack blueprints.
void patch_platform(const domain::event& fact, std::vector<row_patch>& out);
/// An event of the platform's stream: the recommendation it is about.
void patch_recommendation(const domain::event& fact, std::vector<row_patch>& out);

} // namespace cloudpods::persistence
