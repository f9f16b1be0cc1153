#include "http/client_address.hpp"

#include <string>

#include "http/text.hpp"

namespace cloudpods::http {

/// Each proxy appends whom it saw, so the list is read from its end, as long as proxies are
/// trusted.
std::optional<boost::asio::ip::address> client_of(const request& asked, const networks& trusted) {
  auto client = asked.peer;
  auto left = trimmed(asked.forwarded_for.value_or(""));
  while (!left.empty() && trusted.hold(client)) {
    const auto comma = left.rfind(',');
    const auto last = comma == std::string_view::npos ? left : left.substr(comma + 1);
    left = comma == std::string_view::npos ? "" : trimmed(left.substr(0, comma));
    boost::system::error_code fault;
    client = boost::asio::ip::make_address(std::string{trimmed(last)}, fault);
    if (fault)
      return std::nullopt;
  }
  return client;
}

} // namespace cloudpods::http
