#pragma once

#include "node_sim/options.hpp"

namespace cloudpods::node_sim {

int pct_clone(const arguments& given);
int pct_set(const arguments& given);
int pct_resize(const arguments& given);
int pct_destroy(const arguments& given);
int pct_start(const arguments& given);
int pct_stop(const arguments& given);
int pct_shutdown(const arguments& given);
int pct_reboot(const arguments& given);
int pct_snapshot(const arguments& given);
int pct_delsnapshot(const arguments& given);
int pct_rollback(const arguments& given);
int pct_listsnapshot(const arguments& given);
int pct_status(const arguments& given);
int pct_list(const arguments& given);
int pct_config(const arguments& given);
int pct_pending(const arguments& given);
int pct_unlock(const arguments& given);
int pct_restore(const arguments& given);
int pct_exec(const arguments& given);

} // namespace cloudpods::node_sim
