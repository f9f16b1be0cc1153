#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/deploy.hpp"
#include "domain/deployment_work.hpp"
#include "domain/stack_check.hpp"
#include "wire/command_json.hpp"
#include "wire/json_writer.hpp"

// Stacks and their deployments (contract 15).

namespace cloudpods::wire {

/// `PUT /internal/blueprints/{slug}`: the whole document with every fault named, those of its own
/// rules included. Fails with `invalid_json`, `validation_failed`.
domain::expected<domain::stack_definition> decode_stack(std::string_view body,
                                                        const domain::task_templates& tasks);

/// `POST /internal/blueprints/{slug}/deploy`, but for the definition and the user.
domain::expected<decoded<domain::deploy_stack>> decode_deploy(std::string_view body,
                                                              std::string_view slug);

/// `POST /internal/deployments/{id}/destroy`, but for the user.
domain::expected<decoded<domain::end_deployment>> decode_end_deployment(std::string_view body);

void write_deployment(json_writer& out, const domain::deployment& deployment);

/// A stack blueprint in the platform's words, its document as `spec`.
void write_stack_blueprint(json_writer& out, const domain::stack_blueprint& blueprint);

/// What the queue item of a task keeps, and the command that stands there; empty where there is
/// none.
domain::json_text task_payload(const domain::stack_task& expanded);
std::vector<std::string> task_argv(const domain::json_text& payload);

} // namespace cloudpods::wire
