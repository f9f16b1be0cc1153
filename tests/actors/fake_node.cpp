#include "actors/fake_node.hpp"

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace cloudpods::actors::tests {

namespace {

struct query_answering {
  const node_script& node;

  domain::query_answer operator()(const domain::list_guests&) const {
    domain::guest_list list;
    for (const auto& [id, each] : node.guests)
      list.guests.push_back({id,
                             domain::guest_kind::vm,
                             each.node,
                             {},
                             each.running ? "running" : "stopped",
                             {},
                             false});
    return list;
  }
  domain::query_answer operator()(const domain::read_guest& question) const {
    domain::guest_facts facts;
    const auto found = node.guests.find(question.guest);
    facts.exists = found != node.guests.end();
    if (facts.exists) {
      facts.description = found->second.mark;
      facts.status = found->second.running ? "running" : "stopped";
    }
    return facts;
  }
  domain::query_answer operator()(const domain::read_address&) const {
    return domain::guest_address{"192.0.2.7"};
  }
  domain::query_answer operator()(const domain::list_volumes&) const {
    return domain::volume_list{node.volumes};
  }
  domain::query_answer operator()(const domain::read_capacity&) const {
    domain::node_capacity capacity;
    capacity.storages = {{domain::storage_name{"vzdump-backups"}, 1000, node.free_gb}};
    return capacity;
  }
  domain::query_answer operator()(const domain::read_sudo_rights&) const {
    return domain::sudo_rights{true, {}};
  }
  domain::query_answer operator()(const domain::list_attempts&) const {
    return domain::attempt_list{};
  }
  domain::query_answer operator()(const domain::read_log& question) const {
    return domain::log_lines{{}, question.from, false};
  }
  domain::query_answer operator()(const domain::list_guest_tasks&) const {
    return domain::guest_task_list{node.tasks};
  }
  domain::query_answer operator()(const domain::list_snapshots&) const {
    return domain::snapshot_list{};
  }
  domain::query_answer operator()(const domain::list_backups&) const {
    domain::backup_list list;
    for (const auto& each : node.archives)
      list.backups.push_back({each, 1000});
    return list;
  }
  domain::query_answer operator()(const domain::read_health& question) const {
    domain::guest_health health;
    const auto found = node.guests.find(question.guest);
    health.status = found != node.guests.end() && found->second.running ? "running" : "stopped";
    return health;
  }
};

struct attempt_effect {
  node_script& node;

  void operator()(const domain::clone_vm& what) const {
    node.guests[what.guest] = {what.mark.description(), false, node.name};
  }
  void operator()(const domain::create_container& what) const {
    node.guests[what.guest] = {{}, true, node.name};
  }
  void operator()(const domain::mark_container& what) const {
    node.guests[what.guest].mark = what.mark.description();
  }
  void operator()(const domain::adopt_guest& what) const {
    node.guests[what.guest].mark =
        what.mark.description() + (what.notes.empty() ? "" : "\n" + what.notes);
  }
  void operator()(const domain::start_guest& what) const {
    node.guests[what.guest].running = node.boots;
  }
  void operator()(const domain::stop_guest& what) const { node.guests[what.guest].running = false; }
  void operator()(const domain::back_up& what) const {
    node.archives.push_back(what.storage.value + ":backup/" + std::to_string(node.archives.size()));
  }
  void operator()(const domain::destroy_guest& what) const { node.guests.erase(what.guest); }
  void operator()(const domain::free_volumes&) const { node.volumes.clear(); }
  template <class Other>
  void operator()(const Other&) const {}
};

} // namespace

std::vector<domain::step> node_script::steps() const {
  std::vector<domain::step> made;
  for (const auto& each : attempts)
    made.push_back(each.which);
  return made;
}

query_reply node_script::answer(const domain::query& what) const {
  return {std::visit(query_answering{*this}, what)};
}

attempt_reply node_script::run(const run_attempt& what) {
  if (auto& given = answers[what.which]; !given.empty()) {
    auto next = std::move(given.front());
    given.pop_front();
    return next;
  }
  std::visit(attempt_effect{*this}, what.what);
  domain::succeeded done;
  if (std::holds_alternative<domain::back_up>(what.what))
    done.archive = archives.back();
  return {done};
}

namespace {

node_actor::behavior_type fake_node(node_actor::pointer self, std::shared_ptr<node_script> script) {
  return {
      [=](run_attempt& request) -> caf::result<attempt_reply> {
        script->attempts.push_back(request);
        if (!script->holds.contains(request.which))
          return script->run(request);
        auto promise = self->make_response_promise<attempt_reply>();
        script->held.emplace_back(std::move(request), promise);
        return promise;
      },
      [=](run_query& request) -> caf::result<query_reply> {
        ++script->queries;
        script->lists += std::holds_alternative<domain::list_guests>(request.what) ? 1 : 0;
        if (!script->silent_queries)
          return script->answer(request.what);
        auto promise = self->make_response_promise<query_reply>();
        script->held_queries.emplace_back(std::move(request.what), promise);
        return promise;
      },
      [=](const end_attempt& unwanted) { script->ended.push_back(unwanted); },
      [=](const acquire_lease& wish) {
        script->wishes.push_back(wish);
        if (wish.holder && (script->grants || wish.resumed))
          caf::anon_send(wish.holder, lease_granted{wish.keys});
      },
      [=](const release_lease& over) { script->releases.push_back(over); },
      [=](open_admission) {
        if (++script->opened == 1)
          script->wishes_before = script->wishes.size();
      },
      [](const connection_changed&) {},
      [=](show_node) {
        wire::node_view view;
        view.reachable = script->reachable;
        view.waiting = script->waiting;
        return node_reply{std::move(view)};
      },
      [](const set_drained&) { return node_reply{}; },
      [](show_guests) { return guests_reply{}; },
      [=](const sweep_items& over) {
        script->swept.insert(script->swept.end(), over.items.begin(), over.items.end());
      },
      [=](look_at_node) {
        for (auto& [request, promise] : std::exchange(script->held, {}))
          promise.deliver(script->run(request));
        for (auto& [question, promise] : std::exchange(script->held_queries, {}))
          promise.deliver(script->answer(question));
      },
  };
}

} // namespace

node_actor spawn_fake_node(caf::actor_system& system, std::shared_ptr<node_script> script) {
  return system.spawn(fake_node, std::move(script));
}

} // namespace cloudpods::actors::tests
