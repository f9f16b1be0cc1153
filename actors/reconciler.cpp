#include "actors/reconciler.hpp"

#include <caf/stateful_actor.hpp>

#include "actors/reconcile_life.hpp"

namespace cloudpods::actors {

void reconcile_life::init(reconciler_actor::pointer actor, engine_ptr engine, handles_ptr handles,
                          upkeep_store_actor store, directory_actor directory,
                          reconcile_rules rules) {
  self_ = actor;
  engine_ = std::move(engine);
  handles_ = std::move(handles);
  store_ = std::move(store);
  directory_ = std::move(directory);
  rules_ = rules;
  self_->delayed_send(self_, rules_.interval, look_around{});
}

domain::read_guest reconcile_life::guest_query(const domain::pod& pod) const {
  domain::read_guest made{pod.order.kind, pod.order.guest};
  if (const auto* built_by = engine_->offers->find_blueprint(pod.order.blueprint.value);
      built_by != nullptr && pod.order.kind == domain::guest_kind::vm)
    made.disk = built_by->disk;
  return made;
}

domain::owner_mark reconcile_life::mark_of(const domain::pod_id& pod) const {
  return {engine_->controller, pod};
}

requester reconcile_life::by_itself() {
  requester by;
  by.actor = {domain::actor_kind::system, "cloudpodsd"};
  return by;
}

namespace {

reconciler_actor::behavior_type reconciler(reconciler_actor::stateful_pointer<reconcile_life> self,
                                           engine_ptr engine, handles_ptr handles,
                                           upkeep_store_actor store, directory_actor directory,
                                           reconcile_rules rules) {
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(handles), std::move(store), std::move(directory),
            rules);
  return {
      [&life](reconcile_now) { return life.look_now(); },
      [&life](const adopt_drift& wish) { return life.adopt(wish); },
      [&life](const forget_drift& wish) { return life.forget(wish); },
      [&life](const silence_drift& wish) { return life.silence(wish); },
      [&life](look_around) { life.look_by_clock(); },
      [&life](end_of_patience) { life.end_patience(); },
  };
}

} // namespace

reconciler_actor spawn_reconciler(caf::actor_system& system, engine_ptr engine, handles_ptr handles,
                                  upkeep_store_actor store, directory_actor directory,
                                  reconcile_rules rules) {
  return system.spawn(reconciler, std::move(engine), std::move(handles), std::move(store),
                      std::move(directory), rules);
}

} // namespace cloudpods::actors
