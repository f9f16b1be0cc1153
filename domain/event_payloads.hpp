#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/fields.hpp"
#include "domain/ids.hpp"
#include "domain/instant.hpp"
#include "domain/json_text.hpp"
#include "domain/lifecycle.hpp"
#include "domain/outcome.hpp"
#include "domain/resources.hpp"

// The facts of contract 9 that are used by now. A stored form is never changed: a field is added by
// a new version with an upcaster in wire/.

namespace cloudpods::domain {

/// A tenant comes into being (contract 1).
struct tenant_created {
  std::string name;

  static constexpr std::string_view event_name = "tenant.created";
  static constexpr auto fields = std::tuple{field{"name", &tenant_created::name}};
  friend bool operator==(const tenant_created&, const tenant_created&) = default;
};

struct quota_reserved {
  resources delta;

  static constexpr std::string_view event_name = "quota.reserved";
  static constexpr auto fields = std::tuple{field{"delta", &quota_reserved::delta}};
  friend bool operator==(const quota_reserved&, const quota_reserved&) = default;
};

/// What was reserved for a pod is now used by it.
struct quota_committed {
  resources delta;

  static constexpr std::string_view event_name = "quota.committed";
  static constexpr auto fields = std::tuple{field{"delta", &quota_committed::delta}};
  friend bool operator==(const quota_committed&, const quota_committed&) = default;
};

/// What a pod held is free again: of what it used, and of what was still reserved for it.
struct quota_released {
  resources used;
  resources reserved;

  static constexpr std::string_view event_name = "quota.released";
  static constexpr auto fields = std::tuple{field{"used", &quota_released::used},
                                            field{"reserved", &quota_released::reserved}};
  friend bool operator==(const quota_released&, const quota_released&) = default;
};

/// How the guest of a pod is built: copied from the configuration, so that a reload changes no
/// order that was accepted.
struct guest_build {
  vmid template_vmid = 0;
  std::string disk;
  std::string ci_user;
  std::string cloud_init_profile;
  std::int64_t template_disk_gb = 0;
  int prefix_length = 0;
  std::string gateway;
  std::string nameserver;
  std::vector<std::string> ssh_keys;
  std::int64_t user_data_bytes = 0; ///< 0: none was given
  std::string user_data_sha256;

  static constexpr auto fields =
      std::tuple{field{"templateVmid", &guest_build::template_vmid},
                 field{"disk", &guest_build::disk},
                 field{"ciUser", &guest_build::ci_user},
                 field{"cloudInitProfile", &guest_build::cloud_init_profile},
                 field{"templateDiskGb", &guest_build::template_disk_gb},
                 field{"prefixLength", &guest_build::prefix_length},
                 field{"gateway", &guest_build::gateway},
                 field{"nameserver", &guest_build::nameserver},
                 field{"sshKeys", &guest_build::ssh_keys},
                 field{"userDataBytes", &guest_build::user_data_bytes},
                 field{"userDataSha256", &guest_build::user_data_sha256}};
  friend bool operator==(const guest_build&, const guest_build&) = default;
};

/// What the plan was when it was ordered.
struct plan_snapshot {
  plan_code code;
  std::string name;
  std::int64_t price_monthly_cents = 0;
  std::int64_t vcpu = 0;
  std::int64_t ram_mb = 0;
  std::int64_t storage_gb = 0;
  std::int64_t swap_mb = 0;
  std::optional<std::int64_t> bandwidth_gb;

  static constexpr auto fields =
      std::tuple{field{"code", &plan_snapshot::code},
                 field{"name", &plan_snapshot::name},
                 field{"priceMonthlyCents", &plan_snapshot::price_monthly_cents},
                 field{"vcpu", &plan_snapshot::vcpu},
                 field{"ramMb", &plan_snapshot::ram_mb},
                 field{"storageGb", &plan_snapshot::storage_gb},
                 field{"swapMb", &plan_snapshot::swap_mb},
                 field{"bandwidthGb", &plan_snapshot::bandwidth_gb}};
  friend bool operator==(const plan_snapshot&, const plan_snapshot&) = default;
};

struct pod_ordered {
  guest_kind kind = guest_kind::vm;
  std::string name;
  std::string hostname;
  user_id user;
  plan_code plan;
  blueprint_code blueprint;
  std::string region;
  node_name node;
  vmid guest = 0;
  std::optional<std::string> ip_address; ///< absent: the node or the guest will tell
  std::int64_t cpu_cores = 0;
  std::int64_t memory_mb = 0;
  std::int64_t swap_mb = 0;
  std::int64_t disk_gb = 0;
  storage_name storage;
  std::string bridge;
  std::optional<std::string> subscription;
  std::optional<std::string> primary_domain;
  std::map<std::string, std::string> metadata;
  domain::plan_snapshot snapshot;
  guest_build build;

  static constexpr std::string_view event_name = "pod.ordered";
  static constexpr auto fields = std::tuple{field{"kind", &pod_ordered::kind},
                                            field{"name", &pod_ordered::name},
                                            field{"hostname", &pod_ordered::hostname},
                                            field{"userId", &pod_ordered::user},
                                            field{"planCode", &pod_ordered::plan},
                                            field{"blueprint", &pod_ordered::blueprint},
                                            field{"region", &pod_ordered::region},
                                            field{"node", &pod_ordered::node},
                                            field{"vmid", &pod_ordered::guest},
                                            field{"ipAddress", &pod_ordered::ip_address},
                                            field{"cpuCores", &pod_ordered::cpu_cores},
                                            field{"memoryMb", &pod_ordered::memory_mb},
                                            field{"swapMb", &pod_ordered::swap_mb},
                                            field{"diskGb", &pod_ordered::disk_gb},
                                            field{"storage", &pod_ordered::storage},
                                            field{"bridge", &pod_ordered::bridge},
                                            field{"subscriptionId", &pod_ordered::subscription},
                                            field{"primaryDomain", &pod_ordered::primary_domain},
                                            field{"metadata", &pod_ordered::metadata},
                                            field{"planSnapshot", &pod_ordered::snapshot},
                                            field{"build", &pod_ordered::build}};
  friend bool operator==(const pod_ordered&, const pod_ordered&) = default;
};

/// Its vmid was a stranger's; it has another before anything of it exists (contract 11).
struct pod_renumbered {
  vmid from = 0;
  vmid to = 0;

  static constexpr std::string_view event_name = "pod.renumbered";
  static constexpr auto fields =
      std::tuple{field{"from", &pod_renumbered::from}, field{"to", &pod_renumbered::to}};
  friend bool operator==(const pod_renumbered&, const pod_renumbered&) = default;
};

struct pod_provisioning {
  static constexpr std::string_view event_name = "pod.provisioning";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const pod_provisioning&, const pod_provisioning&) = default;
};

struct pod_active {
  std::optional<std::string> ip_address;
  power_state power = power_state::running;

  static constexpr std::string_view event_name = "pod.active";
  static constexpr auto fields = std::tuple{field{"ipAddress", &pod_active::ip_address},
                                            field{"powerState", &pod_active::power}};
  friend bool operator==(const pod_active&, const pod_active&) = default;
};

struct pod_failed {
  pod_fault code = pod_fault::create_failed;
  std::string message;
  bool cleanup_pending = false; ///< something is left on the node; all it held stays held

  static constexpr std::string_view event_name = "pod.failed";
  static constexpr auto fields =
      std::tuple{field{"code", &pod_failed::code}, field{"message", &pod_failed::message},
                 field{"cleanupPending", &pod_failed::cleanup_pending}};
  friend bool operator==(const pod_failed&, const pod_failed&) = default;
};

struct pod_deleting {
  std::string reason;

  static constexpr std::string_view event_name = "pod.deleting";
  static constexpr auto fields = std::tuple{field{"reason", &pod_deleting::reason}};
  friend bool operator==(const pod_deleting&, const pod_deleting&) = default;
};

struct pod_deleted {
  static constexpr std::string_view event_name = "pod.deleted";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const pod_deleted&, const pod_deleted&) = default;
};

/// The guest on the pod's vmid carries another's mark, or none (contract 11).
struct pod_ownership_conflict {
  bool marked = false; ///< another's for certain: it has another's mark, or was there before ours
  std::string found;

  static constexpr std::string_view event_name = "pod.ownership_conflict";
  static constexpr auto fields = std::tuple{field{"marked", &pod_ownership_conflict::marked},
                                            field{"found", &pod_ownership_conflict::found}};
  friend bool operator==(const pod_ownership_conflict&, const pod_ownership_conflict&) = default;
};

struct job_queued {
  job_type type = job_type::provision;
  user_id user;
  json_text payload;
  std::optional<std::string> retry_of;

  static constexpr std::string_view event_name = "job.queued";
  static constexpr auto fields =
      std::tuple{field{"type", &job_queued::type}, field{"userId", &job_queued::user},
                 field{"payload", &job_queued::payload}, field{"retryOf", &job_queued::retry_of}};
  friend bool operator==(const job_queued&, const job_queued&) = default;
};

struct job_started {
  static constexpr std::string_view event_name = "job.started";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const job_started&, const job_started&) = default;
};

/// What a successful job tells (contract 6).
struct job_result {
  std::optional<std::string> ip_address;
  std::optional<vmid> guest;
  std::string output; ///< the last 64 KiB of what the node said, redacted

  static constexpr auto fields =
      std::tuple{field{"ipAddress", &job_result::ip_address}, field{"vmid", &job_result::guest},
                 field{"output", &job_result::output}};
  friend bool operator==(const job_result&, const job_result&) = default;
};

struct job_succeeded {
  job_result result;

  static constexpr std::string_view event_name = "job.succeeded";
  static constexpr auto fields = std::tuple{field{"result", &job_succeeded::result}};
  friend bool operator==(const job_succeeded&, const job_succeeded&) = default;
};

struct job_failed {
  std::string code;
  std::string message;

  static constexpr std::string_view event_name = "job.failed";
  static constexpr auto fields =
      std::tuple{field{"code", &job_failed::code}, field{"message", &job_failed::message}};
  friend bool operator==(const job_failed&, const job_failed&) = default;
};

struct job_cancel_requested {
  std::string reason;

  static constexpr std::string_view event_name = "job.cancel_requested";
  static constexpr auto fields = std::tuple{field{"reason", &job_cancel_requested::reason}};
  friend bool operator==(const job_cancel_requested&, const job_cancel_requested&) = default;
};

struct job_cancelled {
  static constexpr std::string_view event_name = "job.cancelled";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const job_cancelled&, const job_cancelled&) = default;
};

struct item_queued {
  item_id item;
  item_action action = item_action::create;
  json_text payload;

  static constexpr std::string_view event_name = "item.queued";
  static constexpr auto fields =
      std::tuple{field{"itemId", &item_queued::item}, field{"action", &item_queued::action},
                 field{"payload", &item_queued::payload}};
  friend bool operator==(const item_queued&, const item_queued&) = default;
};

struct item_started {
  item_id item;
  item_action action = item_action::create;

  static constexpr std::string_view event_name = "item.started";
  static constexpr auto fields =
      std::tuple{field{"itemId", &item_started::item}, field{"action", &item_started::action}};
  friend bool operator==(const item_started&, const item_started&) = default;
};

/// The intent of one attempt of a step: durable before anything is sent to the node.
struct item_step_started {
  item_id item;
  step which = step::clone;
  int attempt = 1;          ///< counts through the item; names the attempt on the node
  bool undoing = false;     ///< the step removes what the item had made
  bool vmid_unseen = false; ///< the cluster's list, read just before, lacked the vmid

  static constexpr std::string_view event_name = "item.step_started";
  static constexpr auto fields = std::tuple{
      field{"itemId", &item_step_started::item}, field{"step", &item_step_started::which},
      field{"attempt", &item_step_started::attempt}, field{"undoing", &item_step_started::undoing},
      field{"vmidUnseen", &item_step_started::vmid_unseen}};
  friend bool operator==(const item_step_started&, const item_step_started&) = default;
};

struct item_step_done {
  item_id item;
  step which = step::clone;
  int attempt = 1;
  step_result result = step_result::succeeded;
  follow_up then = follow_up::proceed;
  std::string message;                   ///< a warning, or why it failed
  std::optional<std::string> ip_address; ///< learned by this step
  std::vector<std::string> volumes;      ///< still on a storage although the guest is gone
  std::string output;                    ///< the last of what the node said, redacted

  static constexpr std::string_view event_name = "item.step_done";
  static constexpr auto fields = std::tuple{field{"itemId", &item_step_done::item},
                                            field{"step", &item_step_done::which},
                                            field{"attempt", &item_step_done::attempt},
                                            field{"result", &item_step_done::result},
                                            field{"then", &item_step_done::then},
                                            field{"message", &item_step_done::message},
                                            field{"ipAddress", &item_step_done::ip_address},
                                            field{"volumes", &item_step_done::volumes},
                                            field{"output", &item_step_done::output}};
  friend bool operator==(const item_step_done&, const item_step_done&) = default;
};

struct item_retry_scheduled {
  item_id item;
  failure_class why = failure_class::transient;
  std::string message;
  instant run_after;
  bool counted = false; ///< it uses up one of the attempts

  static constexpr std::string_view event_name = "item.retry_scheduled";
  static constexpr auto fields = std::tuple{field{"itemId", &item_retry_scheduled::item},
                                            field{"class", &item_retry_scheduled::why},
                                            field{"message", &item_retry_scheduled::message},
                                            field{"runAfter", &item_retry_scheduled::run_after},
                                            field{"counted", &item_retry_scheduled::counted}};
  friend bool operator==(const item_retry_scheduled&, const item_retry_scheduled&) = default;
};

struct item_ended {
  item_id item;
  item_action action = item_action::create;
  item_status status = item_status::success;
  std::string message;

  static constexpr std::string_view event_name = "item.ended";
  static constexpr auto fields =
      std::tuple{field{"itemId", &item_ended::item}, field{"action", &item_ended::action},
                 field{"status", &item_ended::status}, field{"message", &item_ended::message}};
  friend bool operator==(const item_ended&, const item_ended&) = default;
};

struct node_unreachable {
  std::string message;

  static constexpr std::string_view event_name = "node.unreachable";
  static constexpr auto fields = std::tuple{field{"message", &node_unreachable::message}};
  friend bool operator==(const node_unreachable&, const node_unreachable&) = default;
};

struct node_reachable {
  static constexpr std::string_view event_name = "node.reachable";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const node_reachable&, const node_reachable&) = default;
};

/// So many failures followed each other that its items wait (contract 11).
struct node_circuit_opened {
  std::string message;
  std::int64_t failures = 0;

  static constexpr std::string_view event_name = "node.circuit_opened";
  static constexpr auto fields = std::tuple{field{"message", &node_circuit_opened::message},
                                            field{"failures", &node_circuit_opened::failures}};
  friend bool operator==(const node_circuit_opened&, const node_circuit_opened&) = default;
};

struct node_circuit_closed {
  static constexpr std::string_view event_name = "node.circuit_closed";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const node_circuit_closed&, const node_circuit_closed&) = default;
};

/// An operator wants no new pods there (contract 8).
struct node_drained {
  static constexpr std::string_view event_name = "node.drained";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const node_drained&, const node_drained&) = default;
};

struct node_resumed {
  static constexpr std::string_view event_name = "node.resumed";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const node_resumed&, const node_resumed&) = default;
};

} // namespace cloudpods::domain
