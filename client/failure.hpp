#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "client/transport.hpp"

namespace cloudpods::client {

/// Why a command ends without success.
struct failure {
  int exit_code = 1; ///< 1: it failed; 2: wrong usage or configuration (contract 2)
  std::string message;
  std::vector<std::string> lines; ///< what more there is to say, one each
  std::string document;           ///< the problem as the API sent it; "" where none came
  bool is_passing = false;        ///< no answer, or 503: it may work in a while
};

template <class T>
using expected = std::expected<T, failure>;

std::unexpected<failure> wrong_usage(std::string sentence);
std::unexpected<failure> failed(std::string sentence);

/// What an answer that is no success says to a person: its message, each of its `errors` with its
/// field, quota figures, and for 401 and 403 what can be done (contract 5).
failure failure_of(const http_response& response);
failure failure_of(const lost_connection& lost);

} // namespace cloudpods::client
