#include <algorithm>

#include "config/argv_template.hpp"
#include "config/keys.hpp"
#include "config/sections.hpp"

namespace cloudpods::config {

namespace {

const std::vector<std::string_view> recommended_actions{
    "SCALE_UP",   "SCALE_DOWN",  "NOTIFY_TENANT", "RUN_HEALTH_CHECK",
    "RUN_BACKUP", "FLAG_TENANT", "DRAIN_NODE"};

/// A week: nothing on a node takes longer.
constexpr range timeout_range{1, 7 * 24 * 3600};
constexpr range interval_range{1, 7 * 24 * 3600};

keys<rate_limit_settings> rate_limit_keys() {
  using section = rate_limit_settings;
  constexpr range tokens{0, 1'000'000};
  return {
      whole<section>("mutations_per_minute", &section::mutations_per_minute, tokens),
      whole<section>("mutations_burst", &section::mutations_burst, tokens),
      whole<section>("reads_per_second", &section::reads_per_second, tokens),
  };
}

/// `timeout_create_s`, into that member of `[jobs]`'s timeouts.
key<job_settings> timeout(std::string_view name, std::chrono::seconds action_timeouts::*member) {
  return whole<job_settings>(
      name, [member](job_settings & jobs) -> auto& { return jobs.timeouts.*member; },
      timeout_range);
}

keys<job_settings> job_keys() {
  using section = job_settings;
  return {
      whole<section>("max_attempts", &section::max_attempts, {1, 100}),
      whole<section>("backoff_initial_ms", &section::backoff_initial, {1, 3'600'000}),
      whole<section>("backoff_max_ms", &section::backoff_max, {1, 86'400'000}),
      timeout("timeout_create_s", &action_timeouts::create),
      timeout("timeout_destroy_s", &action_timeouts::destroy),
      timeout("timeout_backup_s", &action_timeouts::backup),
      timeout("timeout_scale_s", &action_timeouts::scale),
      timeout("timeout_power_s", &action_timeouts::power),
      timeout("timeout_health_s", &action_timeouts::health),
      timeout("timeout_restore_s", &action_timeouts::restore),
      timeout("timeout_snapshot_s", &action_timeouts::snapshot),
      timeout("timeout_sync_s", &action_timeouts::sync),
      timeout("timeout_post_create_s", &action_timeouts::post_create),
      whole<section>("shutdown_grace_s", &section::shutdown_grace, {0, 3600}),
      whole<section>("retention_days", &section::retention, {1, 36500}),
  };
}

keys<health_settings> health_keys() {
  return {whole<health_settings>("interval_s", &health_settings::interval, {0, 7 * 24 * 3600})};
}

keys<reconcile_settings> reconcile_keys() {
  using section = reconcile_settings;
  return {
      whole<section>("interval_s", &section::interval, interval_range),
      word<section>("on_guest_shutdown", &section::on_guest_shutdown),
  };
}

keys<webhook_settings> webhook_keys() {
  return {flag<webhook_settings>("allow_private", &webhook_settings::allow_private)};
}

keys<backup_settings> backup_keys() {
  return {whole<backup_settings>("tick_s", &backup_settings::tick, {1, 86400})};
}

keys<backup_policy> policy_keys() {
  using section = backup_policy;
  return {
      required(text<section>("name", &section::name, plain_word)),
      whole<section>("every_hours", &section::every, {1, 8760}),
      whole<section>("keep_last", &section::keep_last, {0, 10000}),
      whole<section>("keep_days", &section::keep, {0, 36500}),
  };
}

std::expected<std::string, std::string> recommended_action(const std::string& name) {
  if (std::ranges::find(recommended_actions, name) == recommended_actions.end())
    return std::unexpected("is no type of action; they are " + quoted_list(recommended_actions) +
                           suggestion(name, recommended_actions));
  return name;
}

keys<focalpilot_settings> focalpilot_keys() {
  using section = focalpilot_settings;
  return {
      flag<section>("enabled", &section::enabled),
      values<section>("auto_apply", &section::auto_apply, recommended_action),
  };
}

void read_post_create(reading& context, settings& into) {
  const auto source = section(context, "post_create");
  if (source.table == nullptr)
    return;
  for (const auto& [name, value] : *source.table->as_table()) {
    const found_value found{value, "post_create." + name, context};
    context.faults.found(found.key, value.where);
    if (const auto why = plain_word(name); !why.empty())
      found.refuse("its name " + std::string{why});
    const auto argv = value.texts();
    if (!argv) {
      found.refuse("must be a list of texts: a program and its arguments");
      continue;
    }
    for (auto& problem : template_problems(*argv, {"vmid:*", "ip:*", "tenantId"}, {}))
      found.refuse(std::move(problem));
    into.post_create[name] = *argv;
  }
}

void check_work(report& faults, const settings& all) {
  const auto& jobs = all.jobs;
  if (jobs.backoff_max < jobs.backoff_initial)
    faults.add("jobs.backoff_max_ms", std::to_string(jobs.backoff_max.count()),
               "must not be less than backoff_initial_ms");
  const auto& policies = all.backup.policies;
  for (std::size_t i = 0; i < policies.size(); ++i)
    if (policies[i].keep_last == 0 && policies[i].keep.count() == 0)
      faults.add("backup_policies[" + std::to_string(i) + "].keep_last", "0",
                 "keep_last and keep_days are both 0: no backup would be kept at all");
}

} // namespace

void read_work(reading& context, settings& into) {
  read_section(context, "rate_limit", rate_limit_keys(), into.rate_limit);
  read_section(context, "jobs", job_keys(), into.jobs);
  read_section(context, "health", health_keys(), into.health);
  read_section(context, "reconcile", reconcile_keys(), into.reconcile);
  read_section(context, "webhooks", webhook_keys(), into.webhooks);
  read_section(context, "backup", backup_keys(), into.backup);
  into.backup.policies = read_list(context, "backup_policies", policy_keys());
  read_section(context, "focalpilot", focalpilot_keys(), into.focalpilot);
  read_post_create(context, into);
  check_work(context.faults, into);
}

} // namespace cloudpods::config
