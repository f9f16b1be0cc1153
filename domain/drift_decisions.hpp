#pragma once

#include "domain/drift.hpp"
#include "domain/tenant.hpp"

// What follows from a difference: by the clock, and by what an operator says of it (contract 17).

namespace cloudpods::domain {

struct drift_ids {
  job_id job;
  item_id item;
};

/// The facts that follow from what a sweep learned of a pod's guest, in one append: what is new or
/// over, the books set right, a job that mends. None where the pod is another than the one that was
/// compared, where an item is open, and where all was told before. Nothing is destroyed but the
/// remains of a create that failed.
std::vector<new_event> note_drift(const pod_record& state, const drift_report& report,
                                  const drift_ids& ids, instant now);

/// An operator wants to hear no more of it; no facts where that was said already. Refuses with
/// `NOT_FOUND`.
expected<std::vector<new_event>> ignore_drift(const pod_record& state, drift_kind kind,
                                              const std::string& reason);

/// Ends a pod whose guest is known to be gone, or is not ours: everything it held is free. Whoever
/// asks has made sure of that. Refuses with `INVALID_STATE`, `POD_BUSY`, `PROTECTED`.
expected<std::vector<new_event>> forget(const pod_record& state);

/// Takes a pod's guest as it is: its size into the books within the quota, its power as what is
/// wanted, its mark written again. Refuses with `NOT_FOUND`, `INVALID_STATE`, `POD_BUSY`,
/// `QUOTA_EXCEEDED`, `TOO_MANY_JOBS`.
expected<std::vector<new_event>> adopt(const tenant_state& tenant, const pod_record& state,
                                       const catalogue& offers, drift_kind kind,
                                       const guest_facts& guest, const user_id& user,
                                       const drift_ids& ids);

/// A guest that is to become a pod.
struct found_guest {
  node_drift drift;
  guest_facts guest; ///< as it was just read
};

/// Makes a guest a pod of the tenant (contract 12, 17): the quota, the pod, and the job that writes
/// its mark, in one append. Refuses with `QUOTA_EXCEEDED`, `VMID_IN_USE`, `TOO_MANY_JOBS`.
expected<std::vector<new_event>> adopt(const tenant_state& tenant, const catalogue& offers,
                                       const found_guest& found, const user_id& user,
                                       const pod_id& pod, const drift_ids& ids);

/// The fact that a guest of no pod was found, is gone, or is ignored, in its node's stream.
new_event detected(const node_drift& drift);
new_event resolved(const node_drift& drift, drift_end how, std::optional<pod_id> pod = {});
new_event ignored(const node_drift& drift, const std::string& reason);

} // namespace cloudpods::domain
