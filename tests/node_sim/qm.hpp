#pragma once

#include "node_sim/options.hpp"

namespace cloudpods::node_sim {

int qm_clone(const arguments& given);
int qm_set(const arguments& given);
int qm_resize(const arguments& given);
int qm_destroy(const arguments& given);
int qm_start(const arguments& given);
int qm_stop(const arguments& given);
int qm_shutdown(const arguments& given);
int qm_reboot(const arguments& given);
int qm_snapshot(const arguments& given);
int qm_delsnapshot(const arguments& given);
int qm_rollback(const arguments& given);
int qm_listsnapshot(const arguments& given);
int qm_status(const arguments& given);
int qm_list(const arguments& given);
int qm_config(const arguments& given);
int qm_pending(const arguments& given);
int qm_unlock(const arguments& given);
int qm_guest_cmd(const arguments& given);

/// The options of `qm set`, also those of the configuration's keys.
const std::vector<option>& qm_set_options();

} // namespace cloudpods::node_sim
