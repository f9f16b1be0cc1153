#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "domain/action.hpp"
#include "domain/action_payloads.hpp"
#include "wire/command_json.hpp"

// Bodies of what is asked of a pod that stands, of a job and of a tenant (contract 6, 8, 12). All
// fail with `invalid_json`; the faults of the fields stand in `decoded::command`. Users are left to
// the caller.

namespace cloudpods::wire {

/// `POST /{ref}/scale`, `/backup`, `/restore`, `/snapshots`, `/start`, …: the body of that action.
/// Where the path names a snapshot, the caller says so by `name_snapshot`.
domain::expected<decoded<domain::act_on_pod>> decode_action(domain::item_action action,
                                                            std::string_view body);

/// The snapshot that a path names: into the parameters, and into what the job keeps.
void name_snapshot(domain::act_on_pod& wish, std::string_view name);

/// `PUT /{ref}/protection`: whether it is to be protected.
domain::expected<decoded<bool>> decode_protection(std::string_view body);

/// `POST /jobs/{id}/retry`: no more than whom it names.
domain::expected<decoded<std::monostate>> decode_nothing(std::string_view body);

/// `POST /jobs/{id}/cancel`: the reason, which may be empty.
domain::expected<decoded<std::string>> decode_reason(std::string_view body);

/// `POST /tenants/{id}/quota`: the limits that are named; a negative one is unlimited.
domain::expected<domain::quota_changed> decode_limits(std::string_view body);

/// `PUT /admin/tenants/{id}`.
domain::expected<domain::tenant_updated> decode_tenant(std::string_view body);

} // namespace cloudpods::wire
