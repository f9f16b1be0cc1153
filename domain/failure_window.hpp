#pragma once

#include <chrono>
#include <deque>
#include <vector>

#include "domain/recommendation.hpp"

namespace cloudpods::domain {

/// A job that failed.
struct job_failure {
  std::int64_t seq = 0;
  instant at;
  job_type kind = job_type::provision;
  tenant_id tenant;
  pod_id pod;
  std::optional<vmid> guest;
  node_name node;
};

/// So many failures of a kind within that time are worth a word (contract 16).
inline constexpr std::size_t failures_that_count = 3;
inline constexpr std::chrono::hours failures_within{1};
/// How far back a start reads: what failed before it was down is not missed.
inline constexpr std::chrono::hours failures_remembered{24};

/// Failures of jobs by time: a fold of the log over the last day. A failure is evidence once: where
/// three are of one pod it is the pod's, else where they are of one tenant the tenant's, else where
/// they are of one node the node's.
class failure_window {
public:
  void fold(const job_failure& failure);
  /// What was opened has taken its evidence; what was closed has had all that came before.
  void fold(const event& fact);
  void forget_before(instant then);

  /// What the failures that are left make; nothing for a rule and subject with one open.
  [[nodiscard]] std::vector<recommendation_wish> wishes(const open_recommendations& open) const;

  [[nodiscard]] std::size_t size() const { return failures_.size(); }

private:
  std::deque<job_failure> failures_; ///< by seq
};

/// `failures.provision`, …
std::string failure_rule(job_type kind);

} // namespace cloudpods::domain
