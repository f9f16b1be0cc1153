#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/event.hpp"
#include "domain/problem.hpp"

// Recommendations (contract 16): what is proposed, to whom, and what became of it.

namespace cloudpods::domain {

enum class recommendation_status { open, applied, dismissed, expired };

template <>
struct words<recommendation_status> {
  static constexpr auto values = word_list("open", "applied", "dismissed", "expired");
};

/// Whom a recommendation is about: a pod, a tenant, or a node.
struct advised_thing {
  tenant_id tenant; ///< empty where a node is meant
  pod_id pod;       ///< empty unless a pod is
  std::optional<vmid> guest;
  std::optional<node_name> node;

  /// `pod:P`, `tenant:T`, `node:N`; "" where it is nobody.
  [[nodiscard]] std::string subject() const;
};

/// What somebody proposes: a rule of ours, or an outside FocalPilot.
struct recommendation_wish {
  std::string rule;
  advised_thing about;
  domain::severity severity = domain::severity::warning;
  std::string issue;
  std::vector<recommended_action> actions;
  std::vector<std::int64_t> evidence;
};

struct recommendation {
  std::string id;
  std::string rule;
  std::string subject;
  advised_thing about;
  domain::severity severity = domain::severity::warning;
  std::string issue;
  std::vector<recommended_action> actions;
  std::vector<std::int64_t> evidence;
  recommendation_status status = recommendation_status::open;
  std::vector<job_id> jobs;
  bool automatic = false;
  std::string reason; ///< why it was dismissed or has expired
  instant created_at;
  instant updated_at;
};

/// The fact that it is proposed.
new_event open_recommendation(const recommendation_wish& wish, const std::string& id);

/// Refuses with `INVALID_STATE` where it is not open.
expected<void> check_open(const recommendation& it);

/// The fact that it was applied; all that its actions made stands before it in the same append.
new_event apply_recommendation(const recommendation& it, std::vector<job_id> jobs, bool automatic);
new_event dismiss_recommendation(const recommendation& it, const std::string& reason);
new_event expire_recommendation(const recommendation& it, const std::string& reason);

/// The actions that change a node or a pod need somebody to run them; the others are facts alone.
bool becomes_job(advice type);

/// What is wrong with actions for that thing: a scale without a pod, a drain without a node, …
std::vector<std::string> faults_of(const recommended_action& action, const advised_thing& about);

/// The recommendations that are open: one for each rule and subject.
class open_recommendations {
public:
  using key = std::pair<std::string, std::string>; ///< rule and subject

  /// Folds a committed event; one that is about no recommendation changes nothing.
  void fold(const event& fact);
  void add(recommendation it);
  void remove(const std::string& id);

  [[nodiscard]] const recommendation* find(const std::string& id) const;
  [[nodiscard]] const recommendation* find(const std::string& rule,
                                           const std::string& subject) const;
  [[nodiscard]] const std::map<std::string, recommendation>& all() const { return by_id_; }

private:
  std::map<std::string, recommendation> by_id_; ///< ids grow with time
  std::map<key, std::string> by_key_;
};

} // namespace cloudpods::domain
