#include "node_sim/pvesh.hpp"

#include "node_sim/commands.hpp"
#include "node_sim/json.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"

#include <algorithm>

namespace cloudpods::node_sim {

namespace {

using enum value_kind;

struct endpoint {
  std::string_view verb;
  std::string_view path; ///< '*' stands for any one part
  std::vector<option> options;
  std::string (*run)(const api_call&);
};

const std::vector<option> paging{{"start", integer}, {"limit", integer}};
const std::vector<option> pool_change{
    {"poolid", pool},   {"vms"}, {"storage"}, {"comment"}, {"allow-move", boolean},
    {"delete", boolean}};

const std::vector<endpoint>& table() {
  static const std::vector<endpoint> entries{
      {"get",
       "cluster/resources",
       {{"type", choice, 0, 0, "vm storage node sdn"}},
       cluster_resources},
      {"get", "cluster/nextid", {{"vmid", vmid}}, next_id},
      {"get", "cluster/tasks", {}, task_list},
      {"get", "nodes", {}, nodes},
      {"get", "nodes/*/status", {}, node_status},
      {"get",
       "nodes/*/storage",
       {{"storage", storage_id}, {"content"}, {"enabled", boolean}, {"target"}},
       node_storages},
      {"get", "nodes/*/storage/*/content", {{"content"}, {"vmid", vmid}}, storage_content},
      {"set", "nodes/*/storage/*/content/*/*", {{"notes"}, {"protected", boolean}}, change_content},
      {"delete", "nodes/*/storage/*/content/*/*", {{"delay", integer}}, delete_content},
      {"get", "nodes/*/qemu", {{"full", boolean}}, guest_list},
      {"get", "nodes/*/lxc", {}, guest_list},
      {"get", "nodes/*/qemu/*/config", {{"current", boolean}, {"snapshot"}}, guest_config},
      {"get", "nodes/*/lxc/*/config", {{"snapshot"}}, guest_config},
      {"get", "nodes/*/qemu/*/pending", {}, guest_pending},
      {"get", "nodes/*/lxc/*/pending", {}, guest_pending},
      {"get", "nodes/*/qemu/*/snapshot", {}, guest_snapshots},
      {"get", "nodes/*/lxc/*/snapshot", {}, guest_snapshots},
      {"get", "nodes/*/qemu/*/status/current", {}, guest_status},
      {"get", "nodes/*/lxc/*/status/current", {}, guest_status},
      {"get", "nodes/*/lxc/*/interfaces", {}, guest_interfaces},
      {"get", "nodes/*/qemu/*/agent/network-get-interfaces", {}, agent_interfaces},
      {"get",
       "nodes/*/tasks",
       {{"vmid", vmid},
        {"typefilter"},
        {"source", choice, 0, 0, "archive active all"},
        {"since", integer},
        {"until", integer},
        {"errors", boolean},
        {"statusfilter"},
        {"userfilter"},
        {"start", integer},
        {"limit", integer}},
       task_list},
      {"get", "nodes/*/tasks/*/status", {}, task_status},
      {"get", "nodes/*/tasks/*/log", paging, task_log},
      {"delete", "nodes/*/tasks/*", {}, delete_task},
      {"get", "pools", {}, pools},
      {"get", "pools/*", {}, one_pool},
      {"create", "pools", {{"poolid", pool}, {"comment"}}, make_pool},
      {"set", "pools", pool_change, change_pool},
      {"set", "pools/*", pool_change, change_pool},
  };
  return entries;
}

bool leads_to(const endpoint& endpoint, const std::vector<std::string>& path) {
  const auto parts = split(endpoint.path, '/');
  if (parts.size() != path.size())
    return false;
  return std::equal(parts.begin(), parts.end(), path.begin(),
                    [](const std::string& a, const std::string& b) { return a == "*" || a == b; });
}

std::vector<std::string> path_parts(const std::string& path) {
  auto parts = split(path, '/');
  std::erase(parts, "");
  return parts;
}

arguments read(const endpoint& endpoint, const command_line& line) {
  const auto name = cat("pvesh ", line[1]);
  command_shape shape{name, {{"api_path"}}, endpoint.options};
  shape.options.push_back({"output-format", choice, 0, 0, "text json json-pretty yaml"});
  for (const auto* flag : {"noproxy", "quiet", "human-readable", "noborder", "noheader"})
    shape.options.push_back({flag, boolean});
  return parse(shape, {line.begin() + 2, line.end()});
}

void check_node(const std::vector<std::string>& path) {
  if (path.size() > 1 && path[0] == "nodes" && path[1] != node_name() && path[1] != "localhost")
    throw failure{cat("hostname lookup '", path[1], "' failed - failed to get address info for: ",
                      path[1], ": Name or service not known")};
}

} // namespace

int api_call::vmid() const {
  const auto number = to_number(part(3));
  if (!number || *number < 100)
    throw failure{"400 Parameter verification failed.\nvmid: invalid format - value does not look "
                  "like a valid VM ID"};
  return static_cast<int>(*number);
}

int run_pvesh(const command_line& line) {
  static constexpr std::string_view verbs[] = {"get", "set", "create", "delete"};
  if (line.size() < 2 || std::find(std::begin(verbs), std::end(verbs), line[1]) == std::end(verbs))
    throw failure{cat("ERROR: unknown command 'pvesh ", line.size() < 2 ? "" : line[1], "'")};
  if (line.size() < 3)
    throw failure{cat("400 not enough arguments\npvesh ", line[1], " <api_path> [OPTIONS]")};
  const auto path = path_parts(line[2]);
  for (const auto& endpoint : table()) {
    if (endpoint.verb != line[1] || !leads_to(endpoint, path))
      continue;
    const auto given = read(endpoint, line);
    check_node(path);
    const auto answer = endpoint.run({path, given});
    const bool compact = given.text("output-format") == "json";
    if (!answer.empty())
      out(compact ? cat(answer, "\n") : pretty_json(answer));
    return 0;
  }
  throw failure{cat("No '", line[1], "' handler defined for '", line[2], "'"), 1};
}

} // namespace cloudpods::node_sim
