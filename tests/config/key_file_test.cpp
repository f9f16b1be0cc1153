#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "config/fixture.hpp"
#include "config/key_file.hpp"

using namespace cloudpods::config;

namespace {

bool mentions(const std::vector<fault>& faults, std::string_view word) {
  return std::ranges::any_of(
      faults, [&](const fault& each) { return text(each, "cloudpods.toml").contains(word); });
}

} // namespace

BOOST_AUTO_TEST_SUITE(key_files)

BOOST_FIXTURE_TEST_CASE(a_missing_file_is_named_with_its_line, config_folder) {
  std::filesystem::remove(path / "jwt.secret");
  std::filesystem::remove(path / "jwks.json");
  std::filesystem::remove(path / "id_ed25519");
  std::filesystem::remove(path / "known_hosts");
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 4U);
  for (const auto& each : found) {
    BOOST_TEST(each.where.line > 0);
    BOOST_TEST(each.sentence.contains("No such file"));
  }
}

BOOST_FIXTURE_TEST_CASE(a_secret_under_32_bytes_is_refused_and_not_shown, config_folder) {
  write("jwt.secret", "hunter2-hunter2-hunter2-hunter2\n"); // 31 and a line end
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].sentence.contains("under 32 bytes"));
  BOOST_TEST(!mentions(found, "hunter2"));
}

BOOST_FIXTURE_TEST_CASE(a_line_end_is_no_part_of_a_secret, config_folder) {
  write("jwt.secret", std::string{good_secret} + "\r\n");
  BOOST_TEST(loaded().value().auth.hs256_secret->reveal() == good_secret);
}

BOOST_FIXTURE_TEST_CASE(an_empty_secret_is_refused, config_folder) {
  write("jwt.secret", "");
  BOOST_TEST(faults().at(0).sentence == "is empty");
}

BOOST_FIXTURE_TEST_CASE(an_rsa_key_is_refused_with_what_to_do, config_folder) {
  write("id_ed25519", rsa_key);
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].key == "ssh.private_key_file");
  BOOST_TEST(found[0].sentence.contains("ssh-keygen -t ed25519"));
  BOOST_TEST(!mentions(found, "AAAA"));
}

BOOST_AUTO_TEST_CASE(rsa_is_seen_in_each_form_of_a_key_file) {
  BOOST_TEST(private_key_problem(rsa_key).contains("RSA"));
  BOOST_TEST(private_key_problem("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE "
                                 "KEY-----\n")
                 .contains("RSA"));
  // PKCS #8: SEQUENCE, version, the algorithm's identifier 1.2.840.113549.1.1.1
  BOOST_TEST(private_key_problem("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"
                                 "-----END PRIVATE KEY-----\n")
                 .contains("RSA"));
}

BOOST_AUTO_TEST_CASE(a_key_that_libssh2_can_use_is_accepted) {
  BOOST_TEST(private_key_problem(ed25519_key).empty());
  BOOST_TEST(private_key_problem("-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE "
                                 "KEY-----\n")
                 .empty());
}

BOOST_AUTO_TEST_CASE(a_key_that_is_cut_off_is_survived) {
  for (std::size_t length = 0; length <= ed25519_key.size(); ++length)
    BOOST_CHECK_NO_THROW(private_key_problem(std::string{ed25519_key.substr(0, length)} +
                                             "-----END OPENSSH PRIVATE KEY-----\n"));
}

BOOST_AUTO_TEST_CASE(a_locked_key_is_refused) {
  BOOST_TEST(private_key_problem(locked_key).contains("passphrase"));
  BOOST_TEST(private_key_problem("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMHcC\n"
                                 "-----END EC PRIVATE KEY-----\n")
                 .contains("passphrase"));
}

BOOST_AUTO_TEST_CASE(what_is_no_private_key_is_refused) {
  BOOST_TEST(private_key_problem("ssh-ed25519 AAAA user@host").contains("no private key"));
  BOOST_TEST(private_key_problem("").contains("no private key"));
}

BOOST_FIXTURE_TEST_CASE(nodes_need_a_way_to_them, config_folder) {
  replace("private_key_file = \"id_ed25519\"\nknown_hosts_file = \"known_hosts\"\n", "");
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].key == "ssh.private_key_file");
  BOOST_TEST(found[1].key == "ssh.known_hosts_file");
}

BOOST_FIXTURE_TEST_CASE(known_hosts_may_be_absent_where_new_ones_are_pinned, config_folder) {
  std::filesystem::remove(path / "known_hosts");
  replace("host_key_policy = \"strict\"", "host_key_policy = \"accept-new\"");
  BOOST_TEST(faults().empty());
  replace("\"known_hosts\"", "\"nowhere/known_hosts\"");
  BOOST_TEST(faults().at(0).sentence == "its folder does not exist");
}

BOOST_FIXTURE_TEST_CASE(a_missing_known_hosts_file_is_shown_as_other_values_are, config_folder) {
  std::filesystem::remove(path / "known_hosts");
  BOOST_TEST(faults().at(0).value == '"' + (path / "known_hosts").string() + '"');
}

BOOST_FIXTURE_TEST_CASE(what_still_says_change_is_a_fault_at_its_line, config_folder) {
  replace("user = \"mpanel-automation\"", "user = \"CHANGEME\"");
  const auto found = faults();
  BOOST_TEST_REQUIRE(!found.empty());
  BOOST_TEST(found[0].key == "ssh.user");
  BOOST_TEST(found[0].where.line == line_of("CHANGEME"));
  BOOST_TEST(found[0].sentence.contains("CHANGE"));
}

BOOST_FIXTURE_TEST_CASE(a_password_in_the_dsn_is_never_shown, config_folder) {
  replace("dsn = \"host=/run/postgresql dbname=cloudpods\"",
          "dsn = [\"host=db password=hunter2\"]\ndns = \"password=hunter2\"");
  replace("threads = 1", "threads = 0");
  const auto found = faults();
  BOOST_TEST(found.size() == 3U);
  BOOST_TEST(!mentions(found, "hunter2"));
}

BOOST_FIXTURE_TEST_CASE(the_dsn_may_come_from_a_file, config_folder) {
  write("dsn", "host=db password=hunter2\n");
  replace("dsn = \"host=/run/postgresql dbname=cloudpods\"", "dsn_file = \"dsn\"");
  BOOST_TEST(loaded().value().postgres.dsn.reveal() == "host=db password=hunter2");
  variables["CLOUDPODS_POSTGRES_DSN"] = "host=elsewhere";
  BOOST_TEST(loaded().value().postgres.dsn.reveal() == "host=elsewhere");
}

BOOST_FIXTURE_TEST_CASE(a_dsn_and_a_dsn_file_are_one_too_many, config_folder) {
  write("dsn", "host=db\n");
  replace("auto_migrate = true", "auto_migrate = true\ndsn_file = \"dsn\"");
  BOOST_TEST(faults().at(0).key == "postgres.dsn_file");
}

BOOST_AUTO_TEST_SUITE_END()
