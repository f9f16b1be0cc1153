#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cloudpods::client {

/// Where the daemon answers.
struct server_url {
  std::string host = "127.0.0.1";
  std::string port = "8080";
  std::string prefix; ///< of every path; "" or `/cloud`

  /// For the `Host` header: `127.0.0.1:8080`, `[::1]:8080`.
  [[nodiscard]] std::string authority() const;
};

/// The parts of `http://HOST[:PORT][/PREFIX]`, or nothing: other schemes are not spoken.
std::optional<server_url> url_from_text(std::string_view text);

} // namespace cloudpods::client
