#include "actors/node_stage.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace cloudpods::actors::tests {

namespace {

ssh_worker_actor::behavior_type worker(ssh_worker_actor::pointer self, std::size_t number,
                                       std::shared_ptr<worker_script> script) {
  return {
      [](const run_attempt&) { return attempt_reply{never_started{}}; },
      [=](const run_query& question) -> caf::result<query_reply> {
        if (std::holds_alternative<domain::read_capacity>(question.what)) {
          ++script->capacities;
          return query_reply{domain::node_capacity{}};
        }
        script->asked.push_back(number);
        if (!script->silent)
          return query_reply{domain::guest_list{}};
        auto promise = self->make_response_promise<query_reply>();
        script->held.push_back(promise);
        return promise;
      },
      [=](const sweep_items& over) {
        script->swept.insert(script->swept.end(), over.items.begin(), over.items.end());
      },
      [](const line_done&) {},
  };
}

caf::behavior writer(caf::event_based_actor*, std::shared_ptr<std::vector<std::string>> heard) {
  return {[heard](const lease_granted& lease) {
            std::string keys;
            for (const auto& each : lease.keys)
              keys += (keys.empty() ? "" : " ") + each;
            heard->push_back(keys);
          },
          [heard](const lease_waits& lease) { heard->push_back("waits " + lease.on); }};
}

} // namespace

node_stage::node_stage() {
  log->now = engine->now;
  const auto allocator = spawn_allocator(system(), engine, {});
  log->allocator = allocator;
  node_parts parts;
  parts.name = domain::node_name{"pve1"};
  parts.limits = {2, 1, 1};
  parts.log = spawn_fake_log(system(), log);
  parts.allocator = allocator;
  parts.spawn_worker = [this](std::size_t number, const node_actor&) {
    auto made = system().spawn(worker, number, work);
    work->workers.push_back(made);
    ends_with_stage(made);
    return made;
  };
  ends_with_stage(allocator);
  ends_with_stage(parts.log);
  node = spawn_node(system(), engine, std::move(parts));
  ends_with_stage(node);
  run();
}

node_stage::~node_stage() {
  log->waiting.clear();
  log->allocator = nullptr;
  work->workers.clear();
  work->held.clear();
}

void node_stage::connect(std::size_t which, bool up, std::string message) {
  caf::anon_send(node, connection_changed{which, up, std::move(message)});
  run();
}

node_stage::holder node_stage::new_holder() {
  holder made;
  made.who = system().spawn(writer, made.heard);
  ends_with_stage(made.who);
  run();
  return made;
}

void node_stage::acquire(const holder& by, int pod, std::set<std::string> keys, bool resumed) {
  caf::anon_send(node, acquire_lease{domain::pod_id{"pod-" + std::to_string(pod)},
                                     domain::samples::tenant(), std::move(keys), resumed, by.who});
  run();
}

void node_stage::release(const holder& by, int pod, std::set<std::string> keys) {
  caf::send_as(by.who, node,
               release_lease{domain::pod_id{"pod-" + std::to_string(pod)}, std::move(keys)});
  run();
}

void node_stage::end(const holder& by) {
  caf::anon_send_exit(by.who, caf::exit_reason::user_shutdown);
  run();
}

} // namespace cloudpods::actors::tests
