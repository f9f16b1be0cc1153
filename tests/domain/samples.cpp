#include "domain/samples.hpp"

namespace cloudpods::domain::samples {

namespace {

plan sold(std::string code, std::int64_t vcpu, std::int64_t ram_mb, std::int64_t storage_gb) {
  plan made;
  made.code = plan_code{code};
  made.name = code;
  made.price_monthly_cents = 149;
  made.vcpu = vcpu;
  made.ram_mb = ram_mb;
  made.storage_gb = storage_gb;
  made.swap_mb = 512;
  return made;
}

blueprint built(std::string code, guest_kind guest, std::vector<std::string> nodes) {
  blueprint made;
  made.code = blueprint_code{std::move(code)};
  made.guest = guest;
  made.template_vmid = 9000;
  for (auto& each : nodes)
    made.nodes.emplace_back(std::move(each));
  made.min_disk_gb = 8;
  made.default_node = node_name{"pve1"};
  made.storage = storage_name{"clients"};
  made.bridge = "vmbr0";
  made.disk = "scsi0";
  made.ci_user = "ubuntu";
  return made;
}

node_description host(std::string name, std::string region, std::string snippets) {
  return {node_name{std::move(name)}, std::move(region), "ClientPods",
          storage_name{std::move(snippets)}, "/etc/ipam.txt"};
}

void sell(catalogue& all) {
  all.plans = {sold("starter", 1, 1024, 30), sold("premium", 2, 2048, 75),
               sold("student", 1, 1024, 2), sold("single", 1, 512, 10),
               sold("retired", 1, 512, 10)};
  all.plans[0].aliases = {"CLOUD_POD_STARTER", "cloudpods-starter"};
  all.plans[3].max_pods_per_tenant = 1;
  all.plans[4].is_active = false;
  all.blueprints = {built("ubuntu", guest_kind::vm, {"pve2", "pve1", "far1"}),
                    built("debian", guest_kind::ct, {"pve1"}),
                    built("old", guest_kind::vm, {"pve1"})};
  all.blueprints[2].is_active = false;
}

} // namespace

instant after(std::int64_t seconds) {
  return instant{std::chrono::seconds{1'767'268'800 + seconds}};
}

catalogue offers() {
  catalogue all;
  sell(all);
  all.nodes = {host("pve1", "east", "snips"), host("pve2", "east", ""), host("far1", "west", "s")};
  ip_pool pool;
  pool.region = "east";
  pool.first = *ipv4_from_text("10.1.10.100");
  pool.last = *ipv4_from_text("10.1.10.149");
  pool.gateway = *ipv4_from_text("10.1.10.101");
  pool.nameserver = "10.1.10.2";
  all.ip_pools = {pool};
  all.default_limits.most = {5, 8, 8192, 200};
  all.default_region = "east";
  all.default_blueprint = blueprint_code{"ubuntu"};
  all.vmids = {100000, 100199};
  all.protected_vmids = {{100003, 100004}};
  return all;
}

std::shared_ptr<const catalogue> shared_offers() {
  return std::make_shared<const catalogue>(offers());
}

tenant_id tenant() { return tenant_id{"TENANT-1"}; }

order_pod order(std::string plan) {
  order_pod made;
  made.plan = std::move(plan);
  made.user = user_id{"user-7"};
  made.payload = json_text{R"({"planCode":"starter"})"};
  return made;
}

order_ids ids(int number) {
  const auto text = std::to_string(100000 + number);
  return {pod_id{"pod-01ABCDEFGH" + text}, job_id{"job-" + text}, item_id{"q-" + text}};
}

std::vector<event> committed(const std::vector<new_event>& facts, std::int64_t seq, instant at) {
  std::vector<event> made;
  for (const auto& fact : facts) {
    event each;
    each.seq = each.stream_version = seq++;
    each.stream = fact.stream;
    each.tenant = fact.tenant;
    each.pod = fact.pod;
    each.guest = fact.guest;
    each.job = fact.job;
    each.category = fact.category;
    each.message = fact.message;
    each.at = at;
    each.payload = fact.payload;
    made.push_back(std::move(each));
  }
  return made;
}

tenant_state with_pod(tenant_state state, const order_pod& command, int number, vmid guest) {
  const auto all = offers();
  const auto judged = judge(state, all, command, ids(number));
  const auto& admitted = std::get<admitted_order>(judged.value());
  const placement place{admitted.place.candidates.front(), guest, std::nullopt};
  for (const auto& each : committed(accept(state, all, command, admitted, ids(number), place),
                                    state.seq + 1, after(number)))
    evolve(state, each);
  return state;
}

} // namespace cloudpods::domain::samples
