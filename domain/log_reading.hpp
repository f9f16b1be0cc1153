#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/lifecycle.hpp"

// Reading a node's own log file, as one of the queries of operation.hpp (contract 16).

namespace cloudpods::domain {

/// Where reading of a log file goes on. A rotated file keeps its inode.
struct log_position {
  std::string file; ///< its inode; "": nothing was read yet
  std::int64_t offset = 0;

  friend bool operator==(const log_position&, const log_position&) = default;
};

/// The next lines of the node's log file, across its rotation.
struct read_log {
  std::string path;
  log_position from;
};

/// One whole line of a log file; nothing secret is left in it.
struct logged_line {
  std::string json; ///< the object that it is; "" where it is none
  std::string text; ///< what it is otherwise, bounded
  domain::category category = domain::category::info;
  log_position next; ///< after it
};

struct log_lines {
  std::vector<logged_line> lines;
  log_position next;
  bool more = false; ///< there was more than one read takes
};

} // namespace cloudpods::domain
