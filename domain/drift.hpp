#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/operation.hpp"
#include "domain/pod.hpp"

// What the lists of the nodes and the books say differently (contract 17). Lists only hint: what
// follows from a difference rests on a fresh read of the guest.

namespace cloudpods::domain {

/// The name of a difference: the same as long as pod, or guest, and kind are.
std::string drift_id(const pod_id& pod, drift_kind kind);
std::string drift_id(const node_name& node, vmid guest, drift_kind kind);

/// What the clusters listed, of those that answered.
class cluster_view {
public:
  /// `asked` gave the list, which tells of its whole cluster.
  void add(const node_name& asked, guest_list list);

  /// A list that tells of that host was read.
  [[nodiscard]] bool knows(const node_name& node) const { return by_node_.contains(node); }
  /// The guest in the list that tells of `node`; null where it has none.
  [[nodiscard]] const listed_guest* find(const node_name& node, vmid guest) const;
  /// The guest in any other list; null where none has it.
  [[nodiscard]] const listed_guest* find_elsewhere(const node_name& node, vmid guest) const;
  /// That list was read whole: what it lacks is not there.
  [[nodiscard]] bool is_whole(const node_name& node) const;
  [[nodiscard]] const std::vector<guest_list>& lists() const { return lists_; }

private:
  std::vector<guest_list> lists_;
  std::map<node_name, std::size_t> by_node_; ///< which list tells of a host
};

/// What is to be asked before anything is said of a pod.
enum class drift_look {
  nothing,
  guest,   ///< the guest itself, on `node`
  absence, ///< its list lacks it: whether the next one does too
  listed   ///< nothing: what the list says is all that can be known
};

struct wanted_drift_look {
  drift_look what = drift_look::nothing;
  node_name node;
};

/// Compares a pod with the list that tells of its host. `due`: its guest is read although the list
/// gives no hint. A host of which no list tells hides its guests: nothing is concluded.
wanted_drift_look compare(const pod_record& state, const cluster_view& seen,
                          const catalogue& offers, bool due);

struct drift_finding {
  drift_kind kind = drift_kind::missing;
  std::string expected;
  std::string found;
};

/// What is so of one pod's guest.
struct drift_report {
  std::int64_t version = 0;       ///< of the pod that was compared
  std::vector<drift_kind> judged; ///< the kinds that this speaks of
  std::vector<drift_finding> found;
  std::optional<node_name> lives_on; ///< another, configured host, by a fresh read
  std::optional<power_state> power;  ///< by a fresh read
  bool sets_power = false;           ///< the guest is to be set as it was last asked for
  bool unmarked = false;             ///< it carries no mark at all

  [[nodiscard]] const drift_finding* find(drift_kind kind) const;
};

/// Two lists in a row lack the guest.
drift_report report_absent(const pod_record& state);

/// The cluster lists the guest on a host that is not configured.
drift_report report_listed(const pod_record& state, const node_name& there);

/// The guest as it was just read on `node`; nothing where that proves nothing: it is locked, or not
/// there although it is listed.
std::optional<drift_report> report_guest(const pod_record& state, const guest_facts& guest,
                                         const owner_mark& mark, const node_name& node);

/// Adds what a running guest says of its address, which the node or the guest had given it.
void report_address(const pod_record& state, const std::optional<std::string>& address,
                    drift_report& report);

/// Whether we gave the pod its address: then the books are right, whatever the guest says.
bool is_given_address(const pod& pod, const catalogue& offers);

/// Who stopped a guest that is to run.
enum class stopped_by {
  node,  ///< a command on the host, or its restart
  itself ///< nobody on the host: its owner from inside, or a crash
};

/// By the host's tasks about the guest, newest first, and since when the host runs (seconds).
stopped_by who_stopped(const guest_task_list& tasks, std::optional<std::int64_t> booted_at_s);

/// A guest of no pod, as the node streams tell of it.
struct node_drift {
  drift_kind kind = drift_kind::stranger;
  node_name node;
  vmid guest = 0;
  guest_kind guest_is = guest_kind::vm;
  std::string name;
  bool ignored = false;

  [[nodiscard]] std::string id() const { return drift_id(node, guest, kind); }
};

/// Guests on configured hosts that are no pod's and may be ours, or strangers in our range.
/// `taken`: the vmids of pods that are not deleted.
std::vector<node_drift> unknown_guests(const cluster_view& seen, const std::set<vmid>& taken,
                                       const catalogue& offers);

/// What such a guest is, as it was just read; nothing where it is another installation's, or is not
/// there. `in_range`: its vmid is one of ours to give.
std::optional<drift_kind> judge_unknown(const guest_facts& guest, const controller_id& controller,
                                        bool in_range);

/// Whether the vmid is one of those that we give out.
bool is_in_range(vmid guest, const catalogue& offers);

} // namespace cloudpods::domain
