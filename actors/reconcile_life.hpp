#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/reconciler.hpp"
#include "domain/drift_decisions.hpp"

namespace cloudpods::actors {

/// One sweep after the other, and what operators say in between.
class reconcile_life {
public:
  using summary_promise = caf::typed_response_promise<reconcile_reply>;
  using command_promise = caf::typed_response_promise<command_reply>;
  using drift_promise = caf::typed_response_promise<drift_reply>;

  void init(reconciler_actor::pointer actor, engine_ptr engine, handles_ptr handles,
            upkeep_store_actor store, directory_actor directory, reconcile_rules rules);

  // The sweep.

  void look_by_clock();
  caf::result<reconcile_reply> look_now();
  void end_patience();

  // Operators.

  caf::result<command_reply> adopt(const adopt_drift& wish);
  caf::result<command_reply> forget(const forget_drift& wish);
  caf::result<drift_reply> silence(const silence_drift& wish);

private:
  /// A guest that is to be read: of a pod, or of none.
  struct wanted {
    domain::pod_record pod;
    std::optional<domain::node_drift> unknown;
  };
  struct host {
    std::deque<wanted> wanted_;
    bool looking = false;
    std::optional<std::int64_t> booted_at_s;
    domain::pod_id read_up_to; ///< the pod whose guest was read last by its turn
    int turns = 0;             ///< guests whose turn it was in this sweep
    bool has_more = false;     ///< pods after those
  };
  using node_place = std::map<domain::node_name, node_actor>::const_iterator;
  using after_lists = std::function<void(domain::cluster_view)>;

  void begin_sweep();
  void list(node_place at, std::shared_ptr<domain::cluster_view> view, after_lists then);
  void note_host(const domain::node_name& name, const wire::node_view& view);
  void read_pods(const domain::pod_id& after);
  void compare(domain::pod_record record);
  [[nodiscard]] bool has_turn(const domain::pod& pod);
  void compare_unknown();
  void judge_unknown(const std::vector<domain::node_drift>& told);
  void confirm_absent();
  void look_on(const domain::node_name& name);
  void look_at_guest(const domain::node_name& name, wanted what);
  void learn(const domain::node_name& name, const domain::pod_record& pod,
             const domain::guest_facts& guest, const std::function<void()>& then);
  void learn_power(const domain::node_name& name, const domain::pod_record& pod,
                   std::shared_ptr<domain::drift_report> report, const std::function<void()>& then);
  void learn_address(const domain::node_name& name, const domain::pod_record& pod,
                     std::shared_ptr<domain::drift_report> report,
                     const std::function<void()>& then);
  void learn(const domain::node_drift& unknown, const domain::guest_facts& guest);
  void tell(const domain::pod_record& pod, const domain::drift_report& report);
  void append(domain::new_event fact, const requester& by, std::function<void(bool)> then);
  void done();
  void answer_waiting(bool finished);

  // What operators wish.

  void adopt_unknown(const known_drift& known, const adopt_drift& wish, command_promise promise);
  void adopt_of_pod(const known_drift& known, const adopt_drift& wish, command_promise promise);
  void forget_missing(const domain::pod_record& pod, const operators_word& word,
                      command_promise promise);
  void forget_foreign(const domain::pod_record& pod, const operators_word& word,
                      command_promise promise);
  void show_again(const std::string& id, drift_promise promise);
  template <class Promise>
  void find(const std::string& id, Promise promise, std::function<void(const known_drift&)> then);
  /// Puts a command to a tenant; `done` hears of its end.
  template <class Command>
  void put(
      const domain::tenant_id& tenant, Command what, command_promise promise,
      std::function<void()> over = [] {});

  // Nodes.

  template <class Use, class Leave>
  void if_it_answers(const domain::node_name& name, Use use, Leave leave);
  /// Asks a node that answers; `leave` where it does not.
  template <class Answer>
  void ask(const domain::node_name& name, domain::query what,
           std::function<void(const Answer&)> use, std::function<void()> leave);
  [[nodiscard]] domain::read_guest guest_query(const domain::pod& pod) const;
  [[nodiscard]] domain::owner_mark mark_of(const domain::pod_id& pod) const;
  static requester by_itself();

  reconciler_actor::pointer self_ = nullptr;
  engine_ptr engine_;
  handles_ptr handles_;
  upkeep_store_actor store_;
  directory_actor directory_;
  reconcile_rules rules_;

  int open_ = 0;                         ///< questions of the sweep that are under way
  bool again_ = false;                   ///< somebody asked while one was under way
  std::vector<summary_promise> waiting_; ///< for the sweep that is under way
  std::vector<summary_promise> for_next_;
  reconcile_summary sum_;
  domain::cluster_view view_;
  std::set<domain::vmid> taken_;
  std::vector<domain::pod_record> absent_;
  std::map<domain::node_name, host> hosts_;
  std::set<domain::vmid> adopting_; ///< two operators do not adopt one guest
};

} // namespace cloudpods::actors
