#pragma once

#include "figures.hpp"

// The loads, each on a daemon of its own. Each ends by itself and returns its lines of the table.

namespace cloudpods::bench {

/// GETs against a bare Beast server.
figures reads(const amounts& size);
/// Orders against single-row inserts by pgbench.
figures orders(const amounts& size);
/// What the daemon adds to the node's own time between an order and its active pod.
figures provisioning(const amounts& size);
/// A tenant's first order behind many of others.
figures turns(const amounts& size);
/// Start, and an order of a tenant that has nothing waiting, with very many items in the queue.
figures backlog(const amounts& size);
/// Events to many subscribers against a bare Beast broadcast.
figures fan_out(const amounts& size);
/// RSS with many active pods awake.
figures memory(const amounts& size);
/// Start and verify-log with a long log against a plain SELECT.
figures replay(const amounts& size);
/// The log writer alone against plain `unnest`.
figures appends(const amounts& size);

} // namespace cloudpods::bench
