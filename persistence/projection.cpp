#include "persistence/projection.hpp"

#include <iterator>
#include <utility>

#include "persistence/patch_sql.hpp"
#include "wire/field_codec.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::persistence {

namespace {

using namespace domain;

sql_value word(has_words auto value) { return std::string{text(value)}; }

template <class Tag>
sql_value id_or_null(const text_id<Tag>& id) {
  return id.empty() ? sql_value{} : sql_value{id.value};
}

sql_value text_or_null(const std::string& text) {
  return text.empty() ? sql_value{} : sql_value{text};
}

sql_value or_null(const std::optional<std::string>& text) {
  return text ? sql_value{*text} : sql_value{};
}

std::string json_of(const auto& value) {
  wire::json_writer out;
  wire::encode_value(out, value);
  return out.take();
}

std::string json_error(std::string_view code, std::string_view message) {
  wire::json_writer out;
  out.begin_object().field("code", code).field("message", message).end_object();
  return out.take();
}

std::string pod_error_json(const pod_failed& broken) {
  wire::json_writer out;
  out.begin_object().field("code", broken.code).field("message", broken.message);
  out.field("cleanupPending", broken.cleanup_pending).end_object();
  return out.take();
}

std::string provisioning_json(const item_step_started& started) {
  wire::json_writer out;
  out.begin_object().field("itemId", started.item).field("step", started.which);
  out.field("attempt", started.attempt).field("undoing", started.undoing).end_object();
  return out.take();
}

std::string one_item(const item_id& item) {
  wire::json_writer out;
  out.begin_array().value(item).end_array();
  return out.take();
}

/// What an event does to its pod's row.
struct pod_patch {
  row_patch& row;
  const event& fact;

  void operator()(const pod_ordered& ordered) const {
    row.presence = presence::made_or_reset;
    identity(ordered);
    size(ordered);
    row.set("status", word(pod_status::pending)).set("power_state", word(power_state::unknown));
    row.reset("error").set("cleanup_pending", false);
    row.initial("created_at", fact.at);
  }

  void identity(const pod_ordered& ordered) const {
    row.set("tenant_id", fact.tenant.value).set("user_id", id_or_null(ordered.user));
    row.set("kind", word(ordered.kind)).set("name", ordered.name).set("hostname", ordered.hostname);
    row.set("plan_code", id_or_null(ordered.plan));
    row.set("blueprint", id_or_null(ordered.blueprint));
    row.set("plan_snapshot", json_of(ordered.snapshot)).set("metadata", json_of(ordered.metadata));
    row.set("subscription_id", or_null(ordered.subscription));
    row.set("primary_domain", or_null(ordered.primary_domain));
    row.set("vmid", std::int64_t{ordered.guest}).set("node", id_or_null(ordered.node));
    row.set("region", text_or_null(ordered.region));
    row.set("ip_address", or_null(ordered.ip_address));
  }

  void size(const pod_ordered& ordered) const {
    row.set("cpu_cores", ordered.cpu_cores).set("memory_mb", ordered.memory_mb);
    row.set("swap_mb", ordered.swap_mb).set("disk_gb", ordered.disk_gb);
    row.set("storage", id_or_null(ordered.storage)).set("bridge", text_or_null(ordered.bridge));
  }

  void operator()(const pod_renumbered& renumbered) const {
    row.set("vmid", std::int64_t{renumbered.to});
  }

  void operator()(const pod_provisioning&) const {
    row.set("status", word(pod_status::provisioning));
  }

  void operator()(const pod_active& active) const {
    row.set("status", word(pod_status::active)).set("power_state", word(active.power));
    row.set("ip_address", or_null(active.ip_address));
  }

  void operator()(const pod_failed& broken) const {
    row.set("status", word(pod_status::error)).set("error", pod_error_json(broken));
    row.set("cleanup_pending", broken.cleanup_pending);
    const bool create =
        broken.code == pod_fault::create_failed || broken.code == pod_fault::cancelled;
    if (create && !broken.cleanup_pending)
      row.reset("ip_address");
  }

  void operator()(const pod_deleting&) const { row.set("status", word(pod_status::deleting)); }

  void operator()(const pod_deleted&) const {
    row.set("status", word(pod_status::deleted)).set("power_state", word(power_state::unknown));
    row.reset("error").set("cleanup_pending", false).reset("current_job_id");
    row.reset("provisioning_state").set("deleted_at", fact.at);
  }

  void operator()(const item_started& started) const {
    if (started.action != item_action::cleanup)
      row.set("current_job_id", id_or_null(fact.job));
  }

  void operator()(const item_step_started& started) const {
    row.set("provisioning_state", provisioning_json(started));
  }

  void operator()(const item_ended& ended) const {
    row.clear_if("current_job_id", fact.job.value).reset("provisioning_state");
    if (ended.action != item_action::cleanup || ended.status != item_status::success)
      return;
    row.append("error", R"({"cleanupPending": false})").set("cleanup_pending", false);
    row.reset("ip_address");
  }

  template <class Other>
  void operator()(const Other&) const {}
};

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

/// What an event does to its tenant's rows.
struct tenant_patch {
  const event& fact;
  std::vector<row_patch>& out;

  void add(std::string_view which, const resources& amount, int sign) const {
    auto& row = out.back();
    for (const auto& each : dimensions)
      row.add(std::string{which} + std::string{each.field}, sign * (amount.*each.amount));
  }

  void ledger() const { out.emplace_back(quotas_table(), fact.tenant.value, presence::ensured); }

  void operator()(const tenant_created& created) const {
    auto& row = out.emplace_back(tenants_table(), fact.tenant.value, presence::made);
    row.set("name", created.name).set("created_at", fact.at).set("updated_at", fact.at);
    ledger();
  }

  void operator()(const quota_reserved& reserved) const {
    ledger();
    add("reserved_", reserved.delta, 1);
  }

  void operator()(const quota_committed& committed) const {
    ledger();
    add("reserved_", committed.delta, -1);
    add("used_", committed.delta, 1);
  }

  void operator()(const quota_released& released) const {
    ledger();
    add("reserved_", released.reserved, -1);
    add("used_", released.used, -1);
  }

  template <class Other>
  void operator()(const Other&) const {}
};

void add_pod_patches(const event& fact, std::vector<row_patch>& out) {
  row_patch pod{pods_table(), fact.pod.value};
  pod.set("version", fact.stream_version).set("updated_at", fact.at);
  std::visit(pod_patch{pod, fact}, fact.payload);
  out.push_back(std::move(pod));
  if (!fact.job.empty()) {
    row_patch job{jobs_table(), fact.job.value};
    job.set("updated_at", fact.at);
    std::visit(job_patch{job, fact}, fact.payload);
    out.push_back(std::move(job));
  }
  std::visit(item_patch{fact, out}, fact.payload);
}

} // namespace

std::vector<row_patch> patches_of(const event& fact) {
  std::vector<row_patch> out;
  if (!fact.pod.empty() && fact.stream == pod_stream(fact.pod))
    add_pod_patches(fact, out);
  else if (!fact.tenant.empty() && fact.stream == tenant_stream(fact.tenant))
    std::visit(tenant_patch{fact, out}, fact.payload);
  return out;
}

void projection::add(const event& fact) {
  for (auto& each : patches_of(fact))
    add(std::move(each));
}

void projection::add(row_patch&& patch) {
  auto place = std::string{patch.of->name} + '\0' + patch.key;
  if (segments_.empty())
    segments_.emplace_back();
  auto [found, is_new] =
      segments_.back().places.try_emplace(place, segments_.back().patches.size());
  if (is_new) {
    segments_.back().patches.push_back(std::move(patch));
    return;
  }
  if (segments_.back().patches[found->second].absorb(patch))
    return;
  // Not to be said in one patch: it comes after everything so far.
  auto& fresh = segments_.emplace_back();
  fresh.places.emplace(std::move(place), 0);
  fresh.patches.push_back(std::move(patch));
}

std::vector<statement> projection::take_statements() {
  std::vector<statement> all;
  for (const auto& each : segments_) {
    auto some = statements_of(each.patches);
    std::ranges::move(some, std::back_inserter(all));
  }
  segments_.clear();
  return all;
}

} // namespace cloudpods::persistence
