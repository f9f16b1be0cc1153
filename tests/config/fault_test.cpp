#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "config/fixture.hpp"

using namespace cloudpods;
using namespace cloudpods::config;

namespace {

/// One slip in the good file, and what is said of it.
struct slip {
  std::string what, with, key, sentence;
};

const std::vector<slip> slips{
    {"threads = 1", "threds = 1", "http.threds", "unknown key; did you mean \"threads\"?"},
    {"threads = 1", "threads = \"1\"", "http.threads", "must be a whole number"},
    {"threads = 1", "threads = 0", "http.threads", "must lie between 1 and 64"},
    {"threads = 1", "threads = 1.5", "http.threads", "must be a whole number"},
    {"console = true", "console = 1", "http.console", "must be true or false"},
    {"listen = \"127.0.0.1:8080\"", "listen = \"8080\"", "http.listen", "an address and a port"},
    {"listen = \"127.0.0.1:8080\"", "listen = \"::1:8080\"", "http.listen", "[::1]:8080"},
    {"\"127.0.0.1/32\"", "\"127.0.0.1\"", "http.trusted_proxies", "must be a network"},
    {"\"127.0.0.0/8\"", "\"127.0.0.1/8\"", "http.metrics_from", "bits set behind"},
    {"allowed_origins = []", "allowed_origins = [\"panel\"]", "http.allowed_origins", "origin"},
    {"issuer = \"mpanel\"", "issuer = \"\"", "auth.issuer", "must not be empty"},
    {"audience = [\"cloudpods\", \"mpanel-api\"]", "audience = []", "auth.audience",
     "not be empty"},
    {"user = [\"sub\", ", "user = [7, ", "auth.claims.user", "must be a list of texts"},
    {"customer = \"member\"", "customer = \"membre\"", "auth.roles.customer", "did you mean"},
    {"client = \"member\"", "Customer = \"member\"", "auth.roles.customer", "mapped twice"},
    {"\"cloudpods.view\"", "\"cloudpods.see\"", "auth.permissions.cloudpods:read",
     "permission key"},
    {"read_connections = 2", "read_connections = 0", "postgres.read_connections", "between"},
    {"user = \"mpanel-automation\"", "user = \"Root User\"", "ssh.user", "user's name"},
    {"host_key_policy = \"strict\"", "host_key_policy = \"Strict\"", "ssh.host_key_policy",
     "must be one of \"strict\", \"accept-new\"; did you mean \"strict\"?"},
    {"name = \"pve1\"\n", "", "nodes[0].name", "is required"},
    {"host = \"127.0.0.1\"", "host = \"root@pve1\"", "nodes[0].host", "host name"},
    {"port = 22", "port = 70000", "nodes[0].port", "between 1 and 65535"},
    {"work_dir = \".cloudpods\"", "work_dir = \"../x\"", "nodes[0].work_dir", "folder of its own"},
    {"log_file = \"/var", "log_file = \"var", "nodes[0].log_file", "absolute path"},
    {"ct_cores = 2", "ct_cores = 1000", "defaults.ct_cores", "between"},
    {"ct_bridge = \"vmbr0\"", "ct_bridge = \"a bridge\"", "defaults.ct_bridge", "bridge"},
    {"blueprint = \"ubuntu-24-minimal\"", "blueprint = \"ubuntu-24-minimax\"", "defaults.blueprint",
     "there is no blueprint of this name; did you mean \"ubuntu-24-minimal\"?"},
    {"vmid_min = 100000", "vmid_min = 200000", "defaults.vmid_max", "less than vmid_min"},
    {"vmid_min = 100000", "vmid_min = 9050", "blueprints[0].proxmox_template_vmid", "template's"},
    {"ct_template_vmid = 9000", "ct_template_vmid = 100001", "defaults.ct_template_vmid",
     "range 100000 to 199999"},
    {"\"100-499\"", "\"499-100\"", "defaults.protected_vmids", "vmid or a range"},
    {"\"100-499\"", "\"100-\"", "defaults.protected_vmids", "vmid or a range"},
    {"\"100-499\"", "\"100-199999\"", "defaults.protected_vmids", "every vmid"},
    {"max_memory_mb = 8192", "max_memory_mb = -2", "quota.max_memory_mb", "between -1"},
    {"backoff_max_ms = 60000", "backoff_max_ms = 10", "jobs.backoff_max_ms", "not be less"},
    {"timeout_create_s", "timeout_creat_s", "jobs.timeout_creat_s", "timeout_create_s"},
    {"on_guest_shutdown = \"leave\"", "on_guest_shutdown = \"stop\"", "reconcile.on_guest_shutdown",
     "must be one of"},
    {"keep_last = 2\nkeep_days = 14", "keep_last = 0\nkeep_days = 0",
     "backup_policies[0].keep_last", "no backup would be kept"},
    {"\"RUN_HEALTH_CHECK\"", "\"RUN_HEALTHCHECK\"", "focalpilot.auto_apply", "did you mean"},
    {"price_monthly = 1.49", "price_monthly = 1.495", "plans[0].price_monthly", "two decimals"},
    {"price_monthly = 1.49", "price_monthly = nan", "plans[0].price_monthly", "0 or more"},
    {"vcpu = 1\n", "", "plans[0].vcpu", "is required"},
    {"is_active = true\n\n[[tenant_plans]]",
     "is_active = true\n[[plans]]\ncode = \"Cloud_Pod_Starter\"\nprice_monthly = 1\nvcpu = 1\n"
     "ram_mb = 512\nstorage_gb = 2\n[[tenant_plans]]",
     "plans[1].code", "is there twice"},
    {"swap_mb = 512\n# bandwidth", "swap_mb = -1\n# bandwidth", "plans[0].swap_mb", "between 0"},
    {"backup_policy = \"basic\"", "backup_policy = \"basics\"", "plans[0].backup_policy",
     "there is no backup policy of this name; did you mean \"basic\"?"},
    {"max_disk_gb = 500\nbackup_policy = \"basic\"", "max_disk_gb = 500\nbackup_policy = \"gold\"",
     "tenant_plans[0].backup_policy", "no backup policy"},
    {"kind = \"template\"", "kind = \"stack\"", "blueprints[0].kind", "stacks are put by"},
    {"guest = \"vm\"", "guest = \"kvm\"", "blueprints[0].guest", "did you mean \"vm\"?"},
    {"guest = \"vm\"", "guest = \"ct\"", "blueprints[0].proxmox_template_vmid", "ct_template_vmid"},
    {"proxmox_template_vmid = 9100\n", "", "blueprints[0].proxmox_template_vmid", "is required"},
    {"nodes = [\"pve1\"]", "nodes = [\"pve1\", \"pve2\"]", "blueprints[0].nodes",
     "no node of this"},
    {"nodes = [\"pve1\"]", "nodes = []", "blueprints[0].nodes", "must name a node"},
    {"default_node = \"pve1\"", "default_node = \"pve9\"", "blueprints[0].default_node",
     "one of the blueprint's nodes"},
    {"disk = \"scsi0\"", "disk = \"sda\"", "blueprints[0].disk", "scsi0"},
    {"cloud_init_profile = \"\"", "cloud_init_profile = \"base\"",
     "blueprints[0].cloud_init_profile", "snippets_storage"},
    {"[[ip_pools]]\nregion = \"migra-us-east-1\"", "[[ip_pools]]\nregion = \"migra-us-east-2\"",
     "ip_pools[0].region", "no node is in this region; did you mean"},
    {"cidr = \"10.1.10.0/24\"", "cidr = \"10.1.10.5/24\"", "ip_pools[0].cidr", "bits set behind"},
    {"cidr = \"10.1.10.0/24\"", "cidr = \"fd00::/64\"", "ip_pools[0].cidr", "IPv4 network"},
    {"first = \"10.1.10.100\"", "first = \"10.1.9.100\"", "ip_pools[0].first", "lies outside"},
    {"first = \"10.1.10.100\"", "first = \"10.1.10.0\"", "ip_pools[0].first", "network's own"},
    {"last = \"10.1.10.199\"", "last = \"10.1.10.99\"", "ip_pools[0].last", "before first"},
    {"gateway = \"10.1.10.1\"", "gateway = \"10.1.10.150\"", "ip_pools[0].gateway", "given out"},
    {"gateway = \"10.1.10.1\"", "gateway = \"10.1.10\"", "ip_pools[0].gateway", "IPv4 address"},
    {"nameserver = \"10.1.10.2\"", "nameserver = \"10.1.10.150\"", "ip_pools[0].nameserver",
     "given out"},
    {"ct_ip = \"pool\"", "ct_ip = \"script\"", "defaults.ct_ip", "must not get theirs"},
    {"\"{swapMb}\"", "\"{swapGb}\"", "scripts.ct_create",
     "unknown placeholder {swapGb}; known here are"},
    {"\"--json\", \"{vmid}\"", "\"--json\"", "scripts.ct_health", "must name {vmid}"},
    {"\"{diskGb}G\"", "\"{diskGbG\"", "scripts.ct_resize", "brace without its partner"},
    {"\"{ip:app}\"", "\"{host:app}\"", "post_create.create-dns-records", "unknown placeholder"},
    {"level = \"info\"", "level = \"inform\"", "log.level", "did you mean \"info\"?"},
    {"[webhooks]", "[webhoks]", "webhoks", "unknown section; did you mean \"webhooks\"?"},
};

/// The fault that the slip should have made; null where it is missing.
const fault* fault_of(const std::vector<fault>& faults, const slip& expected) {
  const auto found = std::ranges::find_if(faults, [&](const fault& each) {
    return each.key == expected.key && each.sentence.contains(expected.sentence);
  });
  return found == faults.end() ? nullptr : &*found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_CASE(each_slip_is_named_with_its_key_and_a_sentence) {
  for (const auto& each : slips) {
    BOOST_TEST_CONTEXT(each.what << " → " << each.with) {
      config_folder folder;
      folder.replace(each.what, each.with);
      const auto found = folder.faults();
      const auto* const one = fault_of(found, each);
      BOOST_TEST(one != nullptr);
      if (one == nullptr)
        for (const auto& other : found)
          BOOST_TEST_MESSAGE(text(other, "cloudpods.toml"));
    }
  }
}

BOOST_AUTO_TEST_CASE(each_slip_is_named_with_its_line) {
  for (const auto& each : slips) {
    config_folder folder;
    folder.replace(each.what, each.with);
    const auto found = folder.faults();
    const auto* const one = fault_of(found, each);
    BOOST_TEST_CONTEXT(each.what << " → " << each.with) {
      BOOST_REQUIRE(one != nullptr);
      BOOST_TEST(one->where.line > 0);
      // Of a rule over two keys the line may be the other one's: those are told apart by the key.
      const auto key = each.key.substr(each.key.rfind('.') + 1);
      if (each.with.starts_with(key + " = ") && !each.with.contains('\n'))
        BOOST_TEST(one->where.line == folder.line_of(each.with));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(all_faults_come_at_once_in_the_order_of_the_file, config_folder) {
  replace("threads = 1", "threads = 0");
  replace("read_connections = 2", "read_connections = \"two\"");
  replace("max_attempts = 5", "max_atempts = 5");
  replace("level = \"info\"", "level = \"loud\"");
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 4U);
  BOOST_TEST(std::ranges::is_sorted(found, {}, [](const fault& each) { return each.where.line; }));
  BOOST_TEST(found[0].where.line == line_of("threads = 0"));
  BOOST_TEST(found[0].value == "0");
  BOOST_TEST(found[1].value == "\"two\"");
  BOOST_TEST(found[3].where.line == line_of("level = \"loud\""));
}

BOOST_FIXTURE_TEST_CASE(a_fault_reads_as_one_line_that_an_editor_can_follow, config_folder) {
  replace("threads = 1", "threads = 0");
  const auto line = std::to_string(line_of("threads = 0"));
  BOOST_TEST(cloudpods::config::text(faults().at(0), "/etc/cp.toml") ==
             "/etc/cp.toml:" + line + ": http.threads = 0: must lie between 1 and 64");
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_not_there_is_a_fault, config_folder) {
  const auto result = load(path / "nowhere.toml", {});
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST(result.error().at(0).sentence.contains("No such file"));
}

BOOST_FIXTURE_TEST_CASE(what_is_not_toml_is_refused_with_its_line, config_folder) {
  replace("threads = 1", "threads = = 1");
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].where.line == line_of("threads = = 1"));
}

BOOST_FIXTURE_TEST_CASE(a_key_written_twice_is_refused, config_folder) {
  replace("threads = 1", "threads = 1\nthreads = 2");
  BOOST_TEST(faults().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_node_named_twice_points_to_the_first, config_folder) {
  replace("[defaults]", "[[nodes]]\nname = \"pve1\"\nhost = \"10.0.0.2\"\n\n[defaults]");
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].key == "nodes[1].name");
  BOOST_TEST(found[0].sentence ==
             "is there twice: see line " + std::to_string(line_of("name = \"pve1\"")));
}

BOOST_FIXTURE_TEST_CASE(an_alias_that_is_another_plan_s_code_is_refused, config_folder) {
  text += "\n[[plans]]\ncode = \"student\"\naliases = [\"STARTER\"]\nprice_monthly = 0\nvcpu = 1\n"
          "ram_mb = 1024\nstorage_gb = 2\n";
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].key == "plans[1].aliases");
}

BOOST_FIXTURE_TEST_CASE(pools_that_overlap_are_refused, config_folder) {
  replace("[defaults]",
          "[[nodes]]\nname = \"pve2\"\nhost = \"10.0.0.2\"\nregion = \"eu\"\n\n[defaults]");
  replace("[scripts]", "[[ip_pools]]\nregion = \"eu\"\ncidr = \"10.1.10.0/24\"\n"
                       "first = \"10.1.10.150\"\nlast = \"10.1.10.250\"\n"
                       "gateway = \"10.1.10.1\"\n\n[scripts]");
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].key == "ip_pools[1].first");
  BOOST_TEST(found[0].sentence.contains("overlaps"));
}

BOOST_FIXTURE_TEST_CASE(a_region_has_one_pool, config_folder) {
  replace("[scripts]", "[[ip_pools]]\ncidr = \"10.2.0.0/16\"\nfirst = \"10.2.0.10\"\n"
                       "last = \"10.2.0.20\"\ngateway = \"10.2.0.1\"\n\n[scripts]");
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].key == "ip_pools[1].region");
}

BOOST_FIXTURE_TEST_CASE(addresses_from_a_pool_need_one, config_folder) {
  text = std::string{smallest} + "[defaults]\nct_ip = \"pool\"\n";
  BOOST_TEST(faults().at(0).key == "defaults.ct_ip");
}

BOOST_FIXTURE_TEST_CASE(pool_and_script_may_serve_different_bridges, config_folder) {
  replace("ct_ip = \"pool\"", "ct_ip = \"script\"");
  replace("ct_bridge = \"vmbr0\"", "ct_bridge = \"vmbr1\"");
  BOOST_TEST(faults().empty());
}

BOOST_FIXTURE_TEST_CASE(some_way_to_believe_tokens_is_required, config_folder) {
  replace("hs256_secret_file = \"jwt.secret\"\njwks_file = \"jwks.json\"\n", "");
  const auto found = faults();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].key == "auth");
  BOOST_TEST(found[0].where.line == line_of("[auth]"));
}

BOOST_FIXTURE_TEST_CASE(a_value_where_a_section_belongs_is_refused, config_folder) {
  text = "health = 5\n" + std::string{smallest};
  BOOST_REQUIRE(faults().size() == 1U);
  BOOST_TEST(faults().at(0).key == "health");
  BOOST_TEST(faults().at(0).where.line == 1);
}

BOOST_FIXTURE_TEST_CASE(tables_where_texts_belong_are_refused, config_folder) {
  replace("[[plans]]", "[plans]");
  BOOST_TEST(faults().at(0).sentence.contains("[[plans]]"));
}

BOOST_AUTO_TEST_SUITE_END()
