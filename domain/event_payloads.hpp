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
#include "domain/lifecycle.hpp"
#include "domain/plan_snapshot.hpp"
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
  std::optional<std::string> retry_of;      ///< the job whose create is tried again
  bool vmid_named = false;                  ///< by the caller: no other takes its place
  std::optional<std::string> named_address; ///< by the caller: what a retry asks for again

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
                                            field{"build", &pod_ordered::build},
                                            field{"retryOf", &pod_ordered::retry_of},
                                            field{"vmidNamed", &pod_ordered::vmid_named},
                                            field{"namedAddress", &pod_ordered::named_address}};
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
