#include "actors/tenant_directory.hpp"

#include <deque>

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/counted_mailbox.hpp"
#include "actors/log_line.hpp"
#include "actors/tenant.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::seconds idle_look{60};
constexpr std::chrono::seconds wake_again{1};

/// A tenant that is awake, or waking while others wait for it.
struct known_tenant {
  awake_tenant_actor handle;
  bool awake = false;
  std::vector<caf::typed_response_promise<tenant_reply>> waiting;
};

class directory_life {
public:
  void init(directory_actor::pointer actor, engine_ptr engine, handles_ptr handles) {
    self_ = actor;
    engine_ = std::move(engine);
    handles_ = std::move(handles);
    self_->set_down_handler([this](const caf::down_msg& gone) { lost(gone); });
    // A tenant that breaks does not take the directory along; the directory's end takes them all.
    self_->set_exit_handler([this](const caf::exit_msg& end) {
      if (end.reason == caf::exit_reason::user_shutdown)
        self_->quit(end.reason);
    });
    self_->delayed_send(self_, idle_look, look_for_idle{});
  }

  caf::result<tenant_reply> find(const find_tenant& question) {
    auto& known = wake(question.tenant);
    if (known.awake)
      return tenant_reply{caf::actor_cast<tenant_actor>(known.handle)};
    auto promise = self_->make_response_promise<tenant_reply>();
    known.waiting.push_back(promise);
    return promise;
  }

  void settled(const tenant_awake& news) {
    const auto found = tenants_.find(news.tenant);
    if (found == tenants_.end())
      return;
    auto waiting = std::exchange(found->second.waiting, {});
    if (news.failed) {
      const bool needed = recovering_.contains(news.tenant) || waking_later_.erase(news.tenant) > 0;
      if (needed || !waiting.empty())
        spdlog::warn("{}", log_line("tenant-not-woken", news.failed->message,
                                    {{"tenantId", news.tenant.value}}));
      tenants_.erase(found);
      for (auto& each : waiting)
        each.deliver(tenant_reply{std::unexpected{*news.failed}});
      if (needed)
        wake_open_later();
      return;
    }
    found->second.awake = true;
    for (auto& each : waiting)
      each.deliver(tenant_reply{caf::actor_cast<tenant_actor>(found->second.handle)});
    waking_later_.erase(news.tenant);
    recovered(news.tenant);
  }

  caf::result<open_tenants_reply> wake_open() {
    auto promise = self_->make_response_promise<open_tenants_reply>();
    self_->request(handles_->readers.front(), answer_certain, list_open_tenants{})
        .then(
            [this, promise](const open_tenants_reply& open) mutable {
              if (!open.value) {
                promise.deliver(open);
                // Nobody else asks again for those that could not be loaded.
                if (!recovering_.empty())
                  wake_open_later();
                return;
              }
              waiting_for_recovery_.push_back(promise);
              for (const auto& each : open.value->begun)
                if (!wake(each).awake)
                  recovering_.insert(each);
              later_.assign(open.value->waiting.begin(), open.value->waiting.end());
              recovered({});
            },
            [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
    return promise;
  }

  void look() {
    self_->delayed_send(self_, idle_look, look_for_idle{});
    for (const auto& [id, each] : tenants_)
      if (each.awake)
        self_->send(each.handle, ask_to_sleep{});
  }

private:
  void wake_open_later() {
    caf::delayed_anon_send(caf::actor_cast<directory_actor>(self_), wake_again,
                           wake_open_tenants{});
  }

  known_tenant& wake(const domain::tenant_id& id) {
    auto& known = tenants_[id];
    if (!known.handle)
      known.handle =
          spawn_tenant(*self_, caf::actor_cast<directory_actor>(self_), engine_, handles_, id);
    return known;
  }

  /// Everything open counts on its node by now: a tenant claims it before it says it is awake.
  void recovered(const domain::tenant_id& id) {
    recovering_.erase(id);
    if (!recovering_.empty())
      return;
    for (const auto& [name, node] : handles_->nodes)
      self_->send(node, open_admission{});
    for (auto& each : std::exchange(waiting_for_recovery_, {}))
      each.deliver(open_tenants_reply{});
    wake_waiting();
  }

  /// A few at a time: whom somebody asks for meanwhile is not behind all of them at the readers.
  void wake_waiting() {
    for (; !later_.empty() && waking_later_.size() < handles_->readers.size(); later_.pop_front())
      if (!wake(later_.front()).awake)
        waking_later_.insert(later_.front());
  }

  /// One that broke is made anew from the log: it may have had work.
  void lost(const caf::down_msg& gone) {
    for (auto it = tenants_.begin(); it != tenants_.end(); ++it) {
      if (!it->second.handle || it->second.handle.address() != gone.source)
        continue;
      const auto id = it->first;
      const bool was_awake = it->second.awake;
      auto waiting = std::move(it->second.waiting);
      tenants_.erase(it);
      const bool broken = gone.reason && gone.reason != caf::exit_reason::user_shutdown;
      if (broken)
        spdlog::error("{}",
                      log_line("tenant-broke", "made anew from the log", {{"tenantId", id.value}}));
      if (broken && !was_awake) {
        // What broke it will do so again: not in a circle, and not in another's place.
        waking_later_.erase(id);
        wake_waiting();
        tenants_[id].waiting = std::move(waiting);
        caf::delayed_anon_send(caf::actor_cast<directory_actor>(self_), wake_again,
                               find_tenant{id});
      } else if (broken || !waiting.empty()) {
        wake(id).waiting = std::move(waiting);
      }
      return;
    }
  }

  directory_actor::pointer self_ = nullptr;
  engine_ptr engine_;
  handles_ptr handles_;
  std::map<domain::tenant_id, known_tenant> tenants_;
  std::set<domain::tenant_id> recovering_; ///< nobody is admitted before they are awake
  std::deque<domain::tenant_id> later_;    ///< only wait for a node: woken after that
  std::set<domain::tenant_id> waking_later_;
  std::vector<caf::typed_response_promise<open_tenants_reply>> waiting_for_recovery_;
};

directory_actor::behavior_type
tenant_directory(counted_pointer<directory_actor, directory_life> self, engine_ptr engine,
                 handles_ptr handles) {
  self->count_as("tenant_directory", engine->meters->mailboxes);
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(handles));
  return {
      [&life](const find_tenant& question) { return life.find(question); },
      [&life](const tenant_awake& news) { life.settled(news); },
      [&life](look_for_idle) { life.look(); },
      [&life](wake_open_tenants) { return life.wake_open(); },
  };
}

} // namespace

directory_actor spawn_tenant_directory(caf::actor_system& system, engine_ptr engine,
                                       handles_ptr handles) {
  return system.spawn(tenant_directory, std::move(engine), std::move(handles));
}

} // namespace cloudpods::actors
