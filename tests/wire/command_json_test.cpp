#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "wire/command_json.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;

namespace json = boost::json;

namespace {

const std::string key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM9KJlHSjt0AlVXD4kd0aL1CriiIUmqk4Qou"
                        "FZqXOntM one@example";

using faults = std::vector<std::pair<std::string, std::string>>;

template <class Command>
faults faults_in(const domain::expected<decoded<Command>>& body) {
  faults found;
  if (!body || body->command)
    return found;
  for (const auto& each : body->command.error().errors)
    found.emplace_back(each.field, each.code);
  return found;
}

faults of_order(const std::string& text) { return faults_in(decode_order(text)); }

/// The faults of an order that is good but for these members.
faults with(const std::string& members) {
  return of_order("{\"planCode\":\"starter\"," + members + "}");
}

domain::order_pod good(const std::string& members) {
  return decode_order("{\"planCode\":\"starter\"," + members + "}").value().command.value();
}

std::string repeated(std::string_view text, int times) {
  std::string made;
  for (int i = 0; i < times; ++i)
    made += text;
  return made;
}

} // namespace

// Contract 5 and 6, POST /order.
BOOST_AUTO_TEST_SUITE(order_bodies)

BOOST_AUTO_TEST_CASE(everything_that_an_order_may_hold_is_read) {
  const auto body = decode_order(
      R"({"tenantId":"T-1","planCode":"starter","blueprint":"ubuntu","name":"shop","primaryDomain":)"
      R"("shop.example.org","subscriptionId":"sub#1","metadata":{"a":"b","":null},"options":{}})");
  BOOST_TEST((faults_in(body) == faults{{"/metadata/", "invalid_type"}}));
  const auto order =
      decode_order(R"({"tenantId":"T-1","planCode":"starter","blueprint":"ubuntu",)"
                   R"("name":"shop","primaryDomain":"shop.example.org",)"
                   R"("subscriptionId":"sub#1","metadata":{"a":"b"},"options":{"sshKeys":[")" +
                   key + R"("],"node":"pve1","region":"east","userData":"#cloud-config"}})")
          .value();
  BOOST_TEST(order.tenant.value() == "T-1");
  const auto& command = order.command.value();
  BOOST_TEST(command.plan == "starter");
  BOOST_TEST(command.blueprint.value() == "ubuntu");
  BOOST_TEST(command.name.value() == "shop");
  BOOST_TEST(command.primary_domain.value() == "shop.example.org");
  BOOST_TEST(command.subscription.value() == "sub#1");
  BOOST_TEST(command.metadata.at("a") == "b");
  BOOST_TEST(command.ssh_keys.at(0) == key);
  BOOST_TEST(command.node.value() == "pve1");
  BOOST_TEST(command.region.value() == "east");
  BOOST_TEST(command.user_data == "#cloud-config");
  BOOST_TEST(command.user_data_sha256 == sha256_hex("#cloud-config"));
}

BOOST_AUTO_TEST_CASE(the_payload_of_the_job_has_no_user_data) {
  const auto command = good(R"("options":{"userData":"#secret"},"name":"a")");
  const auto payload = json::parse(command.payload.value).as_object();
  BOOST_TEST(command.payload.value.find("secret") == std::string::npos);
  BOOST_TEST(payload.at("options").at("userDataBytes").as_int64() == 7);
  BOOST_TEST(payload.at("options").at("userDataSha256").as_string() == sha256_hex("#secret"));
  BOOST_TEST(payload.at("planCode").as_string() == "starter");
}

BOOST_AUTO_TEST_CASE(null_counts_as_absent) {
  const auto command = good(R"("name":null,"metadata":null,"options":null,"blueprint":null)");
  BOOST_TEST(!command.name.has_value());
  BOOST_TEST(!command.blueprint.has_value());
  BOOST_TEST((of_order(R"({"planCode":null})") == faults{{"/planCode", "required"}}));
}

BOOST_AUTO_TEST_CASE(a_plan_is_required) {
  BOOST_TEST((of_order("") == faults{{"/planCode", "required"}}));
  BOOST_TEST((of_order(R"({"planCode":""})") == faults{{"/planCode", "out_of_range"}}));
}

BOOST_AUTO_TEST_CASE(an_alias_is_taken_unless_it_says_something_else) {
  BOOST_TEST(good(R"("blueprintCode":"ubuntu")").blueprint.value() == "ubuntu");
  BOOST_TEST(good(R"("blueprintCode":"u","blueprint":"u")").blueprint.value() == "u");
  BOOST_TEST(good(R"("blueprintCode":"u","blueprint":null)").blueprint.value() == "u");
  BOOST_TEST(
      (with(R"("blueprintCode":"u","blueprint":"v")") == faults{{"/blueprintCode", "conflict"}}));
}

BOOST_AUTO_TEST_CASE(wrong_types_are_named_with_their_pointers) {
  BOOST_TEST((of_order(R"({"planCode":1,"blueprint":[],"name":{},"primaryDomain":true,)"
                       R"("subscriptionId":2.5,"metadata":"x","options":[],"tenantId":7})") ==
              faults{{"/tenantId", "invalid_type"},
                     {"/planCode", "invalid_type"},
                     {"/blueprint", "invalid_type"},
                     {"/name", "invalid_type"},
                     {"/primaryDomain", "invalid_type"},
                     {"/subscriptionId", "invalid_type"},
                     {"/metadata", "invalid_type"},
                     {"/options", "invalid_type"}}));
  BOOST_TEST((with(R"("options":{"sshKeys":"x","node":1,"region":{},"userData":[]})") ==
              faults{{"/options/sshKeys", "invalid_type"},
                     {"/options/node", "invalid_type"},
                     {"/options/region", "invalid_type"},
                     {"/options/userData", "invalid_type"}}));
}

BOOST_AUTO_TEST_CASE(all_faults_come_at_once) {
  BOOST_TEST((of_order(R"({"name":"Shop","primaryDomain":"a..b","subscriptionId":"a b",)"
                       R"("tenantId":"a/b","colour":"red","options":{"node":"","size":1}})") ==
              faults{{"/tenantId", "invalid_format"},
                     {"/planCode", "required"},
                     {"/name", "invalid_format"},
                     {"/primaryDomain", "invalid_format"},
                     {"/subscriptionId", "invalid_format"},
                     {"/options/node", "invalid_format"},
                     {"/options/size", "unknown_field"},
                     {"/colour", "unknown_field"}}));
}

BOOST_AUTO_TEST_CASE(a_refused_order_still_says_whose_it_is) {
  const auto body = decode_order(R"({"tenantId":"T-2","nonsense":1})");
  BOOST_TEST(body->tenant.value() == "T-2");
  BOOST_TEST(!body->command.has_value());
  BOOST_TEST((body->command.error().code == domain::problem_code::validation_failed));
}

BOOST_AUTO_TEST_CASE(names_in_pointers_are_escaped) {
  BOOST_TEST((with(R"("a/b~c":1)") == faults{{"/a~1b~0c", "unknown_field"}}));
}

BOOST_AUTO_TEST_CASE(a_key_that_stands_twice_is_a_fault_wherever_it_stands) {
  BOOST_TEST((with(R"("planCode":"starter")") == faults{{"/planCode", "duplicate_key"}}));
  BOOST_TEST((with(R"("plan\u0043ode":"x")") == faults{{"/planCode", "duplicate_key"}}));
  BOOST_TEST(
      (with(R"("options":{"node":"a","node":"a"})") == faults{{"/options/node", "duplicate_key"}}));
  BOOST_TEST((with(R"("metadata":{"a":"1","a":"2"})") == faults{{"/metadata/a", "duplicate_key"}}));
  BOOST_TEST((with(R"("x":1,"x":2)") == faults{{"/x", "unknown_field"}, {"/x", "duplicate_key"}}));
}

BOOST_AUTO_TEST_CASE(a_nul_is_a_fault_in_every_text) {
  BOOST_TEST((of_order(R"({"planCode":"a\u0000"})") == faults{{"/planCode", "invalid_format"}}));
  BOOST_TEST((with(R"("name":"a\u0000","options":{"userData":"\u0000"})") ==
              faults{{"/name", "invalid_format"}, {"/options/userData", "invalid_format"}}));
  BOOST_TEST((with(R"("metadata":{"a":"\u0000"})") == faults{{"/metadata/a", "invalid_format"}}));
  const auto named = with(R"("metadata":{"a\u0000":"b"})");
  BOOST_REQUIRE(named.size() == 1U);
  BOOST_TEST(named[0].second == "invalid_format");
}

BOOST_AUTO_TEST_CASE(metadata_has_at_most_16_pairs_of_64_and_256_characters) {
  std::string pairs;
  for (int i = 0; i < 16; ++i)
    pairs += (i == 0 ? "" : ",") + ("\"k" + std::to_string(i)) + "\":\"v\"";
  BOOST_TEST(good("\"metadata\":{" + pairs + "}").metadata.size() == 16U);
  BOOST_TEST(
      (with("\"metadata\":{" + pairs + ",\"x\":\"\"}") == faults{{"/metadata", "out_of_range"}}));
  const auto pair = [](const std::string& name, const std::string& value) {
    return "\"metadata\":{\"" + name + "\":\"" + value + "\"}";
  };
  const auto letters = repeated("\u20ac", 64);
  BOOST_TEST(good(pair(letters, repeated("\U0001f600", 256))).metadata.contains(letters));
  BOOST_TEST((with(pair(std::string(65, 'k'), "")) ==
              faults{{"/metadata/" + std::string(65, 'k'), "out_of_range"}}));
  BOOST_TEST((with(pair("k", std::string(257, 'v'))) == faults{{"/metadata/k", "out_of_range"}}));
  BOOST_TEST((with(pair("", "v")) == faults{{"/metadata/", "out_of_range"}}));
  BOOST_TEST((with(R"("metadata":{"a":1,"b":["x"]})") ==
              faults{{"/metadata/a", "invalid_type"}, {"/metadata/b", "invalid_type"}}));
}

BOOST_AUTO_TEST_CASE(each_bad_ssh_key_is_named_by_its_place) {
  BOOST_TEST(
      (with("\"options\":{\"sshKeys\":[\"" + key + "\",\"x\",7]}") ==
       faults{{"/options/sshKeys/1", "invalid_format"}, {"/options/sshKeys/2", "invalid_format"}}));
  std::string many = "\"" + key + "\"";
  many += repeated(",\"" + key + "\"", 31);
  BOOST_TEST(good("\"options\":{\"sshKeys\":[" + many + "]}").ssh_keys.size() == 32U);
  BOOST_TEST((with("\"options\":{\"sshKeys\":[" + many + ",\"" + key + "\"]}") ==
              faults{{"/options/sshKeys", "out_of_range"}}));
}

BOOST_AUTO_TEST_CASE(user_data_has_at_most_16_kib) {
  const auto of_size = [](std::size_t size) {
    return "\"options\":{\"userData\":\"" + std::string(size, 'x') + "\"}";
  };
  BOOST_TEST(good(of_size(16384)).user_data.size() == 16384U);
  BOOST_TEST((with(of_size(16385)) == faults{{"/options/userData", "out_of_range"}}));
}

BOOST_AUTO_TEST_CASE(malformed_json_is_no_order) {
  const auto body = decode_order("{\"planCode\":}");
  BOOST_TEST((body.error().code == domain::problem_code::invalid_json));
  BOOST_TEST((body.error().details == std::vector<domain::detail>{{"offset", std::int64_t{12}}}));
}

BOOST_AUTO_TEST_SUITE_END()

// Contract 6, POST /{ref}/destroy.
BOOST_AUTO_TEST_SUITE(destroy_bodies)

BOOST_AUTO_TEST_CASE(a_destroy_may_be_empty) {
  const auto command = decode_destroy("").value().command.value();
  BOOST_TEST(command.reason.empty());
  BOOST_TEST(command.payload.value == R"({"reason":""})");
}

BOOST_AUTO_TEST_CASE(a_reason_is_kept) {
  const auto command =
      decode_destroy(R"({"reason":"no \"money\"","finalBackup":false})").value().command.value();
  BOOST_TEST(command.reason == "no \"money\"");
  BOOST_TEST(json::parse(command.payload.value).at("reason").as_string() == command.reason);
}

BOOST_AUTO_TEST_CASE(a_destroy_may_ask_for_a_last_backup) {
  const auto command = decode_destroy(R"({"finalBackup":true})").value().command.value();
  BOOST_TEST(command.parameters.backup_first);
  BOOST_TEST(command.payload.value == R"({"reason":"","finalBackup":true})");
  BOOST_TEST(!decode_destroy("").value().command.value().parameters.backup_first);
}

BOOST_AUTO_TEST_CASE(all_faults_of_a_destroy_come_at_once) {
  BOOST_TEST((faults_in(decode_destroy(R"({"reason":7,"finalBackup":"yes","force":true})")) ==
              faults{{"/reason", "invalid_type"},
                     {"/finalBackup", "invalid_type"},
                     {"/force", "unknown_field"}}));
  BOOST_TEST((faults_in(decode_destroy(R"({"reason":"a","reason":"b"})")) ==
              faults{{"/reason", "duplicate_key"}}));
}

BOOST_AUTO_TEST_SUITE_END()
