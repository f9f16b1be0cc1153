#pragma once

#include "node_sim/guest.hpp"
#include "node_sim/options.hpp"

#include <string>

namespace cloudpods::node_sim {

/// The text that changes with every change of a configuration.
std::string config_digest(const guest& guest);
/// Fails if `--digest` was given and is not the configuration's.
void check_digest(const guest& guest, const arguments& given);

/// Gives a network its MAC and its order of parts. Fails for a bridge that the node lacks.
std::string normal_network(const guest& guest, const std::string& key, const std::string& value);

/// Takes the options that name keys into the configuration; on a running guest the keys for
/// which `waits` is true go to the pending ones.
void change_config(guest& guest, const key_values& changes, bool running,
                   bool (*waits)(const std::string& key));
/// `--delete` and `--revert`.
void remove_keys(guest& guest, const arguments& given, bool running,
                 bool (*waits)(const std::string& key));
/// Makes the pending values the present ones.
void apply_pending(guest& guest);

/// The configuration as `qm config` shows it: with pending values unless `current`.
key_values shown_config(const guest& guest, bool current);
/// What `qm config` and `pct config` print.
int print_config(const arguments& given, guest_kind kind);
/// What `qm pending` and `pct pending` print.
int print_pending(const arguments& given, guest_kind kind);

} // namespace cloudpods::node_sim
