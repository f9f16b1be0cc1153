#include <boost/test/unit_test.hpp>

#include <fstream>

#include <stdlib.h>

#include "daemon/ssh_faults.hpp"

using namespace cloudpods;

namespace {

/// The key of a host, as ssh-keyscan prints it behind the host's name.
const std::string host_key =
    " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

/// The files of `[ssh]` for one host.
struct ssh_files {
  ssh_files() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ssh-faults-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder = pattern;
    settings.ssh.private_key_file = write("key", "a key\n");
    settings.ssh.private_key_place.line = 5;
    std::filesystem::permissions(settings.ssh.private_key_file, std::filesystem::perms{0600});
    settings.ssh.known_hosts_place.line = 6;
    settings.nodes.emplace_back();
    settings.nodes[0].name.value = "pve1";
    settings.nodes[0].host = "10.1.10.11";
    known("10.1.10.11" + host_key);
  }
  ~ssh_files() { std::filesystem::remove_all(folder); }

  std::filesystem::path write(const std::string& name, const std::string& content) const {
    std::ofstream{folder / name} << content;
    return folder / name;
  }
  void known(const std::string& content) {
    settings.ssh.known_hosts_file = write("known_hosts", content);
  }
  /// The only fault, as it is printed.
  [[nodiscard]] std::string fault() const {
    const auto found = daemon::ssh_faults(settings);
    return found.size() == 1 ? config::text(found[0], "c.toml")
                             : std::to_string(found.size()) + " faults";
  }

  std::filesystem::path folder;
  config::settings settings;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(faults_of_the_files_for_ssh, ssh_files)

BOOST_AUTO_TEST_CASE(a_key_and_a_pinned_host_are_no_fault) {
  BOOST_TEST(daemon::ssh_faults(settings).empty());
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_told_with_what_to_do) {
  known("");
  BOOST_TEST(fault().starts_with("c.toml:6: ssh.known_hosts_file = \"/"));
  BOOST_TEST(fault().contains("holds no host key"));
  BOOST_TEST(fault().contains("ssh-keyscan -t ed25519 10.1.10.11"));
}

BOOST_AUTO_TEST_CASE(a_host_at_another_port_needs_an_entry_of_its_own) {
  settings.nodes[0].port = 2222;
  BOOST_TEST(fault().contains("of pve1"));
  BOOST_TEST(fault().contains("ssh-keyscan -t ed25519 -p 2222 10.1.10.11"));
}

BOOST_AUTO_TEST_CASE(a_host_that_will_be_pinned_needs_no_entry) {
  known("");
  settings.ssh.host_keys = config::host_key_policy::accept_new;
  BOOST_TEST(daemon::ssh_faults(settings).empty());
}

BOOST_AUTO_TEST_CASE(a_line_that_is_none_is_told_by_its_number) {
  known("10.1.10.11" + host_key + "10.1.10.12 SHA256:abc\n");
  BOOST_TEST(fault().contains("line 2 is no line of a known_hosts file"));
}

BOOST_AUTO_TEST_CASE(a_key_that_everybody_may_read_is_told) {
  std::filesystem::permissions(settings.ssh.private_key_file, std::filesystem::perms{0644});
  BOOST_TEST(fault().starts_with("c.toml:5: ssh.private_key_file = "));
  BOOST_TEST(fault().contains("chmod 600"));
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_for_where_there_are_no_hosts) {
  known("");
  settings.nodes.clear();
  BOOST_TEST(daemon::ssh_faults(settings).empty());
}

BOOST_AUTO_TEST_SUITE_END()
