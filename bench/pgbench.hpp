#pragma once

#include <string>

namespace cloudpods::bench {

/// The floor of the orders: single-row inserts a second that pgbench puts, one transaction each,
/// with 8 clients, into a table like the event table in a database of its own.
class pgbench {
public:
  pgbench();
  double per_second(int seconds) const;

private:
  std::string dsn_;
};

} // namespace cloudpods::bench
