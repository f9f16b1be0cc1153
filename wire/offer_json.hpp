#pragma once

#include <string>

#include "domain/action_payloads.hpp"
#include "domain/catalogue.hpp"
#include "wire/json_writer.hpp"

// Answers about what is offered, and to whom (contract 6, 8).

namespace cloudpods::wire {

/// A blueprint as tenants see it: nothing of the hosts.
void write_blueprint(json_writer& out, const domain::blueprint& blueprint);

/// A tenant plan; a limit of -1 is unlimited.
void write_tenant_plan(json_writer& out, const domain::tenant_plan& plan);

/// A tenant as operators see it: what they said of it, which may be nothing yet.
std::string tenant_json(const domain::tenant_id& tenant, const domain::tenant_updated& said,
                        domain::instant created_at);

} // namespace cloudpods::wire
