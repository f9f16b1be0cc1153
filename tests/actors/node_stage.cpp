#include "actors/node_stage.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace cloudpods::actors::tests {

namespace {

ssh_worker_actor::behavior_type worker(ssh_worker_actor::pointer self, std::size_t number,
                                       std::shared_ptr<worker_script> script) {
  return {
      [](const run_attempt&) { return attempt_reply{never_started{}}; },
      [=](const run_query& question) -> caf::result<query_reply> {
        if (question.pod.empty())
          return script->own(question.what);
        script->asked.push_back(number);
        if (!script->answers.empty()) {
          auto next = std::move(script->answers.front());
          script->answers.pop_front();
          return next;
        }
        if (!script->silent)
          return query_reply{domain::guest_list{}};
        auto promise = self->make_response_promise<query_reply>();
        script->held.push_back(promise);
        return promise;
      },
      [](const end_attempt&) {},
      [=](const sweep_items& over) {
        script->swept.insert(script->swept.end(), over.items.begin(), over.items.end());
      },
      [=](announce_epoch) {
        ++script->announced;
        if (script->epoch_rises)
          ++*script->epoch_rises;
        return script->announcement;
      },
      [](const line_done&) {},
  };
}

caf::behavior listener(caf::event_based_actor*, std::shared_ptr<std::vector<std::string>> heard) {
  return {[heard](const lease_granted& lease) {
            std::string keys;
            for (const auto& each : lease.keys)
              keys += (keys.empty() ? "" : " ") + each;
            heard->push_back(keys);
          },
          [heard](const lease_waits& lease) {
            heard->push_back("waits " + lease.on);
            if (lease.place && *lease.place > 1)
              heard->back() += " " + std::to_string(*lease.place);
            if (lease.eta_s)
              heard->back() += " " + std::to_string(*lease.eta_s) + "s";
          }};
}

} // namespace

query_reply worker_script::own(const domain::query& what) {
  if (broken)
    return {std::unexpected{domain::failed{domain::failure_class::transient, "broken", {}}}};
  if (std::holds_alternative<domain::read_capacity>(what)) {
    ++capacities;
    domain::node_capacity capacity;
    capacity.cpus = 16;
    return {capacity};
  }
  if (std::holds_alternative<domain::list_attempts>(what))
    return {domain::attempt_list{attempts}};
  if (std::holds_alternative<domain::read_sudo_rights>(what))
    return {domain::sudo_rights{false, {"/usr/sbin/qm"}}};
  if (const auto* question = std::get_if<domain::read_log>(&what)) {
    logs_read.push_back(question->from);
    if (logged.empty())
      return {domain::log_lines{{}, question->from, false}};
    auto lines = std::move(logged.front());
    logged.pop_front();
    return {std::move(lines)};
  }
  return {domain::guest_list{guests}};
}

node_stage::node_stage() {
  log->now = engine->now;
  allocator = spawn_allocator(system(), engine, {});
  log->allocator = allocator;
  writer = spawn_fake_log(system(), log);
  reader = spawn_fake_reader(system(), log, reads);
  ends_with_stage(allocator);
  ends_with_stage(writer);
  ends_with_stage(reader);
  restart({});
}

void node_stage::restart(domain::node_record told) {
  if (node)
    caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
  node_parts parts;
  parts.name = domain::node_name{"pve1"};
  parts.limits = {2, 1, 1};
  parts.log = writer;
  parts.allocator = allocator;
  parts.reader = reader;
  parts.told = told;
  parts.log_file = log_file;
  parts.spawn_worker = [this](std::size_t number, const node_actor&) {
    auto made = system().spawn(worker, number, work);
    work->workers.push_back(made);
    ends_with_stage(made);
    return made;
  };
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
  made.who = system().spawn(listener, made.heard);
  ends_with_stage(made.who);
  run();
  return made;
}

void node_stage::acquire(const holder& by, int pod, std::set<std::string> keys, bool resumed,
                         const domain::tenant_id& tenant) {
  caf::anon_send(node, acquire_lease{domain::pod_id{"pod-" + std::to_string(pod)}, tenant,
                                     std::move(keys), resumed, by.who});
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
