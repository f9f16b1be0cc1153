#include <boost/test/unit_test.hpp>

#include "ssh/host_key.hpp"
#include "ssh/shell.hpp"

namespace cloudpods::ssh::test {

namespace {

/// A blob of the type, filled with `letter`.
host_key key(const std::string& type, char letter) {
  std::string blob(3, '\0');
  blob += static_cast<char>(type.size());
  blob += type;
  return {blob + std::string(32, letter)};
}

/// What `pin` writes for it.
std::string line(const host_key& of, const std::string& host = "pve1", std::uint16_t port = 22) {
  const scratch_directory folder;
  BOOST_TEST_REQUIRE(pin(folder.path() / "known", host, port, of).has_value());
  return content_of(folder.path() / "known");
}

std::string hosts_replaced(const std::string& of, const std::string& hosts) {
  return hosts + of.substr(of.find(' '));
}

const host_key ed = key("ssh-ed25519", 'a');
const host_key other = key("ssh-ed25519", 'b');
const host_key ecdsa = key("ecdsa-sha2-nistp256", 'c');

key_verdict verdict(const std::string& text, const host_key& offered,
                    const std::string& host = "pve1", std::uint16_t port = 22) {
  return known_hosts{text}.check(host, port, offered).verdict;
}

std::string key_file(const std::string& options) {
  const scratch_directory folder;
  const auto file = (folder.path() / "key").string();
  const auto command = "ssh-keygen -q " + options + " -f '" + file + "' </dev/null";
  BOOST_TEST_REQUIRE(std::system(command.c_str()) == 0);
  return content_of(file);
}

} // namespace

BOOST_AUTO_TEST_SUITE(host_keys)

BOOST_AUTO_TEST_CASE(a_pinned_key_matches) {
  BOOST_TEST((verdict(line(ed), ed) == key_verdict::match));
  BOOST_TEST((verdict("\n# x\n" + line(ed), ed, "PVE1") == key_verdict::match));
  BOOST_TEST((verdict(line(ed, "pve1", 2222), ed, "pve1", 2222) == key_verdict::match));
}

BOOST_AUTO_TEST_CASE(a_key_of_another_host_or_port_is_unknown) {
  BOOST_TEST((verdict(line(ed), ed, "pve2") == key_verdict::unknown));
  BOOST_TEST((verdict(line(ed), ed, "pve1", 2222) == key_verdict::unknown));
  BOOST_TEST((verdict("", ed) == key_verdict::unknown));
}

BOOST_AUTO_TEST_CASE(another_key_or_type_of_key_has_changed) {
  BOOST_TEST((verdict(line(ed), other) == key_verdict::changed));
  BOOST_TEST((verdict(line(ed), ecdsa) == key_verdict::changed));
  BOOST_TEST((verdict(line(ed) + line(ecdsa), ecdsa) == key_verdict::match));
  const auto check = known_hosts{line(ed) + line(ecdsa)}.check("pve1", 22, other);
  BOOST_TEST(check.known_fingerprints == ed.fingerprint() + ", " + ecdsa.fingerprint());
}

BOOST_AUTO_TEST_CASE(a_revoked_key_is_refused_even_where_it_is_pinned) {
  BOOST_TEST((verdict(line(ed) + "@revoked " + line(ed), ed) == key_verdict::revoked));
}

BOOST_AUTO_TEST_CASE(hashed_names_are_understood) {
  const scratch_directory folder;
  const auto file = folder.path() / "known";
  // ssh-keygen hashes only real keys.
  write_file(file, "pve1 ssh-ed25519 "
                   "AAAAC3NzaC1lZDI1NTE5AAAAIFP8/RAlYu0uXyYHQjPZbvPNYyBRGnv9iBxvzfjQzYUu\n");
  const auto plain = content_of(file);
  BOOST_TEST_REQUIRE(
      std::system(("ssh-keygen -q -H -f " + file.string() + " 2>/dev/null >&2").c_str()) == 0);
  const auto hashed = content_of(file);
  BOOST_TEST_REQUIRE(hashed.starts_with("|1|"));
  BOOST_TEST((verdict(hashed, ed) == key_verdict::changed));
  BOOST_TEST((verdict(hashed, ed, "pve2") == key_verdict::unknown));
}

BOOST_AUTO_TEST_CASE(patterns_are_understood) {
  const auto text = hosts_replaced(line(ed), "pve*,!pve9,10.0.0.?");
  BOOST_TEST((verdict(text, ed, "pve1") == key_verdict::match));
  BOOST_TEST((verdict(text, ed, "10.0.0.7") == key_verdict::match));
  BOOST_TEST((verdict(text, ed, "pve9") == key_verdict::unknown));
}

BOOST_AUTO_TEST_CASE(garbage_pins_nothing) {
  for (const auto* text : {"pve1", "pve1 ssh-ed25519", "pve1 ssh-ed25519 !!!!", "pve1 ssh-rsa AAAA",
                           "|1|x ssh-ed25519 AAAA", "\xff\xfe"})
    BOOST_TEST((verdict(text, ed) == key_verdict::unknown));
}

BOOST_AUTO_TEST_CASE(pinned_types_are_asked_for_first) {
  BOOST_TEST(known_hosts{""}.preferred_types("pve1", 22).starts_with("ssh-ed25519,"));
  BOOST_TEST(known_hosts{line(ecdsa)}.preferred_types("pve1", 22) ==
             "ecdsa-sha2-nistp256,ssh-ed25519,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521");
}

BOOST_AUTO_TEST_CASE(a_pin_that_cannot_be_written_is_refused) {
  BOOST_TEST(!pin("/nowhere/at/all", "pve1", 22, ed).has_value());
}

BOOST_AUTO_TEST_CASE(of_known_hosts_a_missing_file_is_empty_and_a_folder_is_refused) {
  BOOST_TEST(text_of("/nowhere/at/all").value().empty());
  BOOST_TEST(text_of("/").error() == "/ cannot be read");
}

BOOST_AUTO_TEST_CASE(usable_private_keys_are_accepted) {
  for (const auto* options : {"-N '' -t ed25519", "-N '' -t ecdsa", "-N '' -t ecdsa -m PEM"})
    BOOST_TEST(check_private_key(key_file(options)).has_value());
}

BOOST_AUTO_TEST_CASE(private_keys_that_cannot_work_are_refused_with_a_sentence) {
  for (const auto* options : {"-N '' -t rsa", "-N '' -t rsa -m PEM"})
    BOOST_TEST(check_private_key(key_file(options)).error().contains("Ed25519"));
  for (const auto* options : {"-N secret -t ed25519", "-N secret -t ecdsa -m PEM"})
    BOOST_TEST(check_private_key(key_file(options)).error().contains("passphrase"));
  for (const auto* text : {"", "ssh-ed25519 AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"})
    BOOST_TEST(!check_private_key(text).has_value());
}

BOOST_AUTO_TEST_CASE(lines_that_pin_nothing_are_counted) {
  const known_hosts hosts{"# a comment\n\n" + line(ed) +
                          "pve1:22 SSH-2.0-OpenSSH\n@cert-authority * x\n" + "pve2 ssh-ed25519\n"};
  BOOST_TEST((hosts.unreadable_lines() == std::vector<int>{4, 6}));
  BOOST_TEST(!hosts.is_empty());
  BOOST_TEST(known_hosts{"# nobody\n"}.is_empty());
}

BOOST_AUTO_TEST_CASE(a_host_is_known_by_its_own_name_and_port) {
  const known_hosts hosts{line(ed)};
  BOOST_TEST(hosts.knows("pve1", 22));
  BOOST_TEST(!hosts.knows("pve1", 2222));
  BOOST_TEST(!hosts.knows("pve2", 22));
  BOOST_TEST(!known_hosts{"@revoked " + line(ed)}.knows("pve1", 22));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
