#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

#include "wire/command_json.hpp"

namespace cloudpods::wire {

namespace {

struct key_type {
  std::string_view name;
  std::size_t least; ///< bytes of the decoded key
  std::size_t most;
};

constexpr std::array key_types{
    key_type{"ssh-ed25519", 51, 51},
    key_type{"ecdsa-sha2-nistp256", 104, 104},
    key_type{"ecdsa-sha2-nistp384", 136, 136},
    key_type{"ecdsa-sha2-nistp521", 172, 172},
    // 2048 to 16384 bits
    key_type{"ssh-rsa", 275, 2075},
    key_type{"sk-ssh-ed25519@openssh.com", 71, 326},
    key_type{"sk-ecdsa-sha2-nistp256@openssh.com", 124, 380},
};

/// EVP_DecodeBlock lets padding stand anywhere and drops what ends a PEM block.
bool is_base64(std::string_view text) {
  const auto padded = text.find('=');
  const auto digits = text.substr(0, padded);
  const auto padding = text.substr(digits.size());
  return text.size() % 4 == 0 && (padding.empty() || padding == "=" || padding == "==") &&
         std::ranges::all_of(digits, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/';
         });
}

std::vector<unsigned char> from_base64(std::string_view text) {
  if (text.empty() || text.size() > 8192 || !is_base64(text))
    return {};
  std::vector<unsigned char> bytes(text.size() / 4 * 3);
  const auto length =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length < 0)
    return {};
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

/// The key's data begins with its type, after four bytes of length (RFC 4253, 6.6).
bool begins_with_type(const std::vector<unsigned char>& bytes, std::string_view type) {
  return bytes.size() > 4 + type.size() && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0 &&
         bytes[3] == type.size() && std::memcmp(bytes.data() + 4, type.data(), type.size()) == 0;
}

/// The parts, each after four bytes of its length, fill the data to its end.
bool is_whole(std::span<const unsigned char> bytes) {
  while (bytes.size() >= 4) {
    const std::size_t length = std::size_t{bytes[0]} << 24U | std::size_t{bytes[1]} << 16U |
                               std::size_t{bytes[2]} << 8U | bytes[3];
    if (length > bytes.size() - 4)
      return false;
    bytes = bytes.subspan(4 + length);
  }
  return bytes.empty();
}

bool is_printable(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return false;
  return true;
}

} // namespace

bool is_ssh_public_key(std::string_view line) {
  if (line.size() > 8192 || !is_printable(line))
    return false;
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos)
    return false;
  const auto type = line.substr(0, blank);
  auto data = line.substr(blank + 1);
  data = data.substr(0, data.find(' '));
  for (const auto& known : key_types)
    if (known.name == type) {
      const auto bytes = from_base64(data);
      return bytes.size() >= known.least && bytes.size() <= known.most &&
             begins_with_type(bytes, type) && is_whole(bytes);
    }
  return false;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text;
  for (const auto each : std::span{digest}.first(length)) {
    text += hex[each >> 4U];
    text += hex[each & 0xfU];
  }
  return text;
}

} // namespace cloudpods::wire
