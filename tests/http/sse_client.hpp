#pragma once

#include <algorithm>
#include <memory>
#include <string>

#include "wire_client.hpp"

namespace cloudpods::test {

/// A client of Server-Sent Events.
class sse_client {
public:
  explicit sse_client(std::uint16_t port) : wire_(std::make_unique<wire_client>(port)) {}

  /// Returns the answer's head, or the whole of a refusal.
  std::string open(const std::string& target, const std::string& token,
                   const std::string& more = "") {
    return wire_->ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n" +
                      (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + more +
                      "\r\n");
  }

  /// The next message without the empty line behind it; empty where the stream has ended.
  std::string next() {
    auto block = wire_->up_to("\n\n");
    block.resize(block.size() - std::min<std::size_t>(block.size(), 2));
    return block;
  }

  void close() { wire_->close(); }

private:
  std::unique_ptr<wire_client> wire_; ///< so that a client can be handed on
};

} // namespace cloudpods::test
