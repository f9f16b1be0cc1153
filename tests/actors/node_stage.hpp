#pragma once

#include "actors/allocator.hpp"
#include "actors/fake_reader.hpp"
#include "actors/node.hpp"
#include "actors/stage.hpp"

namespace cloudpods::actors::tests {

/// What the fake workers of a node were asked.
struct worker_script {
  bool silent = false; ///< keeps its answers to itself
  /// What queries of pods are told, in turn, in place of success.
  std::deque<query_reply> answers;
  bool broken = false; ///< the node's own reads fail
  announce_reply announcement{announcement::done, {}};
  std::shared_ptr<std::atomic<std::int64_t>> epoch_rises; ///< while it is announced
  std::vector<domain::listed_guest> guests;
  std::vector<domain::item_id> attempts; ///< whose directories lie there
  std::deque<domain::log_lines> logged;  ///< of its log file, one for each read

  std::vector<domain::log_position> logs_read; ///< where each read of it began
  std::vector<std::size_t> asked; ///< the number of the worker, for each query of a pod
  int capacities = 0;
  int announced = 0;
  std::vector<domain::item_id> swept;
  std::vector<ssh_worker_actor> workers;
  std::vector<caf::typed_response_promise<query_reply>> held;

  query_reply own(const domain::query& what);
};

/// A real node with fake workers and a fake log.
class node_stage : public stage {
public:
  node_stage();
  ~node_stage();

  void connect(std::size_t worker, bool up, std::string message = {});
  void open() {
    caf::anon_send(node, open_admission{});
    run();
  }

  /// A pod that writes down what it is granted and what it waits for.
  struct holder {
    caf::actor who;
    std::shared_ptr<std::vector<std::string>> heard = std::make_shared<std::vector<std::string>>();
    [[nodiscard]] std::string last() const { return heard->empty() ? "" : heard->back(); }
  };
  holder new_holder();
  void acquire(const holder& by, int pod, std::set<std::string> keys, bool resumed = false,
               const domain::tenant_id& tenant = domain::samples::tenant());
  void release(const holder& by, int pod, std::set<std::string> keys = {});
  void end(const holder& by);

  std::shared_ptr<std::optional<query_reply>> query(std::string pod = "pod-q") {
    return ask<query_reply>(node, run_query{domain::list_guests{}, domain::pod_id{std::move(pod)}});
  }
  /// As the node would be asked for it by an operator.
  wire::node_view view() {
    const auto reply = ask<node_reply>(node, show_node{});
    BOOST_REQUIRE(reply->has_value());
    return (*reply)->value.value();
  }
  /// The node as its next life finds it, told what the log says.
  void restart(domain::node_record told);

  std::shared_ptr<log_book> log = std::make_shared<log_book>();
  std::shared_ptr<worker_script> work = std::make_shared<worker_script>();
  std::shared_ptr<reader_script> reads = std::make_shared<reader_script>();
  allocator_actor allocator;
  event_log_actor writer;
  fake_reader_actor reader;
  node_actor node;
  std::string log_file; ///< of the next life
};

} // namespace cloudpods::actors::tests
