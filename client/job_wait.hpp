#pragma once

#include "client/session.hpp"

namespace cloudpods::client {

/// Whether a job has this status for good (contract 6).
bool is_finished(std::string_view status);

/// Why a job ended without success: what it says itself, else its items.
std::string job_error_text(const json::value& job);

/// Waits until the job has ended, showing its progress, through restarts of the daemon; returns it
/// as it is then. Fails where the user's patience ends first.
expected<json::value> wait_for_job(session& with, json::value job);

/// Waits for the job of an accepted command, reads the pod again, and prints both with `--json`.
/// Returns `{"pod","job"}`; with `--no-wait` as it was accepted. A job that did not end as success
/// is a failure.
expected<json::value> finish(session& with, json::value accepted);

} // namespace cloudpods::client
