#include "domain/step_operations.hpp"

#include <map>

namespace cloudpods::domain {

namespace {

using values = std::map<std::string, std::string>;

/// Replaces each `{name}` that `known` has.
std::string expand(const std::string& pattern, const values& known) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto end = pattern[at] == '{' ? pattern.find('}', at) : std::string::npos;
    const auto found =
        end == std::string::npos ? known.end() : known.find(pattern.substr(at + 1, end - at - 1));
    if (found == known.end()) {
      text += pattern[at++];
    } else {
      text += found->second;
      at = end + 1;
    }
  }
  return text;
}

std::vector<std::string> expand(const std::vector<std::string>& patterns, const values& known) {
  std::vector<std::string> argv;
  argv.reserve(patterns.size());
  for (const auto& each : patterns)
    argv.push_back(expand(each, known));
  return argv;
}

values values_of(const pod& pod) {
  const auto& order = pod.order;
  return {{"vmid", std::to_string(order.guest)},
          {"hostname", order.hostname},
          {"tenantId", pod.tenant.value},
          {"bridge", order.bridge},
          {"storage", order.storage.value},
          {"cores", std::to_string(order.cpu_cores)},
          {"memoryMb", std::to_string(order.memory_mb)},
          {"swapMb", std::to_string(order.swap_mb)},
          {"diskGb", std::to_string(order.disk_gb)}};
}

std::vector<std::string> create_argv(const pod& pod, const catalogue& offers) {
  auto argv = expand(offers.scripts.ct_create, values_of(pod));
  if (pod.order.ip_address) {
    argv.emplace_back("--ip");
    argv.push_back(*pod.order.ip_address);
  } else {
    argv.emplace_back("--auto-ip");
  }
  return argv;
}

std::string snippet_file(const pod& pod) { return "cloudpods-" + pod.id.value + ".yaml"; }

/// cloud-init takes one vendor document: the caller's own goes before the blueprint's.
std::string vendor_snippet(const pod& pod, const node_description& site) {
  const auto& build = pod.order.build;
  if (site.snippets_storage.empty())
    return {};
  const auto prefix = site.snippets_storage.value + ":snippets/";
  if (build.user_data_bytes > 0)
    return prefix + snippet_file(pod);
  return build.cloud_init_profile.empty() ? std::string{} : prefix + build.cloud_init_profile;
}

configure_vm configuration(const pod& pod, const node_description& site, const owner_mark& mark) {
  const auto& order = pod.order;
  configure_vm made;
  made.guest = order.guest;
  made.cores = order.cpu_cores;
  made.memory_mb = order.memory_mb;
  made.ci_user = order.build.ci_user;
  made.ssh_keys = order.build.ssh_keys;
  if (order.ip_address)
    made.address = static_address{*order.ip_address, order.build.prefix_length, order.build.gateway,
                                  order.build.nameserver};
  made.mark = mark;
  made.vendor_snippet = vendor_snippet(pod, site);
  return made;
}

operation destruction(const pod& pod, const catalogue& offers, const owner_mark& mark) {
  const auto& order = pod.order;
  destroy_guest made{order.kind, order.guest, mark, pod.remains.unmarked_is_ours(), {}};
  if (order.kind == guest_kind::ct)
    made.argv = expand(offers.scripts.ct_destroy, values_of(pod));
  return made;
}

operation growth(const pod& pod, const catalogue& offers) {
  const auto& order = pod.order;
  if (order.kind == guest_kind::vm)
    return resize_vm_disk{order.guest, order.build.disk, order.disk_gb};
  return resize_container{order.guest, expand(offers.scripts.ct_resize, values_of(pod))};
}

} // namespace

operation operation_of(step which, const pod& pod, const queue_item& item, const catalogue& offers,
                       const owner_mark& mark, const std::string& user_data) {
  const auto& order = pod.order;
  const node_description elsewhere;
  const auto* known = offers.find_node(order.node);
  const auto& site = known != nullptr ? *known : elsewhere;
  switch (which) {
  case step::register_address:
    return register_address{site.ipam_file, order.ip_address.value_or(std::string{})};
  case step::release_address:
    return release_address{site.ipam_file, order.ip_address.value_or(std::string{})};
  case step::write_snippet:
    return write_snippet{site.snippets_storage, snippet_file(pod), user_data};
  case step::remove_snippet:
    return remove_snippet{site.snippets_storage, snippet_file(pod)};
  case step::clone:
    return clone_vm{order.guest,  order.build.template_vmid, order.hostname, mark, site.pool,
                    order.storage};
  case step::create:
    return create_container{order.guest, create_argv(pod, offers)};
  case step::configure:
    return configuration(pod, site, mark);
  case step::mark:
    return mark_container{order.guest, mark};
  case step::pool:
    return join_pool{order.guest, site.pool};
  case step::keys:
    return install_container_keys{order.guest, order.build.ssh_keys};
  case step::resize:
    return growth(pod, offers);
  case step::free_volumes:
    return free_volumes{order.guest, item.volumes};
  case step::destroy:
    return destruction(pod, offers, mark);
  case step::start:
  case step::wait:
  case step::absent:
    break;
  }
  return start_guest{order.kind, order.guest};
}

std::vector<std::string> budgets_of(step which, const pod& pod) {
  const auto storage = "storage:" + pod.order.storage.value;
  switch (which) {
  case step::clone:
  case step::resize:
    return {"node", storage};
  case step::create:
    return {"node", storage, "template:" + std::to_string(pod.order.build.template_vmid)};
  default:
    return {"node"};
  }
}

read_address address_query(const pod& pod, const catalogue& offers) {
  read_address made{pod.order.kind, pod.order.guest, 0, 0};
  if (const auto* pool = offers.find_pool(pod.order.region)) {
    made.network = pool->network;
    made.prefix_length = pool->prefix_length;
  }
  return made;
}

} // namespace cloudpods::domain
