#include "wire/node_json.hpp"

#include <cmath>

namespace cloudpods::wire {

namespace {

void write_storages(json_writer& out, const domain::node_capacity& capacity) {
  out.key("storages").begin_array();
  for (const auto& each : capacity.storages)
    out.begin_object()
        .field("name", each.storage)
        .field("totalGb", each.total_gb)
        .field("freeGb", each.free_gb)
        .end_object();
  out.end_array();
}

void write_capacity(json_writer& out, const domain::node_capacity& capacity) {
  const auto hundredths = [](double ratio) { return std::llround(ratio * 100); };
  const auto total = static_cast<double>(capacity.memory_total_mb);
  const auto used = static_cast<double>(capacity.memory_used_mb);
  out.key("load").begin_object();
  out.key("cpuRatio").hundredths(hundredths(capacity.cpu_ratio));
  out.key("memoryRatio").hundredths(total > 0 ? hundredths(used / total) : 0);
  out.field("memoryUsedMb", capacity.memory_used_mb).end_object();
  out.key("capacity").begin_object();
  out.field("cpus", capacity.cpus).field("memoryMb", capacity.memory_total_mb).end_object();
  write_storages(out, capacity);
}

void write_running(json_writer& out, const std::vector<running_command>& running) {
  out.key("running").begin_array();
  for (const auto& each : running)
    out.begin_object()
        .field("itemId", each.item)
        .field("podId", each.pod)
        .field("step", each.step)
        .field("attempt", each.attempt)
        .field("since", each.since)
        .end_object();
  out.end_array();
}

void write_sudo(json_writer& out, const std::optional<domain::sudo_rights>& rights) {
  out.key("sudo");
  if (!rights) {
    out.value(nullptr);
    return;
  }
  out.begin_object().field("all", rights->all).key("commands").begin_array();
  for (const auto& each : rights->commands)
    out.value(each);
  out.end_array().end_object();
}

} // namespace

void write_node(json_writer& out, const node_view& node) {
  out.begin_object();
  out.field("name", node.name).field("region", node.region).field("reachable", node.reachable);
  out.key("message");
  if (node.reachable || node.message.empty())
    out.value(nullptr);
  else
    out.value(node.message);
  out.field("circuit", node.circuit).field("drained", node.drained);
  if (node.capacity)
    write_capacity(out, *node.capacity);
  else
    out.field("load", nullptr).field("capacity", nullptr).key("storages").begin_array().end_array();
  out.field("readAt", node.read_at);
  write_running(out, node.running);
  out.field("busy", node.busy).field("waiting", node.waiting);
  write_sudo(out, node.sudo);
  out.end_object();
}

std::string node_json(const node_view& node) {
  json_writer out{2048};
  write_node(out, node);
  return out.take();
}

std::string nodes_json(const std::vector<node_view>& nodes) {
  json_writer out{2048 * (nodes.size() + 1)};
  out.begin_object().key("items").begin_array();
  for (const auto& each : nodes)
    write_node(out, each);
  out.end_array().end_object();
  return out.take();
}

} // namespace cloudpods::wire
