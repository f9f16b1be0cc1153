#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/catalogue.hpp"
#include "domain/job.hpp"
#include "domain/pod.hpp"
#include "wire/views_json.hpp"

// Answers of `/internal` (contract 7): the same pods, jobs and events in the platform's words.

namespace cloudpods::wire {

/// cloudPod
void write_cloud_pod(json_writer& out, const domain::pod& pod);

void write_platform_job(json_writer& out, const domain::job& job,
                        const std::optional<job_progress>& progress);

/// An event's message of the stream as an item of a list, with the platform's names beside ours.
void write_platform_event(json_writer& out, std::string_view frame);

void write_platform_blueprint(json_writer& out, const domain::blueprint& blueprint);

/// The health that is known, `checked` as for `last_checked`; `refresh` is the check that was asked
/// for.
std::string platform_health_json(const domain::pod& pod,
                                 const std::optional<domain::instant>& checked,
                                 const std::optional<domain::job_id>& refresh);

} // namespace cloudpods::wire
