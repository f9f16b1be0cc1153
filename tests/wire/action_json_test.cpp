#include <array>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "wire/action_json.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;
using domain::item_action;

namespace {

using faults = std::vector<std::pair<std::string, std::string>>;

faults faults_in(const std::vector<domain::field_error>& errors) {
  faults found;
  for (const auto& each : errors)
    found.emplace_back(each.field, each.code);
  return found;
}

faults faults_of(item_action action, std::string_view body) {
  const auto read = decode_action(action, body);
  BOOST_REQUIRE(read.has_value());
  return read->command ? faults{} : faults_in(read->command.error().errors);
}

domain::act_on_pod wish(item_action action, std::string_view body) {
  return decode_action(action, body).value().command.value();
}

struct refused_body {
  item_action action;
  std::string_view body;
  faults expected;
};

} // namespace

BOOST_AUTO_TEST_SUITE(bodies_of_actions)

// Contract 6.
BOOST_AUTO_TEST_CASE(a_scale_names_sizes_or_a_plan) {
  const auto sizes = wish(
      item_action::scale,
      R"({"cpuCores":4,"memoryMb":2048,"diskGb":60,"backupFirst":true,"reboot":true,"reason":"x"})");
  BOOST_TEST(sizes.cpu_cores.value() == 4);
  BOOST_TEST(sizes.memory_mb.value() == 2048);
  BOOST_TEST(sizes.disk_gb.value() == 60);
  BOOST_TEST(sizes.parameters.backup_first);
  BOOST_TEST(sizes.parameters.reboot);
  BOOST_TEST(sizes.reason == "x");
  const auto plan = wish(item_action::scale, R"({"planCode":"premium"})");
  BOOST_TEST(plan.plan.value() == "premium");
  BOOST_TEST(!plan.cpu_cores.has_value());
}

// Contract 5: a documented alias is the same as its main name, in what the job keeps too.
BOOST_AUTO_TEST_CASE(aliases_are_kept_by_their_main_names) {
  for (const auto* body :
       {R"({"cores":4,"ramMb":512,"disk_gb":9})", R"({"newCores":4,"newMemoryMb":512,"diskGb":9})",
        R"({"cpu_cores":4,"memory_mb":512,"newDiskGb":9})",
        R"({"tenantId":"T","cpuCores":4,"cores":4,"memoryMb":512,"diskGb":9})"})
    BOOST_TEST(wish(item_action::scale, body).payload.value ==
               R"({"cpuCores":4,"memoryMb":512,"diskGb":9})");
  for (const auto* body :
       {R"({"plan":"a"})", R"({"newPlan":"a"})", R"({"planId":"a"})", R"({"planCode":"a"})"})
    BOOST_TEST(wish(item_action::scale, body).payload.value == R"({"planCode":"a"})");
}

// Contract 5: no body counts as `{}`, and a job keeps no more than was said.
BOOST_AUTO_TEST_CASE(what_is_not_said_is_as_the_contract_has_it) {
  for (const auto action :
       {item_action::backup, item_action::start, item_action::stop, item_action::reboot,
        item_action::suspend, item_action::resume, item_action::sync}) {
    const auto read = wish(action, "");
    BOOST_TEST((read.action == action));
    BOOST_TEST((read.parameters == domain::action_parameters{}));
    BOOST_TEST(read.payload.value == "{}");
  }
}

BOOST_AUTO_TEST_CASE(each_action_reads_its_own_fields) {
  const auto backup = wish(item_action::backup, R"({"mode":"stop","reason":"monthly"})");
  BOOST_TEST((backup.parameters.mode == domain::backup_mode::stop));
  BOOST_TEST(backup.payload.value == R"({"mode":"stop","reason":"monthly"})");
  BOOST_TEST(wish(item_action::restore, R"({"backupId":"bak-1"})").parameters.backup == "bak-1");
  const auto snapshot =
      wish(item_action::snapshot, R"({"name":"Before_2-0","description":"a \"b\""})");
  BOOST_TEST(snapshot.parameters.name == "Before_2-0");
  BOOST_TEST(snapshot.parameters.description == "a \"b\"");
  const auto stop = wish(item_action::stop, R"({"force":true,"timeoutS":3600})");
  BOOST_TEST(stop.parameters.force);
  BOOST_TEST(stop.parameters.timeout_s == 3600);
  BOOST_TEST(wish(item_action::suspend, R"({"reason":"unpaid"})").reason == "unpaid");
  auto back = wish(item_action::rollback, "");
  name_snapshot(back, "s\"1");
  BOOST_TEST(back.parameters.name == "s\"1");
  BOOST_TEST(boost::json::parse(back.payload.value).at("name").as_string() == "s\"1");
}

BOOST_AUTO_TEST_CASE(all_faults_of_an_action_come_at_once) {
  const std::string long_reason = R"({"reason":")" + std::string(1001, 'x') + R"("})";
  const std::array refused{
      refused_body{item_action::scale, "{}", {{"", "required"}}},
      refused_body{item_action::scale, R"({"reboot":true,"cpuCores":null})", {{"", "required"}}},
      refused_body{item_action::scale,
                   R"({"cpuCores":0,"memoryMb":15,"diskGb":0})",
                   {{"/cpuCores", "out_of_range"},
                    {"/memoryMb", "out_of_range"},
                    {"/diskGb", "out_of_range"}}},
      refused_body{item_action::scale,
                   R"({"newCores":513,"ramMb":4194305,"disk_gb":65537})",
                   {{"/newCores", "out_of_range"},
                    {"/ramMb", "out_of_range"},
                    {"/disk_gb", "out_of_range"}}},
      refused_body{item_action::scale,
                   R"({"cpuCores":18446744073709551615,"memoryMb":"1","diskGb":1.5})",
                   {{"/cpuCores", "out_of_range"},
                    {"/memoryMb", "invalid_type"},
                    {"/diskGb", "invalid_type"}}},
      refused_body{item_action::scale, R"({"cpuCores":1,"cores":2})", {{"/cores", "conflict"}}},
      refused_body{
          item_action::scale, R"({"cpuCores":1,"planCode":"a"})", {{"/planCode", "conflict"}}},
      refused_body{item_action::backup,
                   R"({"mode":"live","planCode":"a"})",
                   {{"/mode", "invalid_value"}, {"/planCode", "unknown_field"}}},
      refused_body{item_action::backup, long_reason, {{"/reason", "out_of_range"}}},
      refused_body{item_action::restore, "", {{"/backupId", "required"}}},
      refused_body{
          item_action::restore, R"({"backupId":"a b"})", {{"/backupId", "invalid_format"}}},
      refused_body{item_action::snapshot, "", {{"/name", "required"}}},
      refused_body{item_action::stop,
                   R"({"timeoutS":0,"force":"yes"})",
                   {{"/force", "invalid_type"}, {"/timeoutS", "out_of_range"}}},
      refused_body{item_action::start, R"({"timeoutS":3601})", {{"/timeoutS", "out_of_range"}}},
      refused_body{item_action::sync, R"({"force":true})", {{"/force", "unknown_field"}}},
      refused_body{item_action::rollback, R"({"name":"a"})", {{"/name", "unknown_field"}}},
      refused_body{
          item_action::suspend, R"({"reason":"a","reason":"b"})", {{"/reason", "duplicate_key"}}}};
  for (const auto& each : refused)
    BOOST_TEST((faults_of(each.action, each.body) == each.expected), each.body);
}

BOOST_AUTO_TEST_CASE(snapshot_names_are_what_proxmox_takes) {
  const auto takes = [](const std::string& name) {
    return faults_of(item_action::snapshot, R"({"name":")" + name + R"("})").empty();
  };
  for (const auto& good :
       {std::string{"aa"}, std::string{"Current"}, std::string{"a-1_b"}, std::string(40, 'x')})
    BOOST_TEST(takes(good), good);
  for (const auto& bad : {std::string{}, std::string{"a"}, std::string{"1a"}, std::string{"_a"},
                          std::string{"a.b"}, std::string{"a b"}, std::string{"current"},
                          std::string{"vzdump"}, std::string{"--x"}, std::string(41, 'x')})
    BOOST_TEST(!takes(bad), bad);
}

// Contract 5: a wrong tenant is told before a wrong field.
BOOST_AUTO_TEST_CASE(whom_a_refused_body_names_is_known) {
  const auto read = decode_action(item_action::sync, R"({"tenantId":"T-2","x":1})");
  BOOST_TEST(read.value().tenant.value() == "T-2");
  BOOST_TEST(!read->command.has_value());
  BOOST_TEST(
      (decode_action(item_action::sync, "{").error().code == domain::problem_code::invalid_json));
}

BOOST_AUTO_TEST_CASE(a_protection_says_yes_or_no) {
  BOOST_TEST(decode_protection(R"({"protected":true})").value().command.value());
  BOOST_TEST(!decode_protection(R"({"protected":false})").value().command.value());
  for (const auto* body : {"", R"({"protected":null})", R"({"protected":1})"})
    BOOST_TEST(!decode_protection(body).value().command.has_value(), body);
}

BOOST_AUTO_TEST_CASE(cancel_has_a_reason_and_retry_has_nothing) {
  BOOST_TEST(decode_reason("").value().command.value().empty());
  BOOST_TEST(decode_reason(R"({"reason":"late"})").value().command.value() == "late");
  BOOST_TEST(decode_nothing("").value().command.has_value());
  BOOST_TEST(!decode_nothing(R"({"reason":"late"})").value().command.has_value());
}

// Contract 6, 12: both spellings, negative is unlimited, absent stays as it is.
BOOST_AUTO_TEST_CASE(limits_come_in_both_spellings) {
  for (const auto* body : {R"({"maxPods":3,"maxCpuCores":-1,"maxMemoryMb":0})",
                           R"({"max_pods":3,"max_cpu_cores":-1,"max_memory_mb":0})"}) {
    const auto wanted = decode_limits(body).value();
    BOOST_TEST(wanted.max_pods.value() == 3);
    BOOST_TEST(wanted.max_cpu_cores.value() == -1);
    BOOST_TEST(wanted.max_memory_mb.value() == 0);
    BOOST_TEST(!wanted.max_disk_gb.has_value());
  }
  BOOST_TEST((faults_in(decode_limits(R"({"maxDiskGb":-2})").error().errors) ==
              faults{{"/maxDiskGb", "out_of_range"}}));
  BOOST_TEST((faults_in(decode_limits(R"({"maxPods":"all","max_disk_gb":1,"maxDiskGb":2,"a":1})")
                            .error()
                            .errors) == faults{{"/maxPods", "invalid_type"},
                                               {"/max_disk_gb", "conflict"},
                                               {"/a", "unknown_field"}}));
}

// Contract 8.
BOOST_AUTO_TEST_CASE(a_tenant_is_what_operators_say_of_it) {
  const auto said = decode_tenant(R"({"name":"Shop","slug":"shop","planId":"cloud-basic",)"
                                  R"("owner":{"id":"u-1","email":"a@b.c"},"region":"r"})")
                        .value();
  BOOST_TEST(said.name == "Shop");
  BOOST_TEST(said.plan.value() == "cloud-basic");
  BOOST_TEST(said.owner.value().email == "a@b.c");
  BOOST_TEST(said.owner->name.empty());
  BOOST_TEST(
      (faults_in(decode_tenant(R"({"slug":"Not A Label","owner":{"mail":"x"}})").error().errors) ==
       faults{{"/name", "required"},
              {"/slug", "invalid_format"},
              {"/owner/id", "required"},
              {"/owner/mail", "unknown_field"}}));
}

BOOST_AUTO_TEST_SUITE_END()
