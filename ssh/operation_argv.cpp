#include "ssh/operation_argv.hpp"

#include <cstdio>
#include <type_traits>
#include <utility>

#include "ssh/command_line_backup.hpp"
#include "ssh/command_line_files.hpp"
#include "ssh/command_line_guest.hpp"

namespace cloudpods::ssh {

namespace {

using words = std::vector<std::string>;

/// A value that begins with a dash would be read as the next option.
void option(words& argv, const std::string& name, const std::string& value) {
  if (value.empty())
    return;
  if (value.front() == '-') {
    argv.push_back(name + "=" + value);
  } else {
    argv.push_back(name);
    argv.push_back(value);
  }
}

template <class... Operations>
bool is_any(const domain::operation& what) {
  return (std::holds_alternative<Operations>(what) || ...);
}

std::string joined_lines(const words& lines) {
  std::string text;
  for (const auto& line : lines)
    text += line + "\n";
  return text;
}

std::string tool(domain::guest_kind kind) { return kind == domain::guest_kind::vm ? "qm" : "pct"; }

/// Proxmox prints descriptions percent-encoded: controls, `%`, `:` and everything past ASCII.
std::string as_config_prints(const std::string& text) {
  std::string printed;
  for (const auto c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && c != '%' && c != ':') {
      printed += c;
      continue;
    }
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", byte);
    printed += code;
  }
  return printed;
}

/// Whose guest a script may touch.
struct owner {
  std::string mark; ///< as `qm config` prints it
  std::string tag;
  bool unmarked_will_do = false;
};

/// Of scripts that only tell a guest of CloudPods from others.
const owner nobody{"cloudpods/", "", false};

/// Turns each operation into its command.
struct maker {
  const node_setting& node;

  [[nodiscard]] std::string as_root() const { return node.sudo ? "sudo -n" : ""; }

  [[nodiscard]] node_command plain(words argv, bool is_long = false) const {
    if (node.sudo)
      argv.insert(argv.begin(), {"sudo", "-n"});
    return {.argv = std::move(argv), .input = {}, .is_long = is_long};
  }

  [[nodiscard]] static node_command script(std::string_view text, words values) {
    words argv{"sh", "-c", std::string{text}, "sh"};
    argv.insert(argv.end(), values.begin(), values.end());
    return {.argv = std::move(argv), .input = {}};
  }

  node_command operator()(const domain::clone_vm& what) const {
    words argv{"qm", "clone", std::to_string(what.from_template), std::to_string(what.guest)};
    option(argv, "--name", what.name);
    option(argv, "--description", what.mark.description());
    option(argv, "--full", "1");
    option(argv, "--pool", what.pool);
    option(argv, "--storage", what.storage.value);
    return plain(std::move(argv), true);
  }

  node_command operator()(const domain::configure_vm& what) const {
    words argv{"qm", "set", std::to_string(what.guest)};
    // One socket: what is sold are cores, and a template with two would double them.
    option(argv, "--sockets", "1");
    option(argv, "--cores", std::to_string(what.cores));
    option(argv, "--memory", std::to_string(what.memory_mb));
    option(argv, "--agent", "1");
    option(argv, "--ciuser", what.ci_user);
    option(argv, "--ipconfig0", ip_configuration(what.address));
    if (what.address)
      option(argv, "--nameserver", what.address->nameserver);
    option(argv, "--tags", what.mark.tags());
    option(argv, "--description", what.mark.description());
    if (!what.vendor_snippet.empty())
      option(argv, "--cicustom", "vendor=" + what.vendor_snippet);
    return with_key_file(std::move(argv), what.ssh_keys);
  }

  static std::string ip_configuration(const std::optional<domain::static_address>& address) {
    if (!address)
      return "ip=dhcp";
    auto text = "ip=" + address->address + "/" + std::to_string(address->prefix_length);
    return address->gateway.empty() ? text : text + ",gw=" + address->gateway;
  }

  [[nodiscard]] node_command with_key_file(words argv, const words& keys) const {
    if (!keys.empty())
      argv.insert(argv.end(), {"--sshkeys", ""});
    auto command = plain(std::move(argv));
    if (keys.empty())
      return command;
    command.input = joined_lines(keys);
    command.use = input_use::file;
    command.input_argument = command.argv.size() - 1;
    return command;
  }

  node_command operator()(const domain::resize_vm_disk& what) const {
    return plain({"qm", "resize", std::to_string(what.guest), what.disk,
                  std::to_string(what.disk_gb) + "G"});
  }

  node_command operator()(const domain::start_guest& what) const {
    return plain({tool(what.kind), "start", std::to_string(what.guest)});
  }

  node_command operator()(const domain::create_container& what) const {
    return plain(what.argv, true);
  }

  node_command operator()(const domain::mark_container& what) const {
    words argv{"pct", "set", std::to_string(what.guest)};
    option(argv, "--tags", what.mark.tags());
    option(argv, "--description", what.mark.description());
    return plain(std::move(argv));
  }

  node_command operator()(const domain::join_pool& what) const {
    const auto guest = std::to_string(what.guest);
    // Nested pools exist only in the newer spelling, which Proxmox before 8.1 does not know.
    if (what.pool.contains('/'))
      return plain({"pvesh", "set", "/pools", "--poolid", what.pool, "--vms", guest});
    return plain({"pvesh", "set", "/pools/" + what.pool, "--vms", guest});
  }

  node_command operator()(const domain::install_container_keys& what) const {
    auto command = plain({"pct", "exec", std::to_string(what.guest), "--", "sh", "-c",
                          std::string{shell::adding_keys}});
    command.input = joined_lines(what.ssh_keys);
    command.use = input_use::standard_input;
    return command;
  }

  node_command operator()(const domain::resize_container& what) const { return plain(what.argv); }

  node_command operator()(const domain::write_snippet& what) const {
    auto command =
        script(shell::changing_snippet, {as_root(), "write", volume(what.storage, what.file)});
    command.input = what.content;
    command.use = input_use::standard_input;
    return command;
  }

  node_command operator()(const domain::remove_snippet& what) const {
    return script(shell::changing_snippet, {as_root(), "remove", volume(what.storage, what.file)});
  }

  static std::string volume(const domain::storage_name& storage, const std::string& file) {
    return storage.value + ":snippets/" + file;
  }

  node_command operator()(const domain::register_address& what) const {
    return ipam("enter", what.ipam_file, what.address);
  }

  node_command operator()(const domain::release_address& what) const {
    return ipam("leave", what.ipam_file, what.address);
  }

  [[nodiscard]] node_command ipam(const std::string& verb, const std::string& file,
                                  const std::string& address) const {
    const auto folder = file.substr(0, file.rfind('/') + 1);
    return script(shell::writing_as,
                  {as_root(), folder.empty() ? "." : folder, "sh", "-c",
                   std::string{shell::changing_ipam}, "sh", verb, file, address});
  }

  node_command operator()(const domain::free_volumes& what) const {
    words values{as_root()};
    values.insert(values.end(), what.volumes.begin(), what.volumes.end());
    return script(shell::freeing_volumes, std::move(values));
  }

  /// The values of `looking_at_guest`, then those of what follows it.
  [[nodiscard]] node_command guarded(std::string_view text, domain::guest_kind kind,
                                     domain::vmid guest, const owner& whose, words values) const {
    words all{
        as_root(), kind == domain::guest_kind::vm ? "vm" : "ct", std::to_string(guest), whose.mark,
        whose.tag, whose.unmarked_will_do ? "1" : "0",           node.node.value};
    all.insert(all.end(), values.begin(), values.end());
    return script(std::string{shell::looking_at_guest} + std::string{text}, std::move(all));
  }

  static owner owner_of(const domain::owner_mark& mark, bool unmarked_will_do = false) {
    return {as_config_prints(mark.description()),
            mark.tags().substr(std::string_view{"cloudpods;"}.size()), unmarked_will_do};
  }

  /// Notes reach the node by standard input: they may hold what nobody else is to read.
  node_command operator()(const domain::adopt_guest& what) const {
    const auto old = what.replaces.value_or(domain::owner_mark{});
    const auto before = owner_of(old);
    auto command = guarded(shell::adopting, what.kind, what.guest, owner_of(what.mark, true),
                           {what.replaces ? before.mark : "", what.replaces ? before.tag : "",
                            what.mark.tags() + (what.tags.empty() ? "" : ";" + what.tags)});
    command.input = what.mark.description() + (what.notes.empty() ? "" : "\n" + what.notes);
    command.use = input_use::standard_input;
    return command;
  }

  node_command operator()(const domain::destroy_guest& what) const {
    const auto guest = std::to_string(what.guest);
    const words removal = what.argv.empty()
                              ? words{"pct", "destroy", guest, "--purge",
                                      "1",   "--force", "1",   "--destroy-unreferenced-disks",
                                      "1"}
                              : what.argv;
    return guarded(shell::destroying, what.kind, what.guest,
                   owner_of(what.mark, what.unmarked_is_ours), removal);
  }

  node_command operator()(const domain::stop_guest& what) const {
    const auto guest = std::to_string(what.guest);
    words values{as_root(), tool(what.kind), guest, tool(what.kind), what.ask ? "shutdown" : "stop",
                 guest};
    if (what.ask)
      option(values, "--timeout", std::to_string(what.timeout_s));
    if (what.ask && what.insist)
      option(values, "--forceStop", "1");
    return script(shell::stopping, std::move(values));
  }

  node_command operator()(const domain::set_vm_size& what) const {
    words argv{"qm", "set", std::to_string(what.guest)};
    // One socket: what is sold are cores, and a template with two would double them.
    option(argv, "--sockets", "1");
    option(argv, "--cores", std::to_string(what.cores));
    option(argv, "--memory", std::to_string(what.memory_mb));
    return plain(std::move(argv));
  }

  node_command operator()(const domain::set_container_size& what) const {
    if (!what.swap_mb)
      return plain(what.argv);
    words values{as_root(), std::to_string(what.guest), std::to_string(*what.swap_mb)};
    values.insert(values.end(), what.argv.begin(), what.argv.end());
    return script(shell::scaling_container, std::move(values));
  }

  node_command operator()(const domain::take_snapshot& what) const {
    words values{"take", what.name};
    option(values, "--description", what.description);
    return guarded(shell::changing_snapshot, what.kind, what.guest, nobody, std::move(values));
  }

  node_command operator()(const domain::delete_snapshot& what) const {
    return guarded(shell::changing_snapshot, what.kind, what.guest, nobody, {"delete", what.name});
  }

  node_command operator()(const domain::roll_back& what) const {
    return guarded(shell::rolling_back, what.kind, what.guest, owner_of(what.mark), {what.name});
  }

  node_command operator()(const domain::back_up& what) const {
    const words dump{"vzdump",     std::to_string(what.guest),
                     "--mode",     std::string{domain::text(what.mode)},
                     "--storage",  what.storage.value,
                     "--compress", "zstd",
                     "--remove",   "0"};
    auto command = guarded(shell::backing_up, what.kind, what.guest, nobody,
                           what.argv.empty() ? dump : what.argv);
    command.is_long = true;
    return command;
  }

  node_command operator()(const domain::restore_guest& what) const {
    const auto guest = std::to_string(what.guest);
    words values = what.kind == domain::guest_kind::vm
                       ? words{"qmrestore", what.volume, guest}
                       : words{"pct", "restore", guest, what.volume};
    option(values, "--force", "1");
    option(values, "--storage", what.storage.value);
    auto command = guarded(shell::restoring, what.kind, what.guest,
                           owner_of(what.mark, what.unmarked_is_ours), std::move(values));
    command.is_long = true;
    return command;
  }

  node_command operator()(const domain::run_task& what) const { return plain(what.argv); }

  node_command operator()(const domain::delete_backups& what) const {
    words values{as_root(), std::to_string(what.guest)};
    values.insert(values.end(), what.volumes.begin(), what.volumes.end());
    return script(shell::deleting_backups, std::move(values));
  }
};

} // namespace

node_command command_for(const domain::operation& what, const node_setting& node) {
  return std::visit(maker{node}, what);
}

std::vector<std::string> secrets_of(const domain::operation& what) {
  return std::visit(
      []<class Operation>(const Operation& operation) -> words {
        if constexpr (requires { operation.ssh_keys; })
          return operation.ssh_keys;
        else if constexpr (requires { operation.content; })
          return {operation.content};
        else if constexpr (requires { operation.notes; })
          return {operation.notes};
        else
          return {};
      },
      what);
}

bool is_proxmox_task(const domain::operation& what) {
  if (const auto* backup = std::get_if<domain::back_up>(&what))
    return backup->argv.empty();
  return is_any<domain::clone_vm, domain::start_guest, domain::resize_vm_disk,
                domain::destroy_guest, domain::stop_guest, domain::take_snapshot,
                domain::delete_snapshot, domain::roll_back, domain::restore_guest>(what);
}

} // namespace cloudpods::ssh
