#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"

namespace cloudpods::config {

/// A folder with the contract's full example, and the files it names.
struct config_folder {
  config_folder();
  ~config_folder();
  config_folder(const config_folder&) = delete;
  config_folder& operator=(const config_folder&) = delete;

  void write(std::string_view name, std::string_view content) const;

  /// Puts `with` where `what` first stands in the file.
  void replace(std::string_view what, std::string_view with);
  /// Loads the file as it is now.
  [[nodiscard]] std::expected<settings, std::vector<fault>> loaded() const;
  /// The faults of the file as it is now; none where it loads.
  [[nodiscard]] std::vector<fault> faults() const;
  /// The line on which `what` first stands.
  [[nodiscard]] int line_of(std::string_view what) const;

  std::filesystem::path path;
  std::string text;
  environment variables;
};

/// The smallest file that loads.
inline constexpr std::string_view smallest = "[auth]\nhs256_secret_file = \"jwt.secret\"\n";

/// A private key of that kind (`ssh-ed25519`, `ssh-rsa`), as ssh-keygen writes it; all zeros.
inline constexpr std::string_view ed25519_key =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUx\n"
    "OQAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAA\n"
    "-----END OPENSSH PRIVATE KEY-----\n";
inline constexpr std::string_view rsa_key =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAALwAAAAdzc2gtcnNhAAAA\n"
    "IAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    "-----END OPENSSH PRIVATE KEY-----\n";
inline constexpr std::string_view locked_key =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gt\n"
    "ZWQyNTUxOQAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAA\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

inline constexpr std::string_view good_secret = "correct-horse-battery-staple-0123456789";

} // namespace cloudpods::config
