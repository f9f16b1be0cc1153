#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "client/console.hpp"
#include "client/failure.hpp"
#include "client/json_access.hpp"
#include "client/retry.hpp"
#include "client/transport.hpp"

namespace cloudpods::client {

inline constexpr std::string_view api_root = "/api/cloud-pods";

/// Asks the daemon as a caller with a token, and repeats what may be repeated (contract 5).
class api {
public:
  struct caller {
    std::string token;  ///< "": none
    std::string tenant; ///< "": the token's own
  };

  api(transport& carrier, const console& around, caller who)
      : carrier_(carrier), around_(around), caller_(std::move(who)) {}

  /// The answer's JSON. `target` begins after `/api/cloud-pods`; `limit` holds for each attempt.
  expected<json::value> get(std::string_view target,
                            std::chrono::seconds limit = std::chrono::seconds{30});

  /// Sends the body with an `Idempotency-Key` that all attempts share.
  expected<json::value> post(std::string_view target, const json::value& body);

  /// All items of a list, page by page; the first page's other members, `nextCursor` null.
  /// Stops once `most` items are there.
  expected<json::value> get_all(std::string_view target, std::size_t most);

private:
  expected<json::value> send(http_request request);

  transport& carrier_;
  const console& around_;
  caller caller_;
};

} // namespace cloudpods::client
