#include "persistence/fact_patches.hpp"
#include "persistence/patch_values.hpp"

namespace cloudpods::persistence {

namespace {

using namespace domain;

std::string json_error(std::string_view code, std::string_view message) {
  wire::json_writer out;
  out.begin_object().field("code", code).field("message", message).end_object();
  return out.take();
}

std::string one_item(const item_id& item) {
  wire::json_writer out;
  out.begin_array().value(item).end_array();
  return out.take();
}

/// What an event does to its job's row.
struct job_patch {
  row_patch& row;
  const event& fact;

  void operator()(const job_queued& queued) const {
    row.presence = presence::made;
    row.set("tenant_id", fact.tenant.value).set("user_id", id_or_null(queued.user));
    row.set("pod_id", id_or_null(fact.pod)).set("type", word(queued.type));
    row.set("status", word(job_status::pending)).set("queue_item_ids", "[]");
    row.set("payload", queued.payload.value).set("retry_of", or_null(queued.retry_of));
    row.set("created_at", fact.at);
  }

  void operator()(const job_started&) const {
    row.set("status", word(job_status::running)).set("started_at", fact.at);
  }

  void operator()(const job_succeeded& ended) const {
    row.set("result", json_of(ended.result));
    end(job_status::success);
  }

  void operator()(const job_failed& ended) const {
    row.set("error", json_error(ended.code, ended.message));
    end(job_status::failed);
  }

  void operator()(const job_cancelled&) const { end(job_status::cancelled); }

  void operator()(const item_queued& queued) const {
    row.append("queue_item_ids", one_item(queued.item));
  }

  template <class Other>
  void operator()(const Other&) const {}

  void end(job_status status) const { row.set("status", word(status)).set("finished_at", fact.at); }
};

/// What an event does to the row of the queue item it names.
struct item_patch {
  const event& fact;
  std::vector<row_patch>& out;

  row_patch& row(const item_id& item, presence how = presence::existing) const {
    return out.emplace_back(queue_table(), item.value, how).set("updated_at", fact.at);
  }

  void operator()(const item_queued& queued) const {
    auto& made = row(queued.item, presence::made);
    made.set("pod_id", fact.pod.value).set("job_id", id_or_null(fact.job));
    made.set("action", word(queued.action)).set("payload", queued.payload.value);
    made.set("status", word(item_status::queued)).set("retry_count", std::int64_t{0});
    made.set("created_at", fact.at);
  }

  void operator()(const item_started& started) const {
    row(started.item).set("status", word(item_status::running));
  }

  void operator()(const item_step_started& started) const { row(started.item).reset("run_after"); }

  void operator()(const item_step_done& ended) const {
    auto& changed = row(ended.item);
    if (ended.result == step_result::failed)
      changed.set("error_message", text_or_null(ended.message));
  }

  void operator()(const item_retry_scheduled& retry) const {
    auto& changed = row(retry.item);
    changed.add("retry_count", 1).set("error_message", text_or_null(retry.message));
    changed.set("run_after", retry.run_after);
  }

  void operator()(const item_ended& ended) const {
    const bool failed = ended.status == item_status::failed;
    auto& changed = row(ended.item);
    changed.set("status", word(ended.status)).reset("run_after").set("processed_at", fact.at);
    changed.set("error_message", failed ? text_or_null(ended.message) : sql_value{});
  }

  template <class Other>
  void operator()(const Other&) const {}
};

} // namespace

void patch_work(const event& fact, std::vector<row_patch>& out) {
  if (!fact.job.empty()) {
    row_patch job{jobs_table(), fact.job.value};
    job.set("updated_at", fact.at);
    std::visit(job_patch{job, fact}, fact.payload);
    out.push_back(std::move(job));
  }
  std::visit(item_patch{fact, out}, fact.payload);
}

} // namespace cloudpods::persistence
