#pragma once

#include <optional>
#include <string>

#include "domain/pod.hpp"
#include "wire/json_writer.hpp"

// Answers about one side of a pod (contract 6).

namespace cloudpods::wire {

/// `expires_at`: when its policy removes it at the earliest.
void write_backup(json_writer& out, const domain::pod_backup& backup,
                  std::optional<domain::instant> expires_at);

void write_snapshot(json_writer& out, const domain::pod_snapshot_entry& snapshot);

/// When the pod's health was last looked at: `checked` is what the store noted of a sweep, which
/// states no fact where nothing changed (contract 13).
std::optional<domain::instant> last_checked(const domain::pod& pod,
                                            const std::optional<domain::instant>& checked);

/// How the pod does, as far as anybody knows; `refresh` is the check that was asked for.
std::string health_json(const domain::pod& pod, const std::optional<domain::instant>& checked,
                        const std::optional<domain::job_id>& refresh);

} // namespace cloudpods::wire
