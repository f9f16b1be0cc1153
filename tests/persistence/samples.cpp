#include "samples.hpp"

#include <memory>
#include <random>

namespace cloudpods::persistence::samples {

using namespace domain;

std::function<std::uint64_t()> random_bits(std::uint64_t seed) {
  auto engine = std::make_shared<std::mt19937_64>(seed);
  return [engine] { return (*engine)(); };
}

instant at(std::int64_t seconds) {
  return std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + std::chrono::seconds{seconds};
}

pod_id subject::pod() const { return pod_id{"pod-" + tenant + "-" + std::to_string(number)}; }

job_id subject::job(const std::string& what) const {
  return job_id{"job-" + what + "-" + tenant + "-" + std::to_string(number)};
}

item_id subject::item(const std::string& what) const {
  return item_id{"q-" + what + "-" + tenant + "-" + std::to_string(number)};
}

std::string subject::address() const {
  return "10." + std::to_string(1 + number / 62'500) + "." + std::to_string(number / 250 % 250) +
         "." + std::to_string(number % 250 + 1);
}

new_event subject::of_pod(event_payload payload, const std::string& job_of) const {
  return {pod_stream(pod()),
          tenant_id{tenant},
          pod(),
          guest(),
          job(job_of),
          category::state_change,
          "about " + pod().value,
          std::move(payload)};
}

new_event subject::of_tenant(event_payload payload) const {
  return {tenant_stream(tenant_id{tenant}),
          tenant_id{tenant},
          pod(),
          guest(),
          job(),
          category::info,
          "about " + tenant,
          std::move(payload)};
}

pod_ordered subject::order() const {
  pod_ordered out;
  out.name = out.hostname = "shop-" + std::to_string(number);
  out.user = user_id{"user-7"};
  out.plan = plan_code{"starter"};
  out.blueprint = blueprint_code{"ubuntu-24-minimal"};
  out.region = "migra-us-east-1";
  out.node = node_name{"pve1"};
  out.guest = guest();
  out.ip_address = address();
  out.cpu_cores = size().cpu_cores;
  out.memory_mb = size().memory_mb;
  out.swap_mb = 512;
  out.disk_gb = size().disk_gb;
  out.storage = storage_name{"clients-main"};
  out.bridge = "vmbr0";
  out.metadata = {{"order", "42"}};
  out.snapshot.code = out.plan;
  out.snapshot.vcpu = out.cpu_cores;
  return out;
}

decision decided(std::vector<new_event> events) {
  return {std::move(events), {actor_kind::user, "user-7"}, request_id{"req-1"}, std::nullopt, {}};
}

namespace {

decision about(const std::string& tenant, event_payload payload) {
  return decided({{tenant_stream(tenant_id{tenant}),
                   tenant_id{tenant},
                   {},
                   std::nullopt,
                   {},
                   category::info,
                   "about the tenant",
                   std::move(payload)}});
}

} // namespace

decision tenant_made(const std::string& tenant) {
  return about(tenant, tenant_created{"Tenant " + tenant});
}

decision settled(const std::string& tenant, int number) {
  const auto text = std::to_string(number);
  tenant_updated said{"Tenant " + text, "slug-" + text, "plan-" + text,
                      tenant_owner{"owner-" + text, "a" + text + "@example.org", "Ann " + text},
                      "migra-us-east-1"};
  if (number % 2 == 1)
    said.slug = said.plan = said.region = std::nullopt;
  if (number % 3 == 1)
    said.owner.reset();
  return about(tenant, said);
}

decision limited(const std::string& tenant, int number) {
  quota_changed said{number, -1, 1024 * number, 100};
  if (number % 2 == 1)
    said.max_pods = said.max_disk_gb = std::nullopt;
  return about(tenant, said);
}

decision ordered(const subject& it) {
  return decided({it.of_tenant(quota_reserved{it.size()}), it.of_pod(it.order()),
                  it.of_pod(job_queued{job_type::provision, user_id{"user-7"},
                                       json_text{R"({"planCode":"starter"})"}, std::nullopt}),
                  it.of_pod(item_queued{it.item(), item_action::create, json_text{"{}"}})});
}

decision building(const subject& it) {
  return decided({it.of_pod(job_started{}), it.of_pod(item_started{it.item(), item_action::create}),
                  it.of_pod(pod_provisioning{}),
                  it.of_pod(item_step_started{it.item(), step::clone, 1, false, true})});
}

decision built(const subject& it) {
  item_step_done cloned;
  cloned.item = it.item();
  cloned.output = "cloned";
  return decided(
      {it.of_pod(cloned),
       it.of_pod(item_ended{it.item(), item_action::create, item_status::success, ""}),
       it.of_pod(pod_active{it.address(), power_state::running}),
       it.of_pod(job_succeeded{job_result{it.address(), it.guest(), "done", {}, {}, {}}}),
       it.of_tenant(quota_committed{it.size()})});
}

decision failed(const subject& it, bool cleanup_pending) {
  auto out = decided(
      {it.of_pod(item_ended{it.item(), item_action::create, item_status::failed, "no space"})});
  if (cleanup_pending)
    out.events.push_back(
        it.of_pod(item_queued{it.item("cleanup"), item_action::cleanup, json_text{}}));
  else
    out.events.push_back(it.of_tenant(quota_released{{}, it.size()}));
  out.events.push_back(
      it.of_pod(pod_failed{pod_fault::create_failed, "no space", cleanup_pending}));
  out.events.push_back(it.of_pod(job_failed{"CREATE_FAILED", "no space"}));
  return out;
}

decision cleaned(const subject& it) {
  return decided(
      {it.of_pod(item_started{it.item("cleanup"), item_action::cleanup}),
       it.of_pod(item_ended{it.item("cleanup"), item_action::cleanup, item_status::success, ""}),
       it.of_tenant(quota_released{{}, it.size()})});
}

decision destroyed(const subject& it, const resources& size) {
  const std::string job = "destroy";
  return decided(
      {it.of_pod(job_queued{job_type::destroy, user_id{"user-7"}, json_text{"{}"}, std::nullopt},
                 job),
       it.of_pod(item_queued{it.item(job), item_action::destroy, json_text{"{}"}}, job),
       it.of_pod(pod_deleting{"no longer wanted"}, job), it.of_pod(job_started{}, job),
       it.of_pod(item_started{it.item(job), item_action::destroy}, job),
       it.of_pod(item_ended{it.item(job), item_action::destroy, item_status::success, ""}, job),
       it.of_pod(pod_deleted{}, job), it.of_pod(job_succeeded{}, job),
       it.of_tenant(quota_released{size, {}})});
}

} // namespace cloudpods::persistence::samples
