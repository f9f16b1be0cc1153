#pragma once

#include <map>

#include "actors/protocol.hpp"

// Answers to questions, from a tenant's settled state: plain functions.

namespace cloudpods::actors {

using progress_map = std::map<domain::job_id, wire::job_progress>;

/// The pod that a path names, or null.
std::shared_ptr<const domain::pod_record> find_pod(const domain::tenant_state& state,
                                                   const pod_reference& which);

pod_page pods_page(const domain::tenant_state& state, const list_pods& question);

job_view view_of(const std::shared_ptr<const domain::job>& job, const progress_map& progress);

job_page jobs_page(const domain::tenant_state& state, const list_jobs& question,
                   const progress_map& progress);

wire::quota_summary quota_of(const domain::tenant_state& state, const domain::catalogue& offers);

domain::problem no_such(std::string_view thing);

} // namespace cloudpods::actors
