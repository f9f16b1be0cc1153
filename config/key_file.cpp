#include "config/key_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace cloudpods::config {

namespace {

constexpr std::size_t largest_file = 1024 * 1024;

std::string from_base64(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos)
      continue; // line ends and padding
    bits = (bits << 6U) | static_cast<unsigned>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>((bits >> held) & 0xffU);
    }
  }
  return bytes;
}

/// The bytes between the BEGIN and END lines.
std::string body_of(std::string_view pem) {
  const auto begin = pem.find('\n');
  const auto end = pem.find("-----END");
  return begin < end && end != std::string_view::npos ? from_base64(pem.substr(begin, end - begin))
                                                      : std::string{};
}

} // namespace

std::expected<std::string, std::string> content_of(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return std::unexpected("cannot be read: it is a folder");
  errno = 0;
  std::ifstream stream{file, std::ios::binary};
  if (!stream)
    return std::unexpected(std::string{"cannot be read: "} + std::strerror(errno));
  std::string content(largest_file + 1, '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad())
    return std::unexpected("cannot be read to its end");
  if (content.size() > largest_file)
    return std::unexpected("is larger than 1 MiB");
  return content;
}

std::string_view private_key_problem(std::string_view key) {
  // The object identifier of RSA keys, as PKCS #8 files have it.
  constexpr std::string_view rsa_identifier{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9};
  constexpr std::string_view openssh_magic{"openssh-key-v1\0", 15};
  constexpr std::string_view encrypted = "is locked by a passphrase, which nobody could enter";
  const auto begin = key.find("-----BEGIN ");
  if (begin == std::string_view::npos || !key.substr(begin).contains("PRIVATE KEY-----"))
    return "holds no private key";
  key.remove_prefix(begin);
  const auto body = body_of(key);
  // The kind of key is named at the front; further back a comment may say anything.
  const auto front = std::string_view{body}.substr(0, 128);
  if (key.starts_with("-----BEGIN RSA ") || front.contains("ssh-rsa") ||
      front.contains(rsa_identifier))
    return "holds an RSA key, which libssh2 1.10 can only use with SHA-1, refused by today's "
           "sshd; make one with: ssh-keygen -t ed25519";
  if (key.contains("ENCRYPTED"))
    return encrypted;
  // The cipher's name follows the magic, with its length before it.
  const auto cipher = openssh_magic.size() + 4;
  if (front.starts_with(openssh_magic) &&
      !front.substr(std::min(cipher, front.size())).starts_with("none"))
    return encrypted;
  return {};
}

std::filesystem::path file_path(const found_value& found) {
  const auto text = found.value.text();
  if (!text || text->empty() || text->contains('\0')) {
    found.refuse("must be the path of a file");
    return {};
  }
  return found.context.folder / *text;
}

std::string file_content(const found_value& found) {
  const auto path = file_path(found);
  if (path.empty())
    return {};
  auto content = content_of(path);
  if (!content)
    found.refuse(content.error());
  else if (content->empty())
    found.refuse("is empty");
  return content.value_or("");
}

} // namespace cloudpods::config
