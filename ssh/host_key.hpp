#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::ssh {

/// A host's public key, as it comes over the wire.
struct host_key {
  std::string blob;

  /// `ssh-ed25519`, …; "" where the blob is none.
  [[nodiscard]] std::string type() const;
  /// `SHA256:…`, as OpenSSH prints it
  [[nodiscard]] std::string fingerprint() const;
};

enum class key_verdict { match, unknown, changed, revoked };

struct key_check {
  key_verdict verdict = key_verdict::unknown;
  std::string known_fingerprints; ///< of this host's pinned keys, by `, `
};

/// The lines of a known_hosts file: plain, hashed, with wildcards. Certificate authorities are not
/// followed.
class known_hosts {
public:
  explicit known_hosts(std::string_view text);

  /// A host with any pinned key never has an unknown one: another type of key counts as changed.
  [[nodiscard]] key_check check(const std::string& host, std::uint16_t port,
                                const host_key& key) const;

  /// Key types to ask the server for, those pinned for this host first.
  [[nodiscard]] std::string preferred_types(const std::string& host, std::uint16_t port) const;

  /// Whether a key is pinned for this host that can be asked for: Ed25519 or ECDSA, not revoked.
  [[nodiscard]] bool knows(const std::string& host, std::uint16_t port) const;

  /// The numbers, from 1, of lines that pin nothing and are neither empty nor a comment.
  [[nodiscard]] const std::vector<int>& unreadable_lines() const { return unreadable_; }

  [[nodiscard]] bool is_empty() const { return entries_.empty(); }

private:
  struct entry {
    std::string hosts;
    host_key key;
    bool is_revoked = false;
  };

  [[nodiscard]] std::vector<const entry*> entries_of(const std::string& host,
                                                     std::uint16_t port) const;

  void read(std::string_view line, int number);

  std::vector<entry> entries_;
  std::vector<int> unreadable_;
};

/// Adds a line for the key to the file, all of it or nothing; refuses with a sentence.
std::expected<void, std::string> pin(const std::filesystem::path& file, const std::string& host,
                                     std::uint16_t port, const host_key& key);

/// The file's text, "" where there is no file; refuses where it cannot be read.
std::expected<std::string, std::string> text_of(const std::filesystem::path& file);

/// Refuses a private key that libssh2 1.10 cannot use with today's sshd: RSA (it knows SHA-1 only),
/// DSA, or one with a passphrase. To be called at start, with the file's text.
std::expected<void, std::string> check_private_key(std::string_view text);

} // namespace cloudpods::ssh
