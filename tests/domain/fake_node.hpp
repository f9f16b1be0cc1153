#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "domain/item_work.hpp"

namespace cloudpods::domain::samples {

/// How an attempt goes.
enum class luck {
  success,
  busy,
  transient,
  transient_after, ///< it was done, then the connection broke
  permanent,
  partial, ///< a clone breaks half-way
};

struct fake_guest {
  pod_id made_for; ///< empty: a stranger's
  bool marked = false;
  bool foreign_mark = false;
  bool locked = false;
  bool running = false;
  pod_size size = {}; ///< as it will be after a restart
  bool pending = false;
  std::map<std::string, pod_size> snapshots = {};
};

struct fake_answer {
  outcome what;
  findings found;
};

/// A cluster of one host: guests, volumes, the address file and snippets.
class fake_node {
public:
  /// Runs one attempt of a step for the pod's current item.
  fake_answer run(step which, const pod_record& state, luck how);

  [[nodiscard]] guest_facts facts(vmid guest) const;
  [[nodiscard]] bool has_guest(vmid guest) const { return guests.contains(guest); }
  [[nodiscard]] int guests_of(const pod_id& pod) const;
  [[nodiscard]] bool has_anything_of(const pod& pod) const;

  static owner_mark mark_of(const pod_id& pod) { return {controller_id{"ctl-1"}, pod}; }

  std::map<vmid, fake_guest> guests;
  std::set<vmid> volumes;
  std::map<std::string, pod_id> addresses;
  std::set<pod_id> snippets;
  std::map<std::string, pod_size> archives; ///< by volume
  std::int64_t free_gb = 1000;              ///< of the storage for backups
  bool leaves_volumes = false;              ///< the next removal leaves one behind
  int strangers_removed = 0;                ///< must stay 0

private:
  outcome make_guest(const pod& pod, bool marked, bool whole);
  outcome destroy(const pod& pod);
  outcome change(step which, const pod& pod);
  outcome effect(step which, const pod_record& state, findings& found);
  /// Steps of actions on a pod that stands; nothing where the step is none of these.
  std::optional<outcome> act(step which, const pod_record& state, findings& found);
  outcome look(const pod& pod, findings& found) const;
  outcome restore(const pod& pod, const queue_item& item);
  outcome roll_back(const pod& pod, const queue_item& item);

  int made_ = 0; ///< archives so far
};

} // namespace cloudpods::domain::samples
