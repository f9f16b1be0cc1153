#include <boost/test/unit_test.hpp>

#include <concepts>
#include <ostream>

#include "config/fixture.hpp"

using namespace cloudpods;
using namespace cloudpods::config;
using namespace std::chrono_literals;

namespace {

template <class T>
concept printable = requires(std::ostream& stream, const T& value) {
  stream << value;
};

void require_loads(const std::expected<settings, std::vector<fault>>& result) {
  if (!result)
    for (const auto& each : result.error())
      BOOST_ERROR(text(each, "cloudpods.toml"));
  BOOST_REQUIRE(result.has_value());
}

} // namespace

BOOST_AUTO_TEST_SUITE(loading)

BOOST_FIXTURE_TEST_CASE(the_full_example_of_the_contract_loads, config_folder) {
  const auto result = loaded();
  require_loads(result);
  const auto& all = *result;
  BOOST_TEST((all.http.listen == endpoint{"127.0.0.1", 8080}));
  BOOST_TEST(all.http.trusted_proxies.size() == 2U);
  BOOST_TEST(all.auth.hs256_secret->reveal() == good_secret);
  BOOST_TEST(all.auth.jwks == R"({"keys":[]})");
  BOOST_TEST(all.auth.permissions.at("cloudpods:write").size() == 4U);
  BOOST_TEST(all.ssh.private_key.reveal() == ed25519_key);
  BOOST_TEST(all.nodes.at(0).host == "127.0.0.1");
  BOOST_TEST(all.post_create.at("create-dns-records").at(1) == "{ip:app}");
  const auto& sold = all.catalogue;
  BOOST_REQUIRE(sold.find_plan("cloud_pod_starter") != nullptr);
  BOOST_TEST(sold.find_plan("cloud_pod_starter")->price_monthly_cents == 149);
  BOOST_TEST(sold.find_tenant_plan("cloud-basic")->limit.most.cpu_cores == 10);
  BOOST_TEST(sold.find_blueprint("ubuntu-24-minimal")->template_vmid == 9100);
  BOOST_TEST(domain::ipv4_text(sold.find_pool("migra-us-east-1")->last) == "10.1.10.199");
  BOOST_TEST(sold.find_node(domain::node_name{"pve1"})->pool == "ClientPods");
  BOOST_TEST((sold.ct_ip == domain::ct_address_source::pool));
}

BOOST_FIXTURE_TEST_CASE(an_absent_key_has_the_value_that_the_contract_prints, config_folder) {
  const auto full = loaded();
  require_loads(full);
  text = smallest;
  const auto least = loaded();
  require_loads(least);
  const auto& all = *least;
  BOOST_TEST((all.http.listen == full->http.listen));
  BOOST_TEST((all.http.metrics_from == full->http.metrics_from));
  BOOST_TEST((all.http.max_wait == 25s && all.http.header_timeout == 10s));
  BOOST_TEST((all.auth.audience == full->auth.audience));
  BOOST_TEST((all.auth.roles == full->auth.roles));
  BOOST_TEST(all.auth.member_may_act);
  BOOST_TEST(all.postgres.dsn.reveal() == full->postgres.dsn.reveal());
  BOOST_TEST((all.jobs.timeouts.backup == 7200s && all.jobs.backoff_max == 60000ms));
  BOOST_TEST((all.catalogue.default_limits == full->catalogue.default_limits));
  BOOST_TEST(all.catalogue.scripts.ct_create == full->catalogue.scripts.ct_create);
  BOOST_TEST(all.catalogue.scripts.ct_backup == full->catalogue.scripts.ct_backup);
  BOOST_TEST(all.catalogue.vmids.first == 100000);
  BOOST_TEST(all.catalogue.protected_vmids.at(0).last == 499);
  BOOST_TEST(all.focalpilot.auto_apply == full->focalpilot.auto_apply);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_sold_that_the_file_does_not_name, config_folder) {
  text = smallest;
  const auto result = loaded();
  require_loads(result);
  BOOST_TEST(result->catalogue.plans.empty());
  BOOST_TEST(result->catalogue.blueprints.empty());
  BOOST_TEST(result->catalogue.default_blueprint.value.empty());
  BOOST_TEST(result->nodes.empty());
}

BOOST_FIXTURE_TEST_CASE(without_a_pool_containers_get_addresses_from_the_script, config_folder) {
  text = smallest;
  const auto result = loaded();
  require_loads(result);
  BOOST_TEST((result->catalogue.ct_ip == domain::ct_address_source::script));
}

BOOST_FIXTURE_TEST_CASE(a_node_is_in_the_default_region_unless_it_says_otherwise, config_folder) {
  replace("region = \"migra-us-east-1\"\nmax_conc", "max_conc");
  replace("[defaults]\nregion = \"migra-us-east-1\"", "[defaults]\nregion = \"eu-west\"");
  replace("[[ip_pools]]\nregion = \"migra-us-east-1\"", "[[ip_pools]]");
  const auto result = loaded();
  require_loads(result);
  BOOST_TEST(result->nodes.at(0).region == "eu-west");
  BOOST_TEST(result->catalogue.ip_pools.at(0).region == "eu-west");
}

BOOST_FIXTURE_TEST_CASE(a_limit_of_minus_one_is_unlimited, config_folder) {
  replace("max_cpu_cores = 4", "max_cpu_cores = -1");
  const auto result = loaded();
  require_loads(result);
  BOOST_TEST(result->catalogue.default_limits.most.cpu_cores == domain::unlimited);
}

BOOST_FIXTURE_TEST_CASE(a_tenant_plan_falls_back_to_the_quota_section, config_folder) {
  replace("max_pods = 5\n", "");
  const auto result = loaded();
  require_loads(result);
  BOOST_TEST(result->catalogue.find_tenant_plan("cloud-basic")->limit.most.pods == 2);
}

BOOST_FIXTURE_TEST_CASE(a_plan_may_be_metered, config_folder) {
  replace("swap_mb = 512\n# bandwidth",
          "swap_mb = 512\nbandwidth_gb = 100\nmax_pods_per_tenant = 3\n#");
  const auto result = loaded();
  require_loads(result);
  const auto& plan = result->catalogue.plans.at(0);
  BOOST_TEST(plan.bandwidth_gb.value() == 100);
  BOOST_TEST(plan.max_pods_per_tenant.value() == 3);
}

BOOST_FIXTURE_TEST_CASE(prices_are_exact_to_the_cent, config_folder) {
  for (const auto& [written, cents] :
       {std::pair{"0", 0}, {"0.00", 0}, {"3.99", 399}, {"1234567.89", 123456789}, {"7", 700}}) {
    config_folder other;
    other.replace("price_monthly = 1.49", std::string{"price_monthly = "} + written);
    const auto result = other.loaded();
    require_loads(result);
    BOOST_TEST(result->catalogue.plans.at(0).price_monthly_cents == cents);
  }
}

BOOST_FIXTURE_TEST_CASE(roles_of_the_file_are_put_over_the_standard_ones, config_folder) {
  text = std::string{smallest} +
         "[auth.roles]\nReseller = \"admin\"\nsuper_admin = \"\"\ncustomer = \"viewer\"\n";
  const auto result = loaded();
  require_loads(result);
  const auto& roles = result->auth.roles;
  BOOST_TEST(roles.at("reseller") == "admin");
  BOOST_TEST(roles.at("customer") == "viewer");
  BOOST_TEST(roles.at("client") == "member");
  BOOST_TEST(roles.at("owner") == "owner");
  BOOST_TEST(!roles.contains("super_admin"));
}

BOOST_FIXTURE_TEST_CASE(each_action_has_a_timeout, config_folder) {
  const auto result = loaded();
  require_loads(result);
  const auto& timeouts = result->jobs.timeouts;
  BOOST_TEST((timeouts.of("create") == 900s));
  BOOST_TEST((timeouts.of("resume") == 180s));
  BOOST_TEST((timeouts.of("rollback") == 600s));
  BOOST_TEST((timeouts.of("cleanup") == timeouts.destroy));
  BOOST_TEST(!timeouts.of("dance").has_value());
}

BOOST_AUTO_TEST_CASE(a_secret_cannot_be_printed_or_compared) {
  BOOST_TEST(!printable<secret>);
  BOOST_TEST(!std::equality_comparable<secret>);
  BOOST_TEST((!std::convertible_to<secret, std::string>));
  BOOST_TEST((!std::convertible_to<secret, std::string_view>));
}

BOOST_AUTO_TEST_SUITE_END()
