#include <boost/test/unit_test.hpp>

#include "wire/platform_bodies.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;
using domain::item_action;

namespace {

using faults = std::vector<std::pair<std::string, std::string>>;

template <class Command>
faults faults_in(const domain::expected<decoded<Command>>& read) {
  BOOST_REQUIRE(read.has_value());
  faults found;
  if (!read->command)
    for (const auto& each : read->command.error().errors)
      found.emplace_back(each.field, each.code);
  return found;
}

/// The faults of a create that is good but for these members.
faults with(const std::string& members) {
  return faults_in(decode_create(R"({"hostname":"client-portal",)" + members + "}"));
}

domain::order_pod good(const std::string& members) {
  return decode_create(R"({"hostname":"client-portal",)" + members + "}").value().command.value();
}

faults of_action(item_action action, std::string_view body) {
  return faults_in(decode_platform_action(action, body));
}

domain::act_on_pod wish(item_action action, std::string_view body) {
  return decode_platform_action(action, body).value().command.value();
}

// platform-spec 5.1
constexpr std::string_view example =
    R"({"tenantId":"TENANT-123","hostname":"client-portal","vmid":9101,"planId":"cloud-basic",)"
    R"("region":"migra-us-east-1","cores":2,"memoryMb":2048,"swapMb":512,"autoIp":true})";

} // namespace

// Contract 7.
BOOST_AUTO_TEST_SUITE(platform_bodies)

BOOST_AUTO_TEST_CASE(the_platforms_own_example_is_read_whole_and_kept_for_the_job) {
  const auto body = decode_create(example).value();
  BOOST_TEST(body.tenant.value() == "TENANT-123");
  const auto& order = body.command.value();
  BOOST_TEST(order.name.value() == "client-portal");
  BOOST_TEST(order.region.value() == "migra-us-east-1");
  BOOST_TEST(order.plan.empty());
  const auto& asked = order.container.value();
  BOOST_TEST(asked.guest.value() == 9101);
  BOOST_TEST(asked.tenant_plan.value() == "cloud-basic");
  BOOST_TEST(asked.cpu_cores.value() == 2);
  BOOST_TEST(asked.memory_mb.value() == 2048);
  BOOST_TEST(asked.swap_mb.value() == 512);
  BOOST_TEST(!asked.disk_gb.has_value());
  BOOST_TEST(!asked.ip_address.has_value());
  BOOST_TEST(order.payload.value == example);
}

BOOST_AUTO_TEST_CASE(a_host_name_is_all_that_is_needed) {
  const auto order = decode_create(R"({"hostname":"a"})").value().command.value();
  BOOST_TEST((order.container.has_value()));
  BOOST_TEST(!order.container->guest.has_value());
  BOOST_TEST(order.payload.value == R"({"hostname":"a"})");
  BOOST_TEST((faults_in(decode_create("")) == faults{{"/hostname", "required"}}));
}

BOOST_AUTO_TEST_CASE(an_address_is_named_or_found_never_both_or_none) {
  BOOST_TEST(good(R"("ip":"10.1.10.91")").container->ip_address.value() == "10.1.10.91");
  BOOST_TEST(good(R"("autoIp":false,"ip":"10.1.10.91")").container->ip_address.has_value());
  BOOST_TEST(!good(R"("autoIp":true)").container->ip_address.has_value());
  BOOST_TEST((with(R"("autoIp":true,"ip":"10.1.10.91")") == faults{{"/autoIp", "conflict"}}));
  BOOST_TEST((with(R"("autoIp":false)") == faults{{"/ip", "required"}}));
}

BOOST_AUTO_TEST_CASE(all_faults_of_a_create_are_told_at_once) {
  BOOST_TEST(
      (with(R"("vmid":99,"cores":0,"memoryMb":15,"swapMb":-1,"diskGb":0,"ip":"10.1.10",)"
            R"("region":"","planId":7,"colour":"red")") == faults{{"/vmid", "out_of_range"},
                                                                  {"/planId", "invalid_type"},
                                                                  {"/region", "invalid_format"},
                                                                  {"/cores", "out_of_range"},
                                                                  {"/memoryMb", "out_of_range"},
                                                                  {"/swapMb", "out_of_range"},
                                                                  {"/diskGb", "out_of_range"},
                                                                  {"/ip", "invalid_format"},
                                                                  {"/colour", "unknown_field"}}));
  for (const auto* address : {"0.0.0.1", "127.0.0.1", "224.0.0.1", "255.1.1.1", "10.1.10.91/24",
                              "10.1.10.091", "--auto-ip", ""})
    BOOST_TEST(
        (with(std::string{R"("ip":")"} + address + "\"") == faults{{"/ip", "invalid_format"}}),
        address);
  BOOST_TEST((faults_in(decode_create(R"({"hostname":"Client"})")) ==
              faults{{"/hostname", "invalid_format"}}));
}

BOOST_AUTO_TEST_CASE(a_tenant_is_known_also_of_a_body_that_is_refused) {
  const auto body = decode_create(R"({"tenantId":"T-2"})").value();
  BOOST_TEST(body.tenant.value() == "T-2");
  BOOST_TEST(!body.command.has_value());
}

BOOST_AUTO_TEST_CASE(a_scale_names_cores_or_memory) {
  const auto both = wish(item_action::scale,
                         R"({"newCores":4,"newMemoryMb":4096,"backupFirst":true,"reason":"busy"})");
  BOOST_TEST(both.cpu_cores.value() == 4);
  BOOST_TEST(both.memory_mb.value() == 4096);
  BOOST_TEST(both.parameters.backup_first);
  BOOST_TEST(both.payload.value ==
             R"({"newCores":4,"newMemoryMb":4096,"backupFirst":true,"reason":"busy"})");
  const auto alias = wish(item_action::scale, R"({"cores":4,"memoryMb":512})");
  BOOST_TEST(alias.payload.value == R"({"newCores":4,"newMemoryMb":512})");
  BOOST_TEST((of_action(item_action::scale, "{}") == faults{{"", "required"}}));
  BOOST_TEST((of_action(item_action::scale, R"({"newCores":4,"cores":2})") ==
              faults{{"/cores", "conflict"}}));
  BOOST_TEST((of_action(item_action::scale, R"({"newCores":4,"planCode":"x"})") ==
              faults{{"/planCode", "unknown_field"}}));
}

BOOST_AUTO_TEST_CASE(a_health_check_keeps_who_wanted_it) {
  BOOST_TEST(wish(item_action::health, "").payload.value == R"({"triggeredBy":"manual"})");
  BOOST_TEST(wish(item_action::health, R"({"triggeredBy":"focalpilot"})").payload.value ==
             R"({"triggeredBy":"focalpilot"})");
  BOOST_TEST((of_action(item_action::health, R"({"triggeredBy":"schedule"})") ==
              faults{{"/triggeredBy", "invalid_value"}}));
}

BOOST_AUTO_TEST_CASE(the_other_actions_are_read_as_in_the_public_family) {
  const auto backup = wish(item_action::backup, R"({"mode":"stop","reason":"before upgrade"})");
  BOOST_TEST((backup.parameters.mode == domain::backup_mode::stop));
  BOOST_TEST(wish(item_action::stop, R"({"timeoutS":5})").parameters.timeout_s == 5);
  BOOST_TEST((wish(item_action::sync, "").action == item_action::sync));
}

BOOST_AUTO_TEST_SUITE_END()
