#include "domain/step_operations.hpp"

#include <map>

#include "domain/backups.hpp"

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

/// The size that the item is to leave behind: of a scale what it asks, unless it goes back.
pod_size size_for(const pod& pod, const queue_item& item) {
  const bool back = item.open && item.open->undoing;
  return item.parameters.to && !back ? *item.parameters.to : pod.sizes();
}

values values_of(const pod& pod, const queue_item& item) {
  const auto& order = pod.order;
  const auto size = size_for(pod, item);
  return {{"vmid", std::to_string(order.guest)},
          {"hostname", order.hostname},
          {"tenantId", pod.tenant.value},
          {"bridge", order.bridge},
          {"storage", order.storage.value},
          {"cores", std::to_string(size.cpu_cores)},
          {"memoryMb", std::to_string(size.memory_mb)},
          {"swapMb", std::to_string(size.swap_mb)},
          {"diskGb", std::to_string(size.disk_gb)},
          {"mode", std::string{text(item.parameters.mode)}},
          {"backupStorage", item.parameters.storage}};
}

std::vector<std::string> create_argv(const pod& pod, const queue_item& item,
                                     const catalogue& offers) {
  auto argv = expand(offers.scripts.ct_create, values_of(pod, item));
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

operation destruction(const pod& pod, const queue_item& item, const catalogue& offers,
                      const owner_mark& mark) {
  const auto& order = pod.order;
  destroy_guest made{order.kind, order.guest, mark, pod.remains.unmarked_is_ours(), {}};
  if (order.kind == guest_kind::ct)
    made.argv = expand(offers.scripts.ct_destroy, values_of(pod, item));
  return made;
}

operation grown(const pod& pod, const queue_item& item, const catalogue& offers) {
  const auto& order = pod.order;
  if (order.kind == guest_kind::vm)
    return resize_vm_disk{order.guest, order.build.disk, size_for(pod, item).disk_gb};
  return resize_container{order.guest, expand(offers.scripts.ct_resize, values_of(pod, item))};
}

/// How long a guest may take to stop where its caller does not say.
constexpr std::int64_t stop_patience_s = 60;

stop_guest stopping(const pod& pod, const queue_item& item) {
  const auto& asked = item.parameters;
  // Who suspends or restores does not leave the choice to the guest.
  const bool insists = item.action == item_action::suspend || item.action == item_action::restore;
  return {pod.order.kind, pod.order.guest, !asked.force,
          asked.timeout_s > 0 ? asked.timeout_s : stop_patience_s, insists};
}

operation resizing(const pod& pod, const queue_item& item, const catalogue& offers) {
  const auto size = size_for(pod, item);
  if (pod.order.kind == guest_kind::vm)
    return set_vm_size{pod.order.guest, size.cpu_cores, size.memory_mb};
  return set_container_size{pod.order.guest, expand(offers.scripts.ct_scale, values_of(pod, item)),
                            size.swap_mb};
}

operation backing_up(const pod& pod, const queue_item& item, const catalogue& offers) {
  back_up made{pod.order.kind,
               pod.order.guest,
               item.parameters.mode,
               storage_name{item.parameters.storage},
               {}};
  if (pod.order.kind == guest_kind::ct)
    made.argv = expand(offers.scripts.ct_backup, values_of(pod, item));
  return made;
}

operation pruning(const pod& pod, const queue_item& item) {
  delete_backups made{pod.order.guest, {}};
  for (const auto& each :
       backups_to_prune(pod, item.parameters.keep_last, item.parameters.keep_days))
    made.volumes.push_back(each.archive.volume);
  return made;
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
    return create_container{order.guest, create_argv(pod, item, offers)};
  case step::configure:
    return configuration(pod, site, mark);
  case step::mark:
    return mark_container{order.guest, mark};
  case step::pool:
    return join_pool{order.guest, site.pool};
  case step::keys:
    return install_container_keys{order.guest, order.build.ssh_keys};
  case step::resize:
    return grown(pod, item, offers);
  case step::free_volumes:
    return free_volumes{order.guest, item.volumes};
  case step::destroy:
    return destruction(pod, item, offers, mark);
  case step::stop:
    return stopping(pod, item);
  case step::set_size:
    return resizing(pod, item, offers);
  case step::backup:
    return backing_up(pod, item, offers);
  case step::prune:
    return pruning(pod, item);
  case step::restore:
    return restore_guest{
        order.kind,   order.guest, mark, pod.remains.unmarked_is_ours(), item.parameters.volume,
        order.storage};
  case step::snapshot:
    return take_snapshot{order.kind, order.guest, item.parameters.name,
                         item.parameters.description};
  case step::delete_snapshot:
    return delete_snapshot{order.kind, order.guest, item.parameters.name};
  case step::roll_back:
    return roll_back{order.kind, order.guest, mark, item.parameters.name};
  default:
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
  case step::restore:
    return {"node", storage};
  case step::backup:
    // A node runs one vzdump at a time.
    return {"node", "backup"};
  case step::create:
    return {"node", storage, "template:" + std::to_string(pod.order.build.template_vmid)};
  default:
    return {"node"};
  }
}

read_health health_query(const pod& pod, const catalogue& offers) {
  read_health made{pod.order.kind, pod.order.guest, {}};
  if (pod.order.kind == guest_kind::ct)
    made.argv = expand(offers.scripts.ct_health, values_of(pod, {}));
  return made;
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
