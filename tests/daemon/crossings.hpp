#pragma once

#include <map>
#include <string>

namespace cloudpods::tests {

/// What a route could tell of another tenant.
enum class way {
  by_path,   ///< what its path names
  by_query,  ///< what its query or body names
  in_lists,  ///< what it lists, or sums up
  public_,   ///< nothing: it knows no tenants
  by_stream, ///< told by tests/http/sse_test.cpp and stream_test.cpp
};

struct crossing {
  way how = way::by_path;
  std::string body = {};
  std::string query = {};
};

/// How each operation is asked for what is another tenant's. In queries and bodies `@pod`, `@vmid`,
/// `@job`, `@backup`, `@tenant` stand for what is theirs. What is told only to platform tokens
/// stands here too: other tokens are refused alike, whatever they name.
std::map<std::string, crossing> crossings();

} // namespace cloudpods::tests
