#include "actors/registry.hpp"

#include <deque>
#include <functional>
#include <map>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/counted_mailbox.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::seconds load_again{1};
constexpr std::size_t most_waiting = 1000;

using registry_self = registry_actor::extend<caf::reacts_to<wake_up>>;

class registry_life {
public:
  void init(registry_self::pointer actor, engine_ptr engine, handles_ptr handles) {
    self_ = actor;
    engine_ = std::move(engine);
    handles_ = std::move(handles);
    load();
  }

  void load() {
    self_->request(handles_->readers.front(), answer_certain, load_blueprints{})
        .then(
            [this](blueprints_reply& reply) {
              if (reply.value)
                come_alive(*reply.value);
              else
                self_->delayed_send(self_, load_again, wake_up{});
            },
            [this](const caf::error&) { self_->delayed_send(self_, load_again, wake_up{}); });
  }

  caf::result<blueprint_reply> put(put_blueprint& wish) {
    auto promise = self_->make_response_promise<blueprint_reply>();
    if (waiting_.size() >= most_waiting)
      promise.deliver(blueprint_reply{
          domain::refused(domain::problem_code::overloaded, "Too many blueprints are waiting.")});
    else
      ask([this, wish = std::move(wish), promise] { begin(wish, promise); });
    return promise;
  }

  caf::result<blueprint_reply> find(const find_blueprint& question) {
    if (!loaded_)
      return blueprint_reply{starting()};
    const auto found = blueprints_.find(question.slug);
    if (found == blueprints_.end())
      return blueprint_reply{domain::refused(domain::problem_code::blueprint_not_found,
                                             "There is no such stack blueprint.")};
    return blueprint_reply{domain::stack_blueprint{found->first, found->second}};
  }

  blueprints_reply list() const {
    if (!loaded_)
      return {starting()};
    std::vector<domain::stack_blueprint> all;
    for (const auto& [slug, definition] : blueprints_)
      all.push_back({slug, definition});
    return {std::move(all)};
  }

private:
  static std::unexpected<domain::problem> starting() {
    return domain::refused(domain::problem_code::store_unavailable,
                           "The blueprints are not read yet.");
  }

  void come_alive(const std::vector<domain::stack_blueprint>& known) {
    for (const auto& each : known)
      blueprints_[each.slug] = each.definition;
    loaded_ = true;
    next();
  }

  /// One at a time: what is so already is known only once the one before is settled.
  void ask(std::function<void()> what) {
    waiting_.push_back(std::move(what));
    next();
  }

  void next() {
    if (!loaded_ || out_ || waiting_.empty())
      return;
    const auto what = std::move(waiting_.front());
    waiting_.pop_front();
    out_ = true;
    what();
  }

  void done() {
    out_ = false;
    next();
  }

  void begin(const put_blueprint& wish, caf::typed_response_promise<blueprint_reply> promise) {
    const auto& wanted = wish.blueprint;
    const auto known = blueprints_.find(wanted.slug);
    if (known != blueprints_.end() && known->second == wanted.definition) {
      promise.deliver(blueprint_reply{wanted});
      done();
      return;
    }
    append_events request;
    request.is_request = true;
    request.what.actor = wish.by.actor;
    request.what.request = wish.by.request;
    domain::new_event fact;
    fact.stream = domain::platform_stream;
    fact.message = "Blueprint " + wanted.slug + " put";
    fact.payload = domain::blueprint_put{wanted.slug, wanted.definition};
    request.what.events.push_back(std::move(fact));
    self_->request(handles_->log, answer_certain, std::move(request))
        .then(
            [this, wanted, promise](const append_reply& reply) mutable {
              if (reply.last_seq) {
                blueprints_[wanted.slug] = wanted.definition;
                promise.deliver(blueprint_reply{wanted});
              } else {
                promise.deliver(blueprint_reply{std::unexpected{reply.last_seq.error()}});
              }
              done();
            },
            [this, promise](caf::error& why) mutable {
              promise.deliver(std::move(why));
              done();
            });
  }

  registry_self::pointer self_ = nullptr;
  engine_ptr engine_;
  handles_ptr handles_;
  bool loaded_ = false;
  bool out_ = false;
  std::map<std::string, domain::stack_definition> blueprints_;
  std::deque<std::function<void()>> waiting_;
};

registry_self::behavior_type registry(counted_pointer<registry_self, registry_life> self,
                                      engine_ptr engine, handles_ptr handles) {
  self->count_as("registry", engine->meters->mailboxes);
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(handles));
  return {
      [&life](put_blueprint& wish) { return life.put(wish); },
      [&life](const find_blueprint& question) { return life.find(question); },
      [&life](list_blueprints) { return life.list(); },
      [&life](const wake_up&) { life.load(); },
  };
}

} // namespace

registry_actor spawn_registry(caf::actor_system& system, engine_ptr engine, handles_ptr handles) {
  return caf::actor_cast<registry_actor>(
      system.spawn(registry, std::move(engine), std::move(handles)));
}

} // namespace cloudpods::actors
