#include "actors/health_sweep.hpp"

#include <deque>
#include <set>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "domain/health.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

/// To itself: the node may have room for a look by now.
struct look_again_at {
  domain::node_name node;
};

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::look_again_at)

namespace cloudpods::actors {

namespace {

constexpr int pods_at_once = 500;
constexpr std::size_t noted_at_once = 200;
constexpr int looks_at_once = 2;
constexpr std::chrono::seconds before_next_try{1};
/// A node that goes away under a question holds up its own pods only.
constexpr std::chrono::minutes node_patience{2};

using sweep_actor = clockwork_actor::extend<caf::reacts_to<look_again_at>>;

/// A guest that is asked itself.
struct wanted_look {
  domain::pod pod;
  domain::guest_health listed; ///< of a VM: what its list told
};

struct host {
  std::deque<wanted_look> wanted;
  int looks = 0;        ///< under way, the questions for room included
  bool pausing = false; ///< until `look_again_at`
};

class sweep_life {
public:
  void init(sweep_actor::pointer actor, engine_ptr engine, handles_ptr handles,
            upkeep_store_actor store, directory_actor directory, std::chrono::seconds interval) {
    self_ = actor;
    engine_ = std::move(engine);
    handles_ = std::move(handles);
    store_ = std::move(store);
    directory_ = std::move(directory);
    interval_ = interval;
    self_->delayed_send(self_, interval_, look_around{});
  }

  void look() {
    self_->delayed_send(self_, interval_, look_around{});
    // A sweep that takes longer than the interval is the next one too.
    if (open_ > 0 || engine_->service->phase() != service_phase::serving)
      return;
    begun_ = engine_->now();
    covered_.clear();
    pods_.clear();
    ++open_;
    read_pods({});
  }

  void look_again(const domain::node_name& name) {
    hosts_[name].pausing = false;
    look_on(name);
    done();
  }

private:
  // What is watched.

  void read_pods(const domain::pod_id& after) {
    self_->request(store_, answer_certain, read_watched{after, pods_at_once})
        .then(
            [this](watched_reply& answer) {
              if (!answer.value) {
                spdlog::warn("{}", log_line("health-not-read", answer.value.error().message));
                done();
                return;
              }
              const auto last = answer.value->empty() ? domain::pod_id{} : answer.value->back().id;
              const bool more = static_cast<int>(answer.value->size()) == pods_at_once;
              for (auto& each : *answer.value)
                pods_[each.order.node].push_back(std::move(each));
              if (more)
                read_pods(last);
              else
                list_from(handles_->nodes.begin());
            },
            [this](const caf::error&) { done(); });
  }

  // One list per cluster: a host that another's list told of needs none of its own.

  using node_place = std::map<domain::node_name, node_actor>::const_iterator;

  void list_from(node_place at) {
    while (at != handles_->nodes.end() &&
           (covered_.contains(at->first) || !pods_.contains(at->first)))
      ++at;
    if (at == handles_->nodes.end()) {
      note_all();
      done();
      return;
    }
    if_it_answers(
        at->second,
        [this, at](const wire::node_view&) {
          self_->request(at->second, node_patience, run_query{domain::list_guests{}})
              .then(
                  [this, at](const query_reply& reply) {
                    if (reply.value)
                      judge(at->first, std::get<domain::guest_list>(*reply.value));
                    list_from(std::next(at));
                  },
                  [this, at](const caf::error&) { list_from(std::next(at)); });
        },
        [this, at] { list_from(std::next(at)); });
  }

  void judge(const domain::node_name& asked, const domain::guest_list& list) {
    std::map<domain::vmid, const domain::listed_guest*> by_vmid;
    std::set<domain::node_name> told{asked};
    for (const auto& each : list.guests) {
      by_vmid[each.guest] = &each;
      told.insert(domain::node_name{each.node});
    }
    for (const auto& name : told) {
      if (!covered_.insert(name).second || !handles_->nodes.contains(name))
        continue;
      for (auto& pod : pods_[name])
        if (const auto found = by_vmid.find(pod.order.guest);
            found != by_vmid.end() && found->second->node == name.value)
          judge(std::move(pod), *found->second);
      look_on(name);
    }
  }

  void judge(domain::pod pod, const domain::listed_guest& guest) {
    auto& wanted = hosts_[pod.order.node].wanted;
    auto listed = domain::health_in_list(guest);
    if (pod.order.kind == domain::guest_kind::ct) {
      wanted.push_back({std::move(pod), {}});
      return;
    }
    const auto reading = domain::judge_health(pod, listed);
    if (reading.status == domain::health_status::unknown)
      return;
    // The list may be 20 s old: what it has for news is asked again before anybody hears of it.
    if (domain::is_news(pod.health, reading))
      wanted.push_back({std::move(pod), std::move(listed)});
    else
      note(pod.id);
  }

  // Guests that are asked themselves.

  void look_on(const domain::node_name& name) {
    auto& at = hosts_[name];
    while (!at.pausing && at.looks < looks_at_once &&
           at.looks < static_cast<int>(at.wanted.size())) {
      ++at.looks;
      ++open_;
      if_it_answers(
          handles_->nodes.at(name),
          [this, name](const wire::node_view& view) {
            if (view.waiting == 0)
              look_at_next(name);
            else
              pause(name);
          },
          [this, name] {
            hosts_[name].wanted.clear();
            end_look(name);
          });
    }
  }

  /// Guests' own operations go first. A host that is busy for all of the interval keeps no sweep:
  /// what is wanted of it is found again by the next one.
  void pause(const domain::node_name& name) {
    auto& at = hosts_[name];
    if (engine_->now() - begun_ >= interval_) {
      at.wanted.clear();
      end_look(name);
      return;
    }
    if (!std::exchange(at.pausing, true)) {
      ++open_;
      self_->delayed_send(self_, before_next_try, look_again_at{name});
    }
    end_look(name);
  }

  void look_at_next(const domain::node_name& name) {
    auto& at = hosts_[name];
    if (at.wanted.empty()) {
      end_look(name);
      return;
    }
    auto next = std::move(at.wanted.front());
    at.wanted.pop_front();
    run_query asked{domain::health_query(next.pod, *engine_->offers)};
    self_->request(handles_->nodes.at(name), node_patience, std::move(asked))
        .then(
            [this, name, next = std::move(next)](const query_reply& reply) {
              if (reply.value)
                learn(next, std::get<domain::guest_health>(*reply.value));
              end_look(name);
            },
            [this, name](const caf::error&) { end_look(name); });
  }

  void end_look(const domain::node_name& name) {
    --hosts_[name].looks;
    look_on(name);
    done();
  }

  void learn(const wanted_look& of, domain::guest_health found) {
    if (!found.cpu)
      found.cpu = of.listed.cpu;
    const auto reading = domain::judge_health(of.pod, found);
    if (reading.status == domain::health_status::unknown)
      return;
    note(of.pod.id);
    if (domain::is_news(of.pod.health, reading))
      tell(of.pod, std::move(found));
  }

  void tell(const domain::pod& pod, domain::guest_health found) {
    ++open_;
    self_->request(directory_, tenant_patience, find_tenant{pod.tenant})
        .then(
            [this, id = pod.id, found = std::move(found)](const tenant_reply& tenant) {
              if (tenant.value)
                tell(*tenant.value, id, found);
              done();
            },
            [this](const caf::error&) { done(); });
  }

  void tell(const tenant_actor& tenant, const domain::pod_id& pod,
            const domain::guest_health& found) {
    requester by;
    by.actor = {domain::actor_kind::system, "cloudpodsd"};
    ++open_;
    self_->request(tenant, tenant_patience, note_health{pod, found, std::move(by)})
        .then([this](const command_reply&) { done(); }, [this](const caf::error&) { done(); });
  }

  // What was looked at.

  void note(const domain::pod_id& pod) {
    checked_.push_back(pod);
    if (checked_.size() >= noted_at_once)
      note_all();
  }

  void note_all() {
    if (!checked_.empty())
      self_->send(store_, note_checked{std::exchange(checked_, {}), engine_->now()});
  }

  // The sweep itself.

  /// A request to a node that is away would wait until it is back.
  template <class Use, class Leave>
  void if_it_answers(const node_actor& node, Use use, Leave leave) {
    self_->request(node, answer_certain, show_node{})
        .then(
            [use, leave](const node_reply& reply) {
              const bool answers = reply.value && reply.value->reachable &&
                                   reply.value->circuit == domain::circuit_state::closed;
              if (answers)
                use(*reply.value);
              else
                leave();
            },
            [leave](const caf::error&) { leave(); });
  }

  void done() {
    if (--open_ == 0)
      note_all();
  }

  sweep_actor::pointer self_ = nullptr;
  engine_ptr engine_;
  handles_ptr handles_;
  upkeep_store_actor store_;
  directory_actor directory_;
  std::chrono::seconds interval_{300};
  domain::instant begun_; ///< the sweep
  int open_ = 0;          ///< questions of the sweep that are under way
  std::map<domain::node_name, std::vector<domain::pod>> pods_;
  std::set<domain::node_name> covered_;
  std::map<domain::node_name, host> hosts_;
  std::vector<domain::pod_id> checked_;
};

sweep_actor::behavior_type health_sweep(sweep_actor::stateful_pointer<sweep_life> self,
                                        engine_ptr engine, handles_ptr handles,
                                        upkeep_store_actor store, directory_actor directory,
                                        std::chrono::seconds interval) {
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(handles), std::move(store), std::move(directory),
            interval);
  return {
      [&life](look_around) { life.look(); },
      [&life](const look_again_at& node) { life.look_again(node.node); },
  };
}

} // namespace

clockwork_actor spawn_health_sweep(caf::actor_system& system, engine_ptr engine,
                                   handles_ptr handles, upkeep_store_actor store,
                                   directory_actor directory, std::chrono::seconds interval) {
  return caf::actor_cast<clockwork_actor>(system.spawn(health_sweep, std::move(engine),
                                                       std::move(handles), std::move(store),
                                                       std::move(directory), interval));
}

} // namespace cloudpods::actors
