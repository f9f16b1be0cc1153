#pragma once

#include "client/api.hpp"
#include "client/console.hpp"
#include "client/failure.hpp"
#include "client/options.hpp"
#include "client/url.hpp"

namespace cloudpods::client {

/// What a command works with.
struct session {
  api& daemon;
  const console& around;
  const common_options& flags;
  const server_url& server;
  std::string token;

  /// Prints a document as one line of JSON.
  void print(const json::value& document) const;
};

expected<void> run_order(session& with, const order_options& options);
expected<void> run_list(session& with, const list_options& options);
expected<void> run_show(session& with, const show_options& options);
expected<void> run_destroy(session& with, const destroy_options& options);
expected<void> run_jobs(session& with, const jobs_options& options);
expected<void> run_quota(session& with, const quota_options& options);
expected<void> run_plans(session& with, const plans_options& options);
expected<void> run_events(session& with, const events_options& options);

} // namespace cloudpods::client
