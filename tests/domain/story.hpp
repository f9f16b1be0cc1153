#pragma once

#include <optional>
#include <vector>

#include "domain/action.hpp"
#include "domain/destroy.hpp"
#include "domain/fake_node.hpp"
#include "domain/model.hpp"
#include "domain/retry.hpp"

namespace cloudpods::domain::samples {

/// How the next act of a pod's actor goes.
struct chances {
  luck how = luck::success;
  bool lost = false;             ///< the answer is lost, the open intent is resolved
  bool stranger_before = false;  ///< another takes the vmid before the look at the cluster
  bool stranger_between = false; ///< likewise between the look and the clone
  bool no_other_vmid = false;    ///< none is left to renumber to
  double jitter = 0.5;
};

/// A tenant, its pods' actors and their node, one act at a time.
class story {
public:
  explicit story(catalogue offers = samples::offers());

  /// Orders; nothing where it was refused.
  std::optional<pod_id> order(const order_pod& command);
  /// Facts of a destroy by the state as it is; none where one is open or the pod is deleted.
  std::vector<new_event> decide_destroy(const pod_id& pod);
  void destroy(const pod_id& pod) { append(decide_destroy(pod)); }
  void cancel(const pod_id& pod);
  /// An action by the state as it is: its job, an empty one where nothing was to do.
  expected<job_id> ask(const pod_id& pod, const act_on_pod& wish);
  expected<job_id> ask(const pod_id& pod, item_action action);
  /// False where it can't be cancelled.
  bool cancel_job(const job_id& id);
  expected<job_id> retry(const job_id& id);

  /// What the pod's actor would append now; nothing where it rests or waits.
  std::vector<new_event> decide_act(const pod_id& pod, const chances& luck);
  /// One act; false where the actor rests or waits.
  bool act(const pod_id& pod, const chances& luck = {});
  /// Acts up to the intent of `which`; true where it is open.
  bool until_open(const pod_id& pod, step which);
  /// Acts with luck, waiting where it has to, until the pod rests; false where it never does.
  bool settle(const pod_id& pod, const chances& luck = {}, int most = 200);

  void append(const std::vector<new_event>& facts) { log.append(facts, now); }
  [[nodiscard]] next_move next(const pod_id& pod) const;
  [[nodiscard]] const pod& state(const pod_id& pod) const { return log.record(pod).pod; }
  [[nodiscard]] const job& job_of(const pod_id& pod, job_type type) const;
  /// The names of the events so far, of one pod's stream.
  [[nodiscard]] std::vector<std::string> names(const pod_id& pod) const;
  template <class Payload>
  [[nodiscard]] std::vector<Payload> all() const {
    std::vector<Payload> found;
    for (const auto& each : log.events())
      if (const auto* payload = std::get_if<Payload>(&each.payload))
        found.push_back(*payload);
    return found;
  }

  model log;
  fake_node node;
  instant now = after(0);
  retry_policy policy;

private:
  std::vector<new_event> look(const pod_record& state, const next_move& next, const chances& luck);
  std::vector<new_event> follow(const pod_record& state, const next_move& next,
                                const chances& luck);
  std::vector<new_event> other_vmid(const pod_record& state, const next_move& next,
                                    const failed& answer, const chances& luck);
  item_id spare() { return item_id{"q-spare-" + std::to_string(++issued_)}; }

  int issued_ = 0; ///< numbers handed out in ids
};

} // namespace cloudpods::domain::samples
