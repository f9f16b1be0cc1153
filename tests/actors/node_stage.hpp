#pragma once

#include "actors/allocator.hpp"
#include "actors/node.hpp"
#include "actors/stage.hpp"

namespace cloudpods::actors::tests {

/// What the fake workers of a node were asked.
struct worker_script {
  bool silent = false;            ///< keeps its answers to itself
  std::vector<std::size_t> asked; ///< the number of the worker, for each query but of capacity
  int capacities = 0;
  std::vector<domain::item_id> swept;
  std::vector<ssh_worker_actor> workers;
  std::vector<caf::typed_response_promise<query_reply>> held;
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
  void acquire(const holder& by, int pod, std::set<std::string> keys, bool resumed = false);
  void release(const holder& by, int pod, std::set<std::string> keys = {});
  void end(const holder& by);

  std::shared_ptr<std::optional<query_reply>> query() {
    return ask<query_reply>(node, run_query{domain::list_guests{}});
  }

  std::shared_ptr<log_book> log = std::make_shared<log_book>();
  std::shared_ptr<worker_script> work = std::make_shared<worker_script>();
  node_actor node;
};

} // namespace cloudpods::actors::tests
