#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/platform_protocol.hpp"
#include "actors/protocol.hpp"
#include "actors/reconcile_protocol.hpp"
#include "http/api_settings.hpp"

namespace cloudpods::test {

/// What the scripted actors know, and what they were told. Shared with their threads.
struct scripted_world {
  std::mutex mutex;
  std::vector<actors::shared_frame> log;
  std::vector<caf::actor> listeners;
  bool ended = false;
  std::optional<actors::place_order> ordered;
  std::optional<actors::ask_destroy> destroyed;
  std::optional<actors::ask_action> acted;
  std::optional<actors::set_protection> guarded;
  std::optional<actors::cancel_job> cancelled;
  std::optional<actors::retry_job> retried;
  std::optional<actors::place_stack> deployed;
  std::optional<actors::destroy_stack> stack_destroyed;
  std::optional<actors::put_blueprint> blueprint_put;
  std::optional<actors::set_tenant> settled;
  std::optional<actors::set_limits> limited;
  std::optional<actors::list_jobs> jobs_listed;
  std::optional<actors::read_events> events_read;
  std::optional<actors::list_pods> listed;
  domain::pod_record pod;                                     ///< what `pod-1` is besides
  domain::item_action job_does = domain::item_action::create; ///< the first item of `job-1`
  std::optional<std::chrono::milliseconds> waited;
  std::optional<actors::set_drained> drained;
  std::optional<actors::list_tenants> tenants_listed;
  std::optional<actors::recount_tenant> recounted;
  std::optional<actors::list_recommendations> recommendations_listed;
  std::optional<actors::post_recommendation> proposed;
  std::optional<actors::settle_recommendation> taken;
  domain::recommendation advice; ///< `rec-1`, of `pod-1` of `T-1`
  std::optional<actors::list_drift> drift_listed;
  std::optional<actors::adopt_drift> adopted;
  std::optional<actors::forget_drift> forgotten;
  std::optional<actors::silence_drift> silenced;
  bool store_away = false; ///< for what is asked over all tenants
  std::atomic<int> followed{0};
  std::atomic<int> woken{0};

  /// Appends events and hands them to the feed's listeners.
  void write(int count, const std::string& tenant, const std::string& name = "pod.active");
};

/// What `rec-1` is like where a test says nothing else.
domain::recommendation sample_recommendation();

/// Actors that speak the protocol: tenant `T-1` has the pod `pod-1` with vmid 100007 and the job
/// `job-1`; `T-mute` never answers; `T-asleep` has ended when it is found for the first time. One
/// node, `pve1`.
class scripted_actors {
public:
  scripted_actors();
  ~scripted_actors();

  caf::actor_system& system() { return *system_; }
  [[nodiscard]] http::actor_handles handles() const;

  std::shared_ptr<scripted_world> world = std::make_shared<scripted_world>();

private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::vector<caf::actor> all_;
  caf::actor directory_;
  caf::actor reader_;
  caf::actor feed_;
  caf::actor node_;
  caf::actor platform_;
  caf::actor registry_;
  caf::actor focalpilot_;
  caf::actor reconciler_;
};

} // namespace cloudpods::test
