#include <initializer_list>

#include "config/key_file.hpp"
#include "config/rules.hpp"
#include "config/sections.hpp"

namespace cloudpods::config {

namespace {

/// The first of these variables that is set and not empty, noted as used; null where none is. Of
/// two names for one thing the second is noted as ignored.
const environment::value_type* first_of(const environment& variables,
                                        std::initializer_list<std::string_view> names,
                                        proxmox_variables& report) {
  const environment::value_type* chosen = nullptr;
  for (const auto name : names) {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty())
      continue;
    (chosen == nullptr ? report.used : report.ignored).push_back(found->first);
    if (chosen == nullptr)
      chosen = &*found;
  }
  return chosen;
}

void refuse(reading& context, const environment::value_type& variable, std::string_view why) {
  context.faults.add({{0, variable.first}, {}, '"' + variable.second + '"', std::string{why}});
}

/// Takes the variable's text where it keeps to `rule`.
void take(reading& context, const environment::value_type* variable, text_rule rule,
          std::string& into) {
  if (variable == nullptr)
    return;
  if (const auto why = rule(variable->second); !why.empty())
    refuse(context, *variable, why);
  else
    into = variable->second;
}

void take_port(reading& context, const environment::value_type* variable, node_settings& into) {
  if (variable == nullptr)
    return;
  const node written{{0, variable->first}, variable->second};
  const auto port = written.whole();
  if (port && *port >= 1 && *port <= 65535)
    into.port = static_cast<std::uint16_t>(*port);
  else
    refuse(context, *variable, "must lie between 1 and 65535");
}

void take_key(reading& context, const environment::value_type* variable, ssh_settings& into) {
  if (variable == nullptr)
    return;
  context.faults.found("ssh.private_key_file", {0, variable->first});
  into.private_key_file = context.folder / variable->second;
  into.private_key_place = {0, variable->first};
  auto content = content_of(into.private_key_file);
  if (!content)
    return refuse(context, *variable, content.error());
  if (const auto why = private_key_problem(*content); !why.empty())
    refuse(context, *variable, why);
  into.private_key = secret{std::move(*content)};
}

} // namespace

void read_proxmox_variables(reading& context, settings& into) {
  auto& said = into.proxmox_variables;
  if (context.variables.contains("PROXMOX_SSH_OPTS"))
    said.ignored.emplace_back("PROXMOX_SSH_OPTS");
  if (context.faults.sets("nodes"))
    return;
  const auto& variables = context.variables;
  const auto* host = first_of(variables, {"PROXMOX_HOST", "PROXMOX_SSH_HOST"}, said);
  if (host == nullptr)
    return;
  node_settings made;
  made.name = domain::node_name{"pve"};
  made.region = into.catalogue.default_region;
  context.faults.found("nodes", {0, host->first});
  take(context, host, host_name, made.host);
  take(context, first_of(variables, {"PROXMOX_NODE_NAME"}, said), node_label, made.name.value);
  take_port(context, first_of(variables, {"PROXMOX_PORT"}, said), made);
  // What the file says of the way to the nodes comes first.
  if (!context.faults.sets("ssh.user"))
    take(context, first_of(variables, {"PROXMOX_USER", "PROXMOX_SSH_USER"}, said), user_name,
         into.ssh.user);
  if (!context.faults.sets("ssh.private_key_file"))
    take_key(context, first_of(variables, {"PROXMOX_SSH_KEY_PATH"}, said), into.ssh);
  into.nodes.push_back(std::move(made));
}

} // namespace cloudpods::config
