#pragma once

#include "domain/event_payloads.hpp"

// The facts of contract 9, 17 about what nodes and log say differently.

namespace cloudpods::domain {

enum class drift_kind {
  missing,   ///< in the table, not on the node
  orphan,    ///< ours by its mark, not in the table
  stranger,  ///< in our range of vmids, without a mark
  moved,     ///< on another host
  ownership, ///< its mark is gone, or another's
  power,
  resources,
  address,
  cleanup ///< something stands that should have been removed
};

template <>
struct words<drift_kind> {
  static constexpr auto values = word_list("missing", "orphan", "stranger", "moved", "ownership",
                                           "power", "resources", "address", "cleanup");
};

/// How a difference ended.
enum class drift_end {
  gone,     ///< it was not there any more when it was looked for
  mended,   ///< after the daemon set it right
  followed, ///< the books say now where the guest is
  adopted,
  forgotten
};

template <>
struct words<drift_end> {
  static constexpr auto values = word_list("gone", "mended", "followed", "adopted", "forgotten");
};

struct pod_drift_detected {
  std::string drift;
  drift_kind kind = drift_kind::missing;
  node_name node;
  std::string expected; ///< by the books
  std::string found;
  std::optional<std::string> job; ///< that mends it

  static constexpr std::string_view event_name = "pod.drift_detected";
  static constexpr auto fields = std::tuple{field{"driftId", &pod_drift_detected::drift},
                                            field{"kind", &pod_drift_detected::kind},
                                            field{"node", &pod_drift_detected::node},
                                            field{"expected", &pod_drift_detected::expected},
                                            field{"found", &pod_drift_detected::found},
                                            field{"mendingJobId", &pod_drift_detected::job}};
  friend bool operator==(const pod_drift_detected&, const pod_drift_detected&) = default;
};

struct pod_drift_resolved {
  std::string drift;
  drift_kind kind = drift_kind::missing;
  drift_end how = drift_end::gone;
  std::optional<std::string> node; ///< where the guest is from here on

  static constexpr std::string_view event_name = "pod.drift_resolved";
  static constexpr auto fields = std::tuple{
      field{"driftId", &pod_drift_resolved::drift}, field{"kind", &pod_drift_resolved::kind},
      field{"how", &pod_drift_resolved::how}, field{"node", &pod_drift_resolved::node}};
  friend bool operator==(const pod_drift_resolved&, const pod_drift_resolved&) = default;
};

/// An operator wants to hear no more of it until it is another.
struct pod_drift_ignored {
  std::string drift;
  drift_kind kind = drift_kind::missing;
  std::string reason;

  static constexpr std::string_view event_name = "pod.drift_ignored";
  static constexpr auto fields = std::tuple{field{"driftId", &pod_drift_ignored::drift},
                                            field{"kind", &pod_drift_ignored::kind},
                                            field{"reason", &pod_drift_ignored::reason}};
  friend bool operator==(const pod_drift_ignored&, const pod_drift_ignored&) = default;
};

/// A guest on the node that is no pod: `orphan` or `stranger`.
struct node_drift_detected {
  std::string drift;
  drift_kind kind = drift_kind::stranger;
  vmid guest = 0;
  guest_kind guest_is = guest_kind::vm;
  std::string name; ///< as the node lists it

  static constexpr std::string_view event_name = "node.drift_detected";
  static constexpr auto fields = std::tuple{field{"driftId", &node_drift_detected::drift},
                                            field{"kind", &node_drift_detected::kind},
                                            field{"vmid", &node_drift_detected::guest},
                                            field{"guestKind", &node_drift_detected::guest_is},
                                            field{"name", &node_drift_detected::name}};
  friend bool operator==(const node_drift_detected&, const node_drift_detected&) = default;
};

struct node_drift_resolved {
  std::string drift;
  drift_kind kind = drift_kind::stranger;
  vmid guest = 0;
  drift_end how = drift_end::gone;
  std::optional<std::string> pod; ///< that it became

  static constexpr std::string_view event_name = "node.drift_resolved";
  static constexpr auto fields = std::tuple{
      field{"driftId", &node_drift_resolved::drift}, field{"kind", &node_drift_resolved::kind},
      field{"vmid", &node_drift_resolved::guest}, field{"how", &node_drift_resolved::how},
      field{"podId", &node_drift_resolved::pod}};
  friend bool operator==(const node_drift_resolved&, const node_drift_resolved&) = default;
};

struct node_drift_ignored {
  std::string drift;
  drift_kind kind = drift_kind::stranger;
  vmid guest = 0;
  std::string reason;

  static constexpr std::string_view event_name = "node.drift_ignored";
  static constexpr auto fields = std::tuple{
      field{"driftId", &node_drift_ignored::drift}, field{"kind", &node_drift_ignored::kind},
      field{"vmid", &node_drift_ignored::guest}, field{"reason", &node_drift_ignored::reason}};
  friend bool operator==(const node_drift_ignored&, const node_drift_ignored&) = default;
};

/// A guest that stands is the pod's: its mark is written by the item that follows.
struct pod_adopted {
  std::optional<pod_ordered> order;    ///< the pod, where it comes into being by this
  std::optional<std::string> replaces; ///< the pod that the guest's mark names
  power_state power = power_state::unknown;

  static constexpr std::string_view event_name = "pod.adopted";
  static constexpr auto fields =
      std::tuple{field{"order", &pod_adopted::order}, field{"replaces", &pod_adopted::replaces},
                 field{"powerState", &pod_adopted::power}};
  friend bool operator==(const pod_adopted&, const pod_adopted&) = default;
};

} // namespace cloudpods::domain
