#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/catalogue.hpp"
#include "domain/job.hpp"
#include "domain/pod.hpp"
#include "domain/quota.hpp"
#include "wire/json_writer.hpp"

// Answers of the REST API (contract 6, 12), written into a document.

namespace cloudpods::wire {

/// How far a running job is; not durable.
struct job_progress {
  int percent = 0;
  std::string step;
  std::string message;
  std::optional<std::string> waiting_on;
  std::optional<std::int64_t> queue_position = {}; ///< 1 is next
  std::optional<std::int64_t> eta_s = {};          ///< until its turn, as far as is known
};

void write_pod(json_writer& out, const domain::pod& pod);
void write_job(json_writer& out, const domain::job& job,
               const std::optional<job_progress>& progress);
void write_plan(json_writer& out, const domain::plan& plan);

// Parts of a job that both families of the API show.

/// What was heard last, else what the log knows.
job_progress latest_progress(const domain::job& job, const std::optional<job_progress>& heard);
/// `percent`, `step`, `message`
void write_progress(json_writer& out, const job_progress& progress);
/// `queueItems`
void write_queue_items(json_writer& out, const domain::job& job);
/// Null where it is empty.
void write_text_or_null(json_writer& out, std::string_view name, const std::string& text);

/// What `GET /my-quota` tells.
struct quota_summary {
  domain::tenant_id tenant;
  domain::limit_source source = domain::limit_source::standard;
  domain::limits limit;
  domain::holdings held;
};

void write_quota(json_writer& out, const quota_summary& summary);

/// The document of one value.
std::string pod_json(const domain::pod& pod);
std::string job_json(const domain::job& job, const std::optional<job_progress>& progress);
std::string quota_json(const quota_summary& summary);

/// A progress message of the stream (contract 9).
std::string progress_frame(const domain::job_id& job, const domain::pod_id& pod,
                           const job_progress& progress);

} // namespace cloudpods::wire
