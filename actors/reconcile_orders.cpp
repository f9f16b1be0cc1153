#include "actors/reconcile_ask.hpp"

namespace cloudpods::actors {

namespace {

using domain::drift_kind;
using domain::problem_code;

template <class Reply, class Promise>
void refuse(Promise& promise, problem_code code, std::string sentence) {
  promise.deliver(Reply{domain::refused(code, std::move(sentence))});
}

void node_away(caf::typed_response_promise<command_reply> promise) {
  refuse<command_reply>(promise, problem_code::store_unavailable, "The node does not answer.");
}

domain::node_drift unknown_of(const domain::drift_entry& entry) {
  return {entry.kind,
          entry.node,
          entry.guest.value_or(0),
          entry.guest_is.value_or(domain::guest_kind::vm),
          entry.name.value_or(std::string{}),
          entry.status == domain::drift_status::ignored};
}

bool is_of_node(const domain::drift_entry& entry) { return !entry.tenant; }

} // namespace

template <class Promise>
void reconcile_life::find(const std::string& id, Promise promise,
                          std::function<void(const known_drift&)> then) {
  using reply_type =
      std::conditional_t<std::is_same_v<Promise, drift_promise>, drift_reply, command_reply>;
  self_->request(store_, answer_certain, read_drift{id})
      .then(
          [promise, then](const drift_found_reply& found) mutable {
            if (!found.value)
              promise.deliver(reply_type{std::unexpected{found.value.error()}});
            else if (!*found.value)
              refuse<reply_type>(promise, problem_code::not_found, "There is no such difference.");
            else
              then(**found.value);
          },
          [promise](const caf::error&) mutable {
            refuse<reply_type>(promise, problem_code::store_unavailable, "The store is away.");
          });
}

template <class Command>
void reconcile_life::put(const domain::tenant_id& tenant, Command what, command_promise promise,
                         std::function<void()> over) {
  auto lost = [promise, over]() mutable {
    refuse<command_reply>(promise, problem_code::store_unavailable, "The outcome is not known.");
    over();
  };
  self_->request(directory_, tenant_patience, find_tenant{tenant})
      .then(
          [this, what = std::move(what), promise, over, lost](const tenant_reply& found) mutable {
            if (!found.value) {
              promise.deliver(command_reply{std::unexpected{found.value.error()}});
              over();
              return;
            }
            self_->request(*found.value, tenant_patience, std::move(what))
                .then(
                    [promise, over](const command_reply& reply) mutable {
                      promise.deliver(reply);
                      over();
                    },
                    [lost](const caf::error&) mutable { lost(); });
          },
          [lost](const caf::error&) mutable { lost(); });
}

// Adopting.

caf::result<command_reply> reconcile_life::adopt(const adopt_drift& wish) {
  auto promise = self_->make_response_promise<command_reply>();
  find(wish.id, promise, [this, wish, promise](const known_drift& known) {
    if (is_of_node(known.entry))
      adopt_unknown(known, wish, promise);
    else
      adopt_of_pod(known, wish, promise);
  });
  return promise;
}

void reconcile_life::adopt_unknown(const known_drift& known, const adopt_drift& wish,
                                   command_promise promise) {
  if (!wish.tenant) {
    refuse<command_reply>(promise, problem_code::tenant_required,
                          "Whose pod the guest is to become has to be said: tenantId.");
    return;
  }
  const domain::tenant_id tenant{*wish.tenant};
  const auto drift = unknown_of(known.entry);
  if (known.entry.status == domain::drift_status::resolved) {
    auto word = wish.word;
    word.is_over = true;
    put(tenant, adopt_found{{drift, {}}, std::move(word)}, promise);
    return;
  }
  if (!adopting_.insert(drift.guest).second) {
    refuse<command_reply>(promise, problem_code::pod_busy, "The guest is being adopted.");
    return;
  }
  const auto over = [this, guest = drift.guest] { adopting_.erase(guest); };
  ask<domain::guest_facts>(
      drift.node, domain::read_guest{drift.guest_is, drift.guest},
      [this, drift, tenant, word = wish.word, promise,
       over](const domain::guest_facts& guest) mutable {
        const bool in_range = domain::is_in_range(drift.guest, *engine_->offers);
        if (!domain::judge_unknown(guest, engine_->controller, in_range) || !guest.lock.empty()) {
          refuse<command_reply>(promise, problem_code::invalid_state,
                                guest.exists ? "The guest is another's, or is locked."
                                             : "The guest is not on its node any more.");
          over();
          return;
        }
        put(tenant, adopt_found{{drift, guest}, std::move(word)}, promise, over);
      },
      [promise, over] {
        node_away(promise);
        over();
      });
}

void reconcile_life::adopt_of_pod(const known_drift& known, const adopt_drift& wish,
                                  command_promise promise) {
  const domain::tenant_id tenant{*known.entry.tenant};
  const domain::pod_id pod{known.entry.pod.value_or(std::string{})};
  if (wish.tenant && *wish.tenant != tenant.value) {
    refuse<command_reply>(promise, problem_code::tenant_mismatch, "The pod is another tenant's.");
    return;
  }
  if (known.entry.status == domain::drift_status::resolved || !known.pod) {
    auto word = wish.word;
    word.is_over = true;
    put(tenant, adopt_pod{pod, known.entry.kind, {}, std::move(word)}, promise);
    return;
  }
  ask<domain::guest_facts>(
      known.pod->pod.order.node, guest_query(known.pod->pod),
      [this, tenant, pod, kind = known.entry.kind, word = wish.word,
       promise](const domain::guest_facts& guest) {
        put(tenant, adopt_pod{pod, kind, guest, word}, promise);
      },
      [promise] { node_away(promise); });
}

// Forgetting.

caf::result<command_reply> reconcile_life::forget(const forget_drift& wish) {
  auto promise = self_->make_response_promise<command_reply>();
  find(wish.id, promise, [this, wish, promise](const known_drift& known) mutable {
    if (is_of_node(known.entry)) {
      refuse<command_reply>(promise, problem_code::invalid_state,
                            "The guest is no pod: there is nothing to forget.");
      return;
    }
    if (known.entry.status == domain::drift_status::resolved || !known.pod) {
      auto word = wish.word;
      word.is_over = true;
      put(domain::tenant_id{*known.entry.tenant},
          forget_pod{domain::pod_id{known.entry.pod.value_or(std::string{})}, std::move(word)},
          promise);
    } else if (known.entry.kind == drift_kind::missing) {
      forget_missing(*known.pod, wish.word, promise);
    } else if (known.entry.kind == drift_kind::ownership) {
      forget_foreign(*known.pod, wish.word, promise);
    } else {
      refuse<command_reply>(promise, problem_code::invalid_state,
                            "The pod's guest is not known to be gone.");
    }
  });
  return promise;
}

/// Contract 17: two lists in a row lack it, and no storage has a volume of its vmid.
void reconcile_life::forget_missing(const domain::pod_record& pod, const operators_word& word,
                                    command_promise promise) {
  auto there = [promise]() mutable {
    refuse<command_reply>(promise, problem_code::invalid_state,
                          "The guest, or a volume of it, is there, or nobody can tell.");
  };
  const auto& node = pod.pod.order.node;
  const auto lacks = [pod](const domain::guest_list& list) {
    return list.unread == 0 && list.find(pod.pod.order.guest) == nullptr;
  };
  const auto away = [promise] { node_away(promise); };
  auto volumes = [this, pod, word, promise, there](const domain::volume_list& found) mutable {
    if (found.volumes.empty())
      put(pod.pod.tenant, forget_pod{pod.pod.id, word}, promise);
    else
      there();
  };
  auto second = [this, node, pod, lacks, volumes, there,
                 away](const domain::guest_list& list) mutable {
    if (!lacks(list))
      there();
    else
      ask<domain::volume_list>(node, domain::list_volumes{pod.pod.order.guest}, volumes, away);
  };
  ask<domain::guest_list>(
      node, domain::list_guests{true},
      [this, node, lacks, second, there, away](const domain::guest_list& list) mutable {
        if (!lacks(list))
          there();
        else
          ask<domain::guest_list>(node, domain::list_guests{true}, second, away);
      },
      away);
}

/// A guest without the pod's mark is left as it is; only the pod ends.
void reconcile_life::forget_foreign(const domain::pod_record& pod, const operators_word& word,
                                    command_promise promise) {
  ask<domain::guest_facts>(
      pod.pod.order.node, guest_query(pod.pod),
      [this, pod, word, promise](const domain::guest_facts& guest) mutable {
        if (guest.exists && guest.owner(mark_of(pod.pod.id)) == domain::ownership::ours)
          refuse<command_reply>(promise, problem_code::invalid_state,
                                "The guest carries the pod's mark: it is there.");
        else
          put(pod.pod.tenant, forget_pod{pod.pod.id, word}, promise);
      },
      [promise] { node_away(promise); });
}

// Ignoring.

caf::result<drift_reply> reconcile_life::silence(const silence_drift& wish) {
  auto promise = self_->make_response_promise<drift_reply>();
  find(wish.id, promise, [this, wish, promise](const known_drift& known) mutable {
    const auto& entry = known.entry;
    if (entry.status == domain::drift_status::resolved) {
      refuse<drift_reply>(promise, problem_code::invalid_state, "The difference is over.");
      return;
    }
    if (entry.status == domain::drift_status::ignored) {
      promise.deliver(drift_reply{entry});
      return;
    }
    if (is_of_node(entry)) {
      append(domain::ignored(unknown_of(entry), wish.reason), wish.by,
             [this, id = wish.id, promise](bool said) mutable {
               if (said)
                 show_again(id, promise);
               else
                 refuse<drift_reply>(promise, problem_code::store_unavailable,
                                     "The store is away.");
             });
      return;
    }
    self_->request(directory_, tenant_patience, find_tenant{domain::tenant_id{*entry.tenant}})
        .then(
            [this, entry, wish, promise](const tenant_reply& tenant) mutable {
              if (!tenant.value) {
                promise.deliver(drift_reply{std::unexpected{tenant.value.error()}});
                return;
              }
              ignore_drift word{domain::pod_id{entry.pod.value_or(std::string{})}, entry.kind,
                                wish.reason, wish.by};
              self_->request(*tenant.value, tenant_patience, std::move(word))
                  .then(
                      [this, id = wish.id, promise](const command_reply& reply) mutable {
                        if (reply.value)
                          show_again(id, promise);
                        else
                          promise.deliver(drift_reply{std::unexpected{reply.value.error()}});
                      },
                      [promise](const caf::error&) mutable {
                        refuse<drift_reply>(promise, problem_code::store_unavailable,
                                            "The outcome is not known.");
                      });
            },
            [promise](const caf::error&) mutable {
              refuse<drift_reply>(promise, problem_code::store_unavailable, "The store is away.");
            });
  });
  return promise;
}

void reconcile_life::show_again(const std::string& id, drift_promise promise) {
  find(id, promise,
       [promise](const known_drift& known) mutable { promise.deliver(drift_reply{known.entry}); });
}

} // namespace cloudpods::actors
