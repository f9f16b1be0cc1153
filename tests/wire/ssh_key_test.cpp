#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

#include "wire/command_json.hpp"

using namespace cloudpods::wire;

namespace {

constexpr std::array real_keys{
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM9KJlHSjt0AlVXD4kd0aL1CriiIUmqk4QouFZqX"
    "OntM one@example",
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNQy"
    "4uBRyriZUlQ1nYdm2TPhgQtNLVyGAXRqn/fUBvCMenN/sIz5P05kVVL+h5kFUy0XC3sfsiB49JDj"
    "9Wpbkis= ec@example",
    "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBLPT"
    "BUGaP++yvnReE8ILzEx+LgfpBLcFC/T24FOIUdxowDwhbh61abTAOxy6gbx3VlHjnBNYIS+Ugn5W"
    "buGqghszo1TDqLl3yTheK48AdunZ7r+TKLm2tsYOXY2Jkvpifw== ec@example",
    "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAAl"
    "5A4gKNdtt2iuTy17VerRsmkd6hWbKKrVM5ISiPtOUYgfrTNbtYzK7s8nUyEBGz+zpgFEhFP9aaPC"
    "vqgPMx0LRgFgFEL+5/t4XCXg1WjFxxpCUmD72cKCIgwb5ObyfxBEmJoId/A5Ohrqua96UoLnSkd3"
    "ZEwEIhczIE+LRsQGhxAlUQ== ec@example",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCUd4p1dfzMScQbGjrdIP6AvtM+ZcmqoMd85xnj"
    "FcFaKUVjdaBCJz5Dd0zDxyFmhIUjLUgMKcryEOMnQetcHfpcDIs4cUXmMjMLRVfvKfWjT0kp3jfJ"
    "+eEtw4pCUpvILC4ldyXki2D0PDzSvkvuY58vQ6lTuF5ihc5HMvGRzCby9opdiQQJp4h6Ukt0n+fO"
    "2SVsVQnpxVntU0FQFY0hDiSN1T3N38c2B6ijujFVt+fFlJWjF8hrQl0nXtq1XSepPUpygBAiFEpS"
    "AtX2M3sIyLVBQO/lWua3RuxQruFHkq1HzlLfTP6DnzwXYtHyEUoHmzkn32JMo2lJ2ogauK57P4lj"
    " two@example",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAQChdAV4ATApFagX5ke7Qtpew9hNi2d5vFXpnjXG"
    "sYqeA6r130bBXcu8cd+xSzmqy5hGeIcUaE7OnyI3fdywLuJs8A9E2QAJI7vBaWsYbnxvpZ0VLWcI"
    "laTk7Ji2UIo3gzuiPkuDLW/ovm0MlxvVKGdYGb+5mjMVY7gbkE7Z3yiaeL4rwAqa2rv42ZycODEA"
    "dQHNhWy5xWKqeP2o8rKbKOgHlcvfwVEu9Eefzg8l6ZITCtaVW57vDDZKtvRc1Rr6iYeUtjzNUeqk"
    "8HMf141uxTZzZZllRX3+3WnSQwBK/luOiPoFkQxONmX2RKsEOhcA51AqF61NxPzFC8Iq66tBl8/t"
    "52hdXrb3+njcG6hgEnnlhdp+rg/YQy2c7AiMj1MDUjl0cznGba6IWnGTMKtIijhaaBWS1mggWYoo"
    "Y/s7mqjM2pXceERpKFUqD9G/aflTOwwKC8VFuRPjJ5VljIVphoBcb0BbQqT7DnKYoZbS2PJ7FaJH"
    "l7TkXLk9yylx2ubh126KOQQS9MDo86jE9Gw4PEBFRBjU5UV/IbK+UiYtFMvs8TvEKsEuZND1kRrb"
    "U3VZnxJyIRnfv4GicK1Y4wtFZSrtHHz7Dh/niOdNJzEH04Cv1mjeDzST8QiT/yyAQMpemLkVMFIn"
    "l1chHhzWfmU3NqdURGGWl/W/1RXce//GxTAFZQ== three@example"};

constexpr auto weak_key =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCxlroWj137QDw+yACLhUamTcnFPsNm1ClO24S2"
    "5tKr1wTWOi9Ki9QdEX+YTA87D7yK8/q1gP8VlmpAdxRuAGbgMcSf+ftQHSyeLG/cxqsBpS/Wd6Z9"
    "b2sb2AmffdrGOi6IGnqHdVOryyWu6Ed6KQ6M0uI+2yDEKX+rGTpZcl0zEQ== weak";

std::string base64(const std::string& bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = i; j < i + 3; ++j)
      group = group << 8U | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += i + j > bytes.size() ? '=' : digits[group >> (18 - 6 * j) & 63U];
  }
  return text;
}

/// Length-prefixed, as RFC 4251 has strings.
std::string part(const std::string& bytes) {
  std::string made(2, '\0');
  made += static_cast<char>(bytes.size() >> 8U);
  made += static_cast<char>(bytes.size());
  return made + bytes;
}

std::string line(const std::string& type, const std::string& parts) {
  return type + " " + base64(part(type) + parts);
}

} // namespace

// Contract 6: OpenSSH public key lines, checked by type and decoded length.
BOOST_AUTO_TEST_SUITE(ssh_keys)

BOOST_AUTO_TEST_CASE(real_keys_of_every_type_are_taken) {
  for (const auto* key : real_keys)
    BOOST_TEST(is_ssh_public_key(key), key);
}

BOOST_AUTO_TEST_CASE(security_keys_are_taken) {
  BOOST_TEST(is_ssh_public_key(
      line("sk-ssh-ed25519@openssh.com", part(std::string(32, 'k')) + part("ssh:"))));
  BOOST_TEST(is_ssh_public_key(line("sk-ecdsa-sha2-nistp256@openssh.com",
                                    part("nistp256") + part(std::string(65, 'k')) + part("ssh:"))));
}

BOOST_AUTO_TEST_CASE(a_comment_may_be_missing_or_hold_blanks) {
  const std::string key = real_keys.front();
  const auto bare = key.substr(0, key.rfind(' '));
  BOOST_TEST(is_ssh_public_key(bare));
  BOOST_TEST(is_ssh_public_key(bare + " "));
  BOOST_TEST(is_ssh_public_key(bare + " some one's \u00e9 key"));
}

BOOST_AUTO_TEST_CASE(a_truncated_key_is_refused_wherever_it_is_cut) {
  for (const std::string key : real_keys) {
    const auto end = key.rfind(' ');
    for (std::size_t cut = 0; cut < end; ++cut)
      BOOST_REQUIRE_MESSAGE(!is_ssh_public_key(key.substr(0, cut)), key.substr(0, cut));
  }
}

BOOST_AUTO_TEST_CASE(a_key_with_more_behind_it_is_refused) {
  for (const std::string key : real_keys) {
    const auto bare = key.substr(0, key.rfind(' '));
    for (const auto* more : {"A", "AAAA", "----", "====", "=", "-"})
      BOOST_REQUIRE_MESSAGE(!is_ssh_public_key(bare + more), more);
  }
}

BOOST_AUTO_TEST_CASE(one_line_means_one_line) {
  const std::string key = real_keys.front();
  for (const auto* more : {"\n", "\r", "\nssh-rsa AAAA", "\t", "\x7f"})
    BOOST_TEST(!is_ssh_public_key(key + more));
  BOOST_TEST(!is_ssh_public_key(key + std::string(1, '\0')));
}

BOOST_AUTO_TEST_CASE(types_that_are_unknown_weak_or_not_the_datas_are_refused) {
  const std::string key = real_keys.front();
  const auto data = key.substr(key.find(' '));
  for (const auto* type : {"ssh-rsa", "ssh-dss", "ssh-ed25519 ", "", "SSH-ED25519",
                           "ecdsa-sha2-nistp256", "ssh-ed25519-cert-v01@openssh.com"})
    BOOST_TEST(!is_ssh_public_key(type + data), type);
  BOOST_TEST(!is_ssh_public_key(weak_key));
  BOOST_TEST(!is_ssh_public_key("command=\"true\" " + key));
  BOOST_TEST(!is_ssh_public_key(" " + key));
}

BOOST_AUTO_TEST_CASE(base64_is_taken_strictly) {
  std::string key = real_keys.front();
  const auto at = key.find(' ') + 40;
  for (const char wrong : {'-', '_', '=', '!', '.'}) {
    auto bad = key;
    bad[at] = wrong;
    BOOST_TEST(!is_ssh_public_key(bad), wrong);
  }
}

BOOST_AUTO_TEST_CASE(texts_that_are_no_keys_are_refused) {
  for (const auto* bad : {"", " ", "ssh-ed25519", "ssh-ed25519 ", "AAAA", "ssh-ed25519 AAAA"})
    BOOST_TEST(!is_ssh_public_key(bad), bad);
  BOOST_TEST(!is_ssh_public_key(std::string(real_keys.front()) + std::string(9000, 'x')));
}

BOOST_AUTO_TEST_CASE(a_digest_is_that_of_the_standard) {
  BOOST_TEST(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256_hex("abc") ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_SUITE_END()
