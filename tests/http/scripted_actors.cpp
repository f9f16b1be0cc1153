#include "scripted_actors.hpp"

#include <algorithm>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "http/subscriber.hpp"
#include "scripted_services.hpp"

namespace cloudpods::test {

using namespace actors;

std::shared_ptr<const domain::pod_record> pod_of(const std::string& tenant,
                                                 const domain::pod_record& besides) {
  auto record = std::make_shared<domain::pod_record>(besides);
  record->pod.id = domain::pod_id{"pod-1"};
  record->pod.tenant = domain::tenant_id{tenant};
  record->pod.order.guest = 100007;
  record->pod.version = 9;
  return record;
}

std::shared_ptr<const domain::job> job_of(const std::string& tenant, domain::item_action does) {
  auto job = std::make_shared<domain::job>();
  job->id = domain::job_id{"job-1"};
  job->tenant = domain::tenant_id{tenant};
  job->items.emplace_back().action = does;
  return job;
}

namespace {

using domain::problem_code;

std::shared_ptr<const domain::deployment> deployment_of(const std::string& tenant) {
  auto made = std::make_shared<domain::deployment>();
  made->id = domain::deployment_id{"dep-1"};
  made->tenant = domain::tenant_id{tenant};
  made->order.slug = "wordpress";
  made->order.pods = {{domain::pod_id{"pod-1"}, "app", 1}};
  made->last_job = domain::job_id{"job-1"};
  return made;
}

bool is_pod(const pod_reference& which) {
  return which == pod_reference{domain::pod_id{"pod-1"}} || which == pod_reference{100007};
}

caf::behavior tenant(caf::event_based_actor* self, const std::string& name, shared_world world) {
  const bool has_pod = name == "T-1" || name == "T-asleep";
  return {
      [=](const place_order& order) -> caf::result<command_reply> {
        if (name == "T-mute")
          return self->make_response_promise<command_reply>();
        const std::lock_guard guard(world->mutex);
        world->ordered = order;
        if (order.command.plan == "huge")
          return command_reply{domain::refused(problem_code::quota_exceeded, "no cores left")};
        return command_reply{accepted{pod_of(name), job_of(name), order.command.plan == "again"}};
      },
      [=](const ask_destroy& destroy) {
        const std::lock_guard guard(world->mutex);
        if (!has_pod || !is_pod(destroy.pod))
          return command_reply{domain::refused(problem_code::not_found, "tenant-specific words")};
        if (destroy.versions && std::ranges::find(*destroy.versions, pod_of(name)->pod.version) ==
                                    destroy.versions->end())
          return command_reply{domain::refused(problem_code::version_mismatch, "it has changed")};
        world->destroyed = destroy;
        return command_reply{accepted{pod_of(name), job_of(name)}};
      },
      [=](const ask_action& wish) {
        const std::lock_guard guard(world->mutex);
        if (!has_pod || !is_pod(wish.pod))
          return command_reply{domain::refused(problem_code::not_found, "tenant-specific words")};
        if (wish.command.parameters.backup == "bak-none")
          return command_reply{domain::refused(problem_code::not_found, "no such backup")};
        world->acted = wish;
        accepted done{pod_of(name), job_of(name, wish.command.action)};
        if (wish.command.action == domain::item_action::resume)
          done = accepted{pod_of(name), nullptr, false, false, 200};
        return command_reply{std::move(done)};
      },
      [=](const set_protection& wish) {
        const std::lock_guard guard(world->mutex);
        world->guarded = wish;
        return command_reply{accepted{pod_of(name), nullptr, false, false, 200}};
      },
      [=](const cancel_job& wish) {
        const std::lock_guard guard(world->mutex);
        world->cancelled = wish;
        return command_reply{accepted{pod_of(name), job_of(name)}};
      },
      [=](const retry_job& wish) {
        const std::lock_guard guard(world->mutex);
        world->retried = wish;
        return command_reply{accepted{pod_of(name), job_of(name)}};
      },
      [=](const place_stack& wish) {
        const std::lock_guard guard(world->mutex);
        world->deployed = wish;
        return stack_reply{accepted_stack{deployment_of(name), job_of(name)}};
      },
      [=](const destroy_stack& wish) {
        const std::lock_guard guard(world->mutex);
        world->stack_destroyed = wish;
        return stack_reply{accepted_stack{deployment_of(name), job_of(name)}};
      },
      [=](const show_deployment& question) {
        if (!has_pod || question.deployment.value != "dep-1")
          return deployment_reply{domain::refused(problem_code::not_found, "tenant's words")};
        return deployment_reply{deployment_of(name)};
      },
      [=](const set_tenant& wish) {
        const std::lock_guard guard(world->mutex);
        world->settled = wish;
        return tenant_view_reply{tenant_view{domain::tenant_id{name}, true, wish.command, {}}};
      },
      [=](const set_limits& wish) {
        const std::lock_guard guard(world->mutex);
        world->limited = wish;
        return quota_reply{
            wire::quota_summary{domain::tenant_id{name}, domain::limit_source::row, {}, {}}};
      },
      [=](const show_pod& question) {
        const std::lock_guard guard(world->mutex);
        if (!has_pod || !is_pod(question.pod))
          return pod_reply{domain::refused(problem_code::not_found, "tenant-specific words")};
        return pod_reply{pod_of(name, world->pod)};
      },
      [=](const list_pods& question) {
        const std::lock_guard guard(world->mutex);
        world->listed = question;
        return pod_page{{pod_of(name)}, !question.after, 2};
      },
      [=](const show_job& question) {
        const std::lock_guard guard(world->mutex);
        world->waited = question.wait;
        if (!has_pod || question.job.value != "job-1")
          return job_reply{domain::refused(problem_code::not_found, "tenant-specific words")};
        return job_reply{job_view{job_of(name, world->job_does), std::nullopt}};
      },
      [=](const list_jobs& question) {
        const std::lock_guard guard(world->mutex);
        world->jobs_listed = question;
        return job_page{{{job_of(name), std::nullopt}}, false};
      },
      [=](const show_quota&) {
        return quota_reply{
            wire::quota_summary{domain::tenant_id{name}, domain::limit_source::standard, {}, {}}};
      },
      [=](const ask_quota& question) {
        if (question.plan == "none")
          return verdict_reply{domain::refused(problem_code::plan_not_found, "no such plan")};
        if (question.plan == "huge")
          return verdict_reply{domain::refused(
              problem_code::quota_exceeded, "no cores left",
              std::vector{domain::detail{"error_field", std::string{"cpu_cores"}}})};
        return verdict_reply{};
      },
  };
}

caf::behavior directory(caf::event_based_actor* self, shared_world world) {
  return {[=](const find_tenant& question) {
    const auto made = self->spawn<caf::linked>(tenant, question.tenant.value, world);
    const bool ends = question.tenant.value == "T-asleep" && world->woken.fetch_add(1) == 0;
    if (ends) {
      self->unlink_from(made);
      caf::anon_send_exit(made, caf::exit_reason::user_shutdown);
    }
    return tenant_reply{caf::actor_cast<tenant_actor>(made)};
  }};
}

caf::behavior reader(caf::event_based_actor*, shared_world world) {
  return {
      [](const find_owner& question) {
        const bool is_known =
            std::get_if<domain::vmid>(&question.what) != nullptr
                ? std::get<domain::vmid>(question.what) == 100007
                : std::visit(
                      [](const auto& id) {
                        if constexpr (requires { id.value; })
                          return id.value == "pod-1" || id.value == "job-1" || id.value == "dep-1";
                        return false;
                      },
                      question.what);
        owner_reply reply;
        if (is_known)
          reply.value = domain::tenant_id{"T-1"};
        return reply;
      },
      [](const read_checked&) { return checked_reply{std::nullopt}; },
      [=](const read_events& question) {
        const std::lock_guard guard(world->mutex);
        world->events_read = question;
        frame_page page;
        page.head = static_cast<std::int64_t>(world->log.size());
        page.looked_up_to = question.after;
        for (auto at = static_cast<std::size_t>(question.after);
             at < world->log.size() &&
             page.frames.size() < static_cast<std::size_t>(question.limit);
             ++at) {
          page.looked_up_to = world->log[at]->seq;
          if (http::matches(question.filter, *world->log[at]))
            page.frames.push_back(world->log[at]);
        }
        return events_reply{std::move(page)};
      },
  };
}

/// A node that is drained as it was last told.
caf::behavior node(caf::event_based_actor*, shared_world world) {
  const auto view = [=] {
    wire::node_view made;
    made.name = domain::node_name{"pve1"};
    made.reachable = true;
    made.drained = world->drained && world->drained->drained;
    made.capacity =
        domain::node_capacity{65536, 16, {{domain::storage_name{"a"}, 100, 50}}, 16384, 0.25};
    made.sudo = domain::sudo_rights{false, {"/usr/sbin/qm"}};
    return node_reply{std::move(made)};
  };
  return {
      [=](show_node) {
        const std::lock_guard guard(world->mutex);
        return view();
      },
      [=](const set_drained& wish) {
        const std::lock_guard guard(world->mutex);
        world->drained = wish;
        return view();
      },
      [=](show_guests) {
        auto list = std::make_shared<domain::guest_list>();
        list->guests.push_back({100007, domain::guest_kind::vm, "pve1", "", "running", "", false});
        return guests_reply{std::shared_ptr<const domain::guest_list>{std::move(list)}};
      },
  };
}

caf::behavior feed(caf::event_based_actor*, shared_world world) {
  return {
      [=](const follow_feed& wish) {
        const std::lock_guard guard(world->mutex);
        if (!world->ended)
          world->listeners.push_back(wish.listener);
        ++world->followed;
        return following{static_cast<std::int64_t>(world->log.size())};
      },
      [=](const leave_feed&) {},
  };
}

} // namespace

domain::recommendation sample_recommendation() {
  domain::recommendation made;
  made.id = "rec-1";
  made.rule = "outside.high_memory_usage";
  made.subject = "pod:pod-1";
  made.about = {domain::tenant_id{"T-1"}, domain::pod_id{"pod-1"}, 100007, std::nullopt};
  made.issue = "High memory usage";
  made.actions.push_back({domain::advice::run_health_check});
  return made;
}

void scripted_world::write(int count, const std::string& of, const std::string& name) {
  const std::lock_guard guard(mutex);
  auto batch = std::make_shared<std::vector<shared_frame>>();
  for (int i = 0; i < count; ++i) {
    auto frame = std::make_shared<event_frame>();
    frame->seq = static_cast<std::int64_t>(log.size()) + 1;
    frame->tenant = domain::tenant_id{of};
    frame->name = name;
    frame->text = R"({"type":"event","seq":)" + std::to_string(frame->seq) + "}";
    log.push_back(frame);
    batch->push_back(frame);
  }
  for (const auto& listener : listeners)
    caf::anon_send(listener, live_events{batch});
}

scripted_actors::scripted_actors() : system_(std::make_unique<caf::actor_system>(config_)) {
  directory_ = system_->spawn(directory, world);
  reader_ = system_->spawn(reader, world);
  feed_ = system_->spawn(feed, world);
  node_ = system_->spawn(node, world);
  platform_ = system_->spawn(platform, world);
  registry_ = system_->spawn(registry, world);
  world->advice = sample_recommendation();
  focalpilot_ = system_->spawn(focalpilot, world);
  reconciler_ = system_->spawn(reconciler, world);
}

scripted_actors::~scripted_actors() {
  {
    // One that comes late would outlive the actor system.
    const std::lock_guard guard(world->mutex);
    world->ended = true;
    world->listeners.clear();
  }
  for (auto* each : {&directory_, &reader_, &feed_, &node_, &platform_, &registry_, &focalpilot_,
                     &reconciler_}) {
    caf::anon_send_exit(*each, caf::exit_reason::user_shutdown);
    *each = nullptr;
  }
}

http::actor_handles scripted_actors::handles() const {
  return {caf::actor_cast<tenant_directory_actor>(directory_),
          {caf::actor_cast<reader_actor>(reader_)},
          caf::actor_cast<event_feed_actor>(feed_),
          {{domain::node_name{"pve1"}, caf::actor_cast<node_door_actor>(node_)}},
          caf::actor_cast<platform_reader_actor>(platform_),
          caf::actor_cast<registry_actor>(registry_),
          caf::actor_cast<focalpilot_actor>(focalpilot_),
          caf::actor_cast<reconcile_door_actor>(reconciler_)};
}

} // namespace cloudpods::test
