#pragma once

#include "node_sim/text.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::node_sim {

enum class value_kind {
  text,
  boolean,
  integer,
  number,
  vmid,
  dns_name,
  size,
  storage_id,
  pool,
  tags,
  choice,
  snapshot_name
};

/// A positional or an option. A name that ends in '#' stands for a row: "net#" is net0, net1, …
struct option {
  std::string_view name;
  value_kind kind = value_kind::text;
  std::int64_t min = 0;
  std::int64_t max = 0;          ///< 0: without a limit; for texts the length
  std::string_view choices = {}; ///< "raw, qcow2, vmdk"
};

/// What one subcommand takes.
struct command_shape {
  std::string_view name; ///< "qm clone"
  std::vector<option> positionals;
  std::vector<option> options;
  bool takes_rest = false; ///< words after the positionals and "--" belong to the guest's command
};

/// The values of one command line that fits its shape.
class arguments {
public:
  bool has(const std::string& name) const { return values.contains(name); }
  std::optional<std::string> find(const std::string& name) const;
  std::string text(const std::string& name, std::string_view usual = {}) const;
  std::int64_t integer(const std::string& name, std::int64_t usual = 0) const;
  int vmid(const std::string& name = "vmid") const { return static_cast<int>(integer(name)); }
  bool flag(const std::string& name, bool usual = false) const;

  key_values values;
  std::vector<std::string> rest;
};

/// Reads the words by Proxmox's rules. Fails with "400 …" and the usage.
arguments parse(const command_shape& shape, const std::vector<std::string>& words);
/// The usage line: "qm clone <vmid> <newid> [OPTIONS]".
std::string usage(const command_shape& shape);
/// Tags as they are stored: lower case, sorted, each once, joined by ';'.
std::string normal_tags(std::string_view text);

} // namespace cloudpods::node_sim
