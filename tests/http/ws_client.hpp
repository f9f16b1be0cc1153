#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire_client.hpp"

namespace cloudpods::test {

/// A frame of a WebSocket, as it came.
struct ws_frame {
  int opcode = 0; ///< 1 text, 8 close, 9 ping, 10 pong; -1: the connection has ended
  std::string payload;

  [[nodiscard]] int close_code() const {
    if (opcode != 8 || payload.size() < 2)
      return 0;
    return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
  }
};

/// A WebSocket client that does only what it is told: no answers of its own.
class ws_client {
public:
  explicit ws_client(std::uint16_t port) : wire_(port) {}

  /// Asks for the upgrade; returns the answer's head.
  std::string open(const std::string& target, const std::string& token,
                   const std::string& more = "") {
    return wire_.ask(
        "GET " + target +
        " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + more + "\r\n");
  }

  void send(std::string_view text, int opcode = 1) {
    std::string frame{static_cast<char>(0x80 | opcode)};
    if (text.size() < 126) {
      frame.push_back(static_cast<char>(0x80 | text.size()));
    } else {
      frame.push_back(static_cast<char>(0x80 | 126));
      frame.push_back(static_cast<char>(text.size() >> 8));
      frame.push_back(static_cast<char>(text.size() & 0xff));
    }
    frame.append(4, '\0'); // a mask of zeros changes nothing
    wire_.send(frame.append(text));
  }

  ws_frame next() {
    const auto head = wire_.take(2);
    if (head.size() < 2)
      return {-1, ""};
    std::size_t size = static_cast<unsigned char>(head[1]) & 0x7f;
    for (std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0, first = 1; more > 0; --more) {
      size = std::exchange(first, 0) != 0 ? 0 : size;
      size = size << 8 | static_cast<unsigned char>(wire_.take(1).front());
    }
    return {head[0] & 0x0f, wire_.take(size)};
  }

  /// The next text, passing over control frames.
  std::string text() {
    auto frame = next();
    while (frame.opcode == 9 || frame.opcode == 10)
      frame = next();
    return frame.opcode == 1 ? frame.payload : "closed " + std::to_string(frame.close_code());
  }

  /// The close frame, passing over everything before it.
  ws_frame close_frame() {
    auto frame = next();
    while (frame.opcode != 8 && frame.opcode != -1)
      frame = next();
    return frame;
  }

private:
  wire_client wire_;
};

} // namespace cloudpods::test
