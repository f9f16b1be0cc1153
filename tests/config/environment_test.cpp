#include <boost/test/unit_test.hpp>

#include <cctype>
#include <set>
#include <sstream>

#include "config/fixture.hpp"

using namespace cloudpods::config;
using namespace std::chrono_literals;

namespace {

std::string upper(std::string text) {
  for (auto& c : text)
    c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(environment_overrides)

BOOST_FIXTURE_TEST_CASE(a_variable_stands_for_a_key_of_the_file, config_folder) {
  variables = {{"CLOUDPODS_HTTP_LISTEN", "[::1]:0"},
               {"CLOUDPODS_HTTP_THREADS", "4"},
               {"CLOUDPODS_HTTP_CONSOLE", "false"},
               {"CLOUDPODS_RATE_LIMIT_READS_PER_SECOND", "0"},
               {"CLOUDPODS_JOBS_TIMEOUT_POST_CREATE_S", "7"},
               {"CLOUDPODS_DEFAULTS_VMID_MAX", "100099"},
               {"CLOUDPODS_QUOTA_MAX_PODS", "-1"},
               {"CLOUDPODS_LOG_LEVEL", "debug"}};
  const auto all = loaded().value();
  BOOST_TEST((all.http.listen == endpoint{"::1", 0}));
  BOOST_TEST(all.http.threads == 4);
  BOOST_TEST(!all.http.console);
  BOOST_TEST(all.rate_limit.reads_per_second == 0);
  BOOST_TEST((all.jobs.timeouts.post_create == 7s));
  BOOST_TEST(all.catalogue.vmids.last == 100099);
  BOOST_TEST(all.catalogue.default_limits.most.pods == -1);
  BOOST_TEST((all.log.level == log_level::debug));
}

BOOST_FIXTURE_TEST_CASE(a_variable_stands_for_a_key_that_the_file_leaves_out, config_folder) {
  text = "";
  variables = {{"CLOUDPODS_AUTH_HS256_SECRET_FILE", (path / "jwt.secret").string()}};
  BOOST_TEST(loaded().value().auth.hs256_secret->reveal() == good_secret);
}

BOOST_FIXTURE_TEST_CASE(lists_are_parted_by_commas, config_folder) {
  variables = {{"CLOUDPODS_AUTH_AUDIENCE", "a,b"},
               {"CLOUDPODS_AUTH_CLAIMS_USER", "uid"},
               {"CLOUDPODS_HTTP_METRICS_FROM", "10.0.0.0/8"},
               {"CLOUDPODS_SCRIPTS_CT_HEALTH", "[\"/bin/health\", \"a,b\", \"{vmid}\"]"}};
  const auto all = loaded().value();
  BOOST_TEST(all.auth.audience.size() == 2U);
  BOOST_TEST(all.auth.claims.user.at(0) == "uid");
  BOOST_TEST(all.http.metrics_from.size() == 1U);
  BOOST_TEST(all.catalogue.scripts.ct_health.at(1) == "a,b");
}

BOOST_FIXTURE_TEST_CASE(every_key_of_every_section_has_a_variable, config_folder) {
  // Lists of tables and tables with free names have no fixed keys.
  const std::set<std::string> free{"AUTH_ROLES", "AUTH_PERMISSIONS", "POST_CREATE", ""};
  std::istringstream lines{text};
  std::string section;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('['))
      section = line.starts_with("[[") ? "" : upper(line.substr(1, line.find(']') - 1));
    const auto end = line.find_first_of(" =");
    if (line.empty() || line[0] == '[' || line[0] == '#' || free.contains(section))
      continue;
    variables = {{"CLOUDPODS_" + section + '_' + upper(line.substr(0, end)), "\x01"}};
    const auto found = faults();
    for (const auto& each : found)
      BOOST_TEST(!each.sentence.contains("no key has this variable"), each.where.variable);
    ++count;
  }
  BOOST_TEST(count > 80U);
}

BOOST_FIXTURE_TEST_CASE(a_fault_names_the_variable, config_folder) {
  variables = {{"CLOUDPODS_HTTP_THREADS", "many"}};
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(cloudpods::config::text(found[0], "f.toml") ==
             "CLOUDPODS_HTTP_THREADS: http.threads = \"many\": must be a whole number");
}

BOOST_FIXTURE_TEST_CASE(a_rule_over_two_keys_names_the_variable_too, config_folder) {
  variables = {{"CLOUDPODS_JOBS_BACKOFF_MAX_MS", "1"}};
  BOOST_TEST(faults().at(0).where.variable == "CLOUDPODS_JOBS_BACKOFF_MAX_MS");
}

BOOST_FIXTURE_TEST_CASE(a_variable_of_a_section_without_such_a_key_is_refused, config_folder) {
  variables = {{"CLOUDPODS_HTTP_LISTN", "x"}, {"CLOUDPODS_URL", "x"}, {"CLOUDPODS_TOKEN", "x"}};
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].sentence.contains("did you mean \"CLOUDPODS_HTTP_LISTEN\"?"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(proxmox_names)

struct no_nodes : config_folder {
  no_nodes() {
    text = std::string{smallest} + "[ssh]\nknown_hosts_file = \"known_hosts\"\n";
    variables = {{"PROXMOX_HOST", "10.0.0.9"},
                 {"PROXMOX_PORT", "2222"},
                 {"PROXMOX_USER", "automation"},
                 {"PROXMOX_NODE_NAME", "pve7"},
                 {"PROXMOX_SSH_KEY_PATH", (path / "id_ed25519").string()}};
  }
};

BOOST_FIXTURE_TEST_CASE(they_make_a_node_where_the_file_names_none, no_nodes) {
  const auto all = loaded().value();
  BOOST_REQUIRE(all.nodes.size() == 1U);
  BOOST_TEST(all.nodes[0].name.value == "pve7");
  BOOST_TEST(all.nodes[0].host == "10.0.0.9");
  BOOST_TEST(all.nodes[0].port == 2222);
  BOOST_TEST(all.ssh.user == "automation");
  BOOST_TEST(all.ssh.private_key.reveal() == ed25519_key);
  BOOST_TEST(all.catalogue.nodes.at(0).name.value == "pve7");
  BOOST_TEST(all.proxmox_variables.used.size() == 5U);
  BOOST_TEST(all.proxmox_variables.ignored.empty());
}

BOOST_FIXTURE_TEST_CASE(the_panel_s_names_are_known_too, no_nodes) {
  variables.erase("PROXMOX_HOST");
  variables.erase("PROXMOX_USER");
  variables["PROXMOX_SSH_HOST"] = "10.0.0.8";
  variables["PROXMOX_SSH_USER"] = "mpanel";
  variables["PROXMOX_SSH_OPTS"] = "-o BatchMode=yes";
  const auto all = loaded().value();
  BOOST_TEST(all.nodes.at(0).host == "10.0.0.8");
  BOOST_TEST(all.ssh.user == "mpanel");
  BOOST_TEST(all.proxmox_variables.ignored.at(0) == "PROXMOX_SSH_OPTS");
}

BOOST_FIXTURE_TEST_CASE(the_second_of_two_names_is_ignored_and_said_so, no_nodes) {
  variables["PROXMOX_SSH_HOST"] = "10.0.0.8";
  const auto all = loaded().value();
  BOOST_TEST(all.nodes.at(0).host == "10.0.0.9");
  BOOST_TEST(all.proxmox_variables.ignored.at(0) == "PROXMOX_SSH_HOST");
}

BOOST_FIXTURE_TEST_CASE(they_have_no_say_where_the_file_names_nodes, config_folder) {
  variables = {{"PROXMOX_HOST", "10.0.0.9"}};
  const auto all = loaded().value();
  BOOST_TEST(all.nodes.at(0).host == "127.0.0.1");
  BOOST_TEST(all.proxmox_variables.used.empty());
}

BOOST_FIXTURE_TEST_CASE(their_faults_name_them, no_nodes) {
  variables["PROXMOX_PORT"] = "ssh";
  variables["PROXMOX_SSH_KEY_PATH"] = "/nowhere/key";
  const auto found = faults();
  BOOST_REQUIRE(found.size() >= 2U);
  BOOST_TEST(found[0].where.variable == "PROXMOX_PORT");
  BOOST_TEST(found[1].where.variable == "PROXMOX_SSH_KEY_PATH");
}

BOOST_AUTO_TEST_SUITE_END()
