#include "ssh/host_key.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <unistd.h>

namespace cloudpods::ssh {

namespace {

constexpr std::array<std::string_view, 4> usable_types{
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"};

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<std::string> base64_decoded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0)
    return std::nullopt;
  std::string decoded(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()), bytes_of(text),
                      static_cast<int>(text.size())) < 0)
    return std::nullopt;
  const auto padding = text.ends_with("==") ? 2u : text.ends_with('=') ? 1u : 0u;
  decoded.resize(decoded.size() - padding);
  return decoded;
}

std::string base64_encoded(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                    static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

/// A length and that many bytes, as SSH writes strings; taken from the front.
std::optional<std::string> wire_string(std::string_view& bytes) {
  if (bytes.size() < 4)
    return std::nullopt;
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i)
    size = size << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  if (bytes.size() - 4 < size)
    return std::nullopt;
  std::string text{bytes.substr(4, size)};
  bytes.remove_prefix(4 + size);
  return text;
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::string name_of(const std::string& host, std::uint16_t port) {
  const auto name = lower(host);
  return port == 22 ? name : "[" + name + "]:" + std::to_string(port);
}

bool is_wildcard_match(std::string_view pattern, std::string_view name) {
  if (pattern.empty())
    return name.empty();
  if (pattern.front() == '*')
    return is_wildcard_match(pattern.substr(1), name) ||
           (!name.empty() && is_wildcard_match(pattern, name.substr(1)));
  return !name.empty() && (pattern.front() == '?' || pattern.front() == name.front()) &&
         is_wildcard_match(pattern.substr(1), name.substr(1));
}

/// `|1|salt|hash`
bool is_hash_of(std::string_view hashed, const std::string& name) {
  const auto middle = hashed.find('|', 3);
  if (middle == std::string_view::npos)
    return false;
  const auto salt = base64_decoded(hashed.substr(3, middle - 3));
  const auto hash = base64_decoded(hashed.substr(middle + 1));
  if (!salt || !hash)
    return false;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), salt->data(), static_cast<int>(salt->size()), bytes_of(name), name.size(),
       digest.data(), &size);
  return *hash == std::string_view{reinterpret_cast<const char*>(digest.data()), size};
}

bool names(std::string_view hosts, const std::string& name) {
  if (hosts.starts_with("|1|"))
    return is_hash_of(hosts, name);
  bool is_named = false;
  while (!hosts.empty()) {
    const auto end = std::min(hosts.find(','), hosts.size());
    const auto pattern = lower(hosts.substr(0, end));
    if (pattern.starts_with('!')) {
      if (is_wildcard_match(std::string_view{pattern}.substr(1), name))
        return false;
    } else {
      is_named = is_named || is_wildcard_match(pattern, name);
    }
    hosts.remove_prefix(std::min(end + 1, hosts.size()));
  }
  return is_named;
}

std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
  const auto end = std::min(line.find_first_of(" \t\r"), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

bool write_whole(const std::filesystem::path& file, const std::string& text) {
  const auto descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return false;
  bool is_written = true;
  for (std::size_t at = 0; at < text.size() && is_written;) {
    const auto count = ::write(descriptor, text.data() + at, text.size() - at);
    is_written = count > 0;
    at += is_written ? static_cast<std::size_t>(count) : 0;
  }
  is_written = is_written && ::fsync(descriptor) == 0;
  return ::close(descriptor) == 0 && is_written;
}

std::expected<void, std::string> check_openssh_key(std::string_view base64) {
  std::string packed;
  for (const auto c : base64)
    if (c != '\n' && c != '\r' && c != ' ')
      packed += c;
  constexpr std::string_view magic{"openssh-key-v1\0", 15};
  const auto decoded = base64_decoded(packed);
  if (!decoded || !decoded->starts_with(magic))
    return std::unexpected("the private key file is damaged");
  auto rest = std::string_view{*decoded}.substr(magic.size());
  const auto cipher = wire_string(rest);
  const auto derivation = wire_string(rest);
  const auto options = wire_string(rest);
  if (!cipher || !derivation || !options || rest.size() < 4)
    return std::unexpected("the private key file is damaged");
  rest.remove_prefix(4); // how many keys
  const auto type = host_key{wire_string(rest).value_or("")}.type();
  if (*cipher != "none")
    return std::unexpected("the private key has a passphrase: the daemon cannot enter one");
  if (std::ranges::find(usable_types, type) == usable_types.end())
    return std::unexpected("the private key is of type " + type +
                           ": use an Ed25519 or ECDSA key (libssh2 1.10 signs RSA with SHA-1 "
                           "only, which sshd refuses)");
  return {};
}

} // namespace

std::string host_key::type() const {
  std::string_view bytes{blob};
  return wire_string(bytes).value_or("");
}

std::string host_key::fingerprint() const {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(bytes_of(blob), blob.size(), digest.data());
  auto text = base64_encoded({reinterpret_cast<const char*>(digest.data()), digest.size()});
  while (text.ends_with('='))
    text.pop_back();
  return "SHA256:" + text;
}

known_hosts::known_hosts(std::string_view text) {
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    read(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void known_hosts::read(std::string_view line, int number) {
  auto word = next_word(line);
  const bool is_revoked = word == "@revoked";
  if (is_revoked)
    word = next_word(line);
  if (word.empty() || word.starts_with('#') || word.starts_with('@'))
    return;
  const auto type = next_word(line);
  const auto blob = base64_decoded(next_word(line));
  if (blob && host_key{*blob}.type() == type)
    entries_.push_back({std::string{word}, {*blob}, is_revoked});
  else
    unreadable_.push_back(number);
}

key_check known_hosts::check(const std::string& host, std::uint16_t port,
                             const host_key& key) const {
  key_check result;
  bool is_match = false;
  for (const auto* each : entries_of(host, port)) {
    if (each->key.blob == key.blob && each->is_revoked)
      return {key_verdict::revoked, each->key.fingerprint()};
    if (each->is_revoked)
      continue;
    is_match = is_match || each->key.blob == key.blob;
    result.known_fingerprints +=
        (result.known_fingerprints.empty() ? "" : ", ") + each->key.fingerprint();
  }
  result.verdict = is_match                            ? key_verdict::match
                   : result.known_fingerprints.empty() ? key_verdict::unknown
                                                       : key_verdict::changed;
  return result;
}

bool known_hosts::knows(const std::string& host, std::uint16_t port) const {
  return std::ranges::any_of(entries_of(host, port), [](const entry* each) {
    return !each->is_revoked &&
           std::ranges::find(usable_types, each->key.type()) != usable_types.end();
  });
}

std::string known_hosts::preferred_types(const std::string& host, std::uint16_t port) const {
  std::vector<std::string> order;
  const auto add = [&](std::string_view type) {
    const bool is_usable = std::ranges::find(usable_types, type) != usable_types.end();
    if (is_usable && std::ranges::find(order, type) == order.end())
      order.emplace_back(type);
  };
  for (const auto* each : entries_of(host, port))
    add(each->key.type());
  std::ranges::for_each(usable_types, add);
  std::string text;
  for (const auto& each : order)
    text += (text.empty() ? "" : ",") + each;
  return text;
}

std::vector<const known_hosts::entry*> known_hosts::entries_of(const std::string& host,
                                                               std::uint16_t port) const {
  std::vector<const entry*> found;
  const auto name = name_of(host, port);
  for (const auto& each : entries_)
    if (names(each.hosts, name))
      found.push_back(&each);
  return found;
}

std::expected<std::string, std::string> text_of(const std::filesystem::path& file) {
  std::error_code fault;
  if (!std::filesystem::exists(file, fault) && !fault)
    return std::string{};
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  if (in && in.peek() != std::ifstream::traits_type::eof())
    text << in.rdbuf();
  if (!in.is_open() || in.bad())
    return std::unexpected(file.string() + " cannot be read");
  return std::move(text).str();
}

std::expected<void, std::string> pin(const std::filesystem::path& file, const std::string& host,
                                     std::uint16_t port, const host_key& key) {
  auto text = text_of(file);
  if (!text)
    return std::unexpected(text.error());
  if (!text->empty() && !text->ends_with('\n'))
    *text += '\n';
  *text += name_of(host, port) + " " + key.type() + " " + base64_encoded(key.blob) + "\n";
  const auto fresh = std::filesystem::path{file}.concat(".new");
  std::error_code fault;
  if (write_whole(fresh, *text))
    std::filesystem::rename(fresh, file, fault);
  else
    fault = std::make_error_code(std::errc::io_error);
  if (fault)
    return std::unexpected(file.string() + " cannot be written");
  return {};
}

std::expected<void, std::string> check_private_key(std::string_view text) {
  constexpr std::string_view opening = "-----BEGIN OPENSSH PRIVATE KEY-----";
  if (text.contains("BEGIN RSA PRIVATE KEY") || text.contains("BEGIN DSA PRIVATE KEY"))
    return std::unexpected("the private key is RSA or DSA: use an Ed25519 or ECDSA key (libssh2 "
                           "1.10 signs RSA with SHA-1 only, which sshd refuses)");
  if (text.contains("ENCRYPTED"))
    return std::unexpected("the private key has a passphrase: the daemon cannot enter one");
  const auto start = text.find(opening);
  if (start == std::string_view::npos)
    return text.contains("PRIVATE KEY-----")
               ? std::expected<void, std::string>{}
               : std::unexpected("the private key file holds no private key");
  const auto rest = text.substr(start + opening.size());
  return check_openssh_key(rest.substr(0, rest.find("-----END")));
}

} // namespace cloudpods::ssh
