#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>

#include "wire/event_json.hpp"
#include "wire/values.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;
using namespace cloudpods::wire::samples;

namespace json = boost::json;

namespace {

/// Refused as this event, or taken as `payload`.
bool reads(std::string_view name, const json::value& data) {
  return decode_payload(name, domain::event_version, json::serialize(data)).has_value();
}

/// A value of every other kind than `fits`.
std::vector<json::value> mistypes(const json::value& fits) {
  const std::vector<json::value> kinds{
      nullptr, true, 7, 7.5, "no word of ours", json::array{1}, json::object{{"x", 1}}};
  std::vector<json::value> found;
  for (const auto& each : kinds)
    if (each.kind() != fits.kind() && !(each.is_number() && fits.is_number()))
      found.push_back(each);
  return found;
}

std::map<std::string, std::string> golden() {
  std::map<std::string, std::string> lines;
  std::ifstream file{CLOUDPODS_GOLDEN_EVENTS};
  for (std::string line; std::getline(file, line);)
    lines[line.substr(0, line.find(' '))] = line.substr(line.find(' ') + 1);
  return lines;
}

template <class T>
constexpr bool takes_null = false;
template <class T>
constexpr bool takes_null<std::optional<T>> = true;
template <>
constexpr bool takes_null<domain::json_text> = true;

} // namespace

// Contract 9, 13: what is stored is read again, as it was, for ever.
BOOST_AUTO_TEST_SUITE(stored_events)

BOOST_AUTO_TEST_CASE(every_payload_comes_back_as_it_was_stored) {
  any_values values{11};
  for (int round = 0; round < 200; ++round)
    for_each_payload([&]<class Payload>(Payload) {
      const auto payload = made_from<Payload>(values);
      const auto text = encode_payload(payload);
      const auto back = decode_payload(Payload::event_name, domain::event_version, text);
      BOOST_REQUIRE_MESSAGE(back.has_value(), text);
      BOOST_REQUIRE_MESSAGE(std::get<Payload>(*back) == payload, text);
      BOOST_REQUIRE_EQUAL(encode_payload(*back), text);
    });
}

BOOST_AUTO_TEST_CASE(the_stored_form_is_frozen) {
  const auto lines = golden();
  std::size_t known = 0;
  for_each_payload([&]<class Payload>(Payload) {
    fixed_values values;
    const std::string name{Payload::event_name};
    BOOST_REQUIRE_MESSAGE(lines.contains(name), name << " has no line in the golden file");
    const auto payload = made_from<Payload>(values);
    BOOST_TEST(encode_payload(payload) == lines.at(name));
    const auto back = decode_payload(name, 1, lines.at(name));
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((std::get<Payload>(*back) == payload), name);
    ++known;
  });
  BOOST_TEST(known == lines.size());
}

BOOST_AUTO_TEST_CASE(a_missing_field_is_refused_and_named) {
  for (const auto& [name, text] : golden()) {
    const auto whole = json::parse(text).as_object();
    for (const auto& field : whole) {
      auto less = whole;
      less.erase(field.key());
      const auto refused = decode_payload(name, 1, json::serialize(less));
      BOOST_REQUIRE_MESSAGE(!refused.has_value(), name << " without " << field.key());
      BOOST_TEST(refused.error().message.find(std::string{field.key()}) != std::string::npos);
      BOOST_TEST(refused.error().message.find(name) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_mistyped_field_is_refused) {
  for_each_payload([&]<class Payload>(Payload) {
    const std::string name{Payload::event_name};
    const auto whole = json::parse(golden().at(name)).as_object();
    Payload shape;
    domain::for_each_field(shape, [&]<class Member>(std::string_view field, Member&) {
      if constexpr (!std::same_as<Member, domain::json_text>)
        for (const auto& wrong : mistypes(whole.at(field))) {
          auto bad = whole;
          bad[field] = wrong;
          const bool good = takes_null<Member> && wrong.is_null();
          BOOST_TEST(reads(name, bad) == good, name << " with " << field << " " << wrong);
        }
    });
  });
}

BOOST_AUTO_TEST_CASE(data_that_is_no_object_is_refused) {
  for (const auto& [name, text] : golden())
    for (const auto* wrong : {"null", "[]", "1", "\"x\"", "", "{", "{}x", "nul"})
      BOOST_TEST(!decode_payload(name, 1, wrong).has_value(), name << " as " << wrong);
}

BOOST_AUTO_TEST_CASE(a_number_that_does_not_fit_is_refused) {
  for (const auto* wrong : {"2147483648", "-2147483649", "1.0", "1e3", "9223372036854775808"})
    BOOST_TEST(
        !decode_payload("pod.renumbered", 1, "{\"from\":" + std::string{wrong} + ",\"to\":1}")
             .has_value(),
        wrong);
  BOOST_TEST(
      decode_payload("pod.renumbered", 1, R"({"from":2147483647,"to":-2147483648})").has_value());
}

BOOST_AUTO_TEST_CASE(an_unknown_name_or_version_is_refused_and_named) {
  BOOST_TEST(is_known_event("pod.ordered", 1));
  for (const auto& [name, version] : std::vector<std::pair<std::string, int>>{
           {"pod.ordered", 2}, {"pod.ordered", 0}, {"pod.order", 1}, {"", 1}, {"Pod.ordered", 1}}) {
    BOOST_TEST(!is_known_event(name, version));
    const auto refused = decode_payload(name, version, "{}");
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().message.find(name) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(every_event_has_a_name_of_its_own) {
  std::set<std::string> names;
  for_each_payload([&]<class Payload>(Payload payload) {
    BOOST_TEST(names.emplace(Payload::event_name).second);
    BOOST_TEST(domain::event_name(payload) == Payload::event_name);
  });
}

BOOST_AUTO_TEST_CASE(an_actor_is_one_column_both_ways) {
  for (const domain::event_actor& actor : std::vector<domain::event_actor>{
           {domain::actor_kind::user, "user-7"}, {domain::actor_kind::service, "a:b"}, {}})
    BOOST_TEST((actor_from_text(actor_text(actor)) == actor));
  BOOST_TEST((actor_from_text("nonsense") == domain::event_actor{}));
  BOOST_TEST((actor_from_text("") == domain::event_actor{}));
}

BOOST_AUTO_TEST_SUITE_END()

// Contract 9.
BOOST_AUTO_TEST_SUITE(event_frames)

BOOST_AUTO_TEST_CASE(a_frame_has_the_contracts_members_in_their_order) {
  domain::event fact;
  fact.seq = 1043;
  fact.tenant_seq = 57;
  fact.id = domain::event_id{"evt-1"};
  fact.tenant = domain::tenant_id{"T"};
  fact.pod = domain::pod_id{"pod-1"};
  fact.guest = 9101;
  fact.job = domain::job_id{"job-1"};
  fact.category = domain::category::state_change;
  fact.message = "CloudPod created";
  fact.actor = {domain::actor_kind::user, "user-7"};
  fact.request = domain::request_id{"r"};
  fact.payload = domain::pod_deleted{};
  BOOST_TEST(event_frame(fact, "{}") ==
             R"({"type":"event","seq":1043,"tenantSeq":57,"id":"evt-1",)"
             R"("at":"1970-01-01T00:00:00.000Z","tenantId":"T","podId":"pod-1","vmid":9101,)"
             R"("jobId":"job-1","category":"STATE_CHANGE","name":"pod.deleted",)"
             R"("message":"CloudPod created","data":{},)"
             R"("actor":{"kind":"user","id":"user-7"},"requestId":"r"})");
  BOOST_TEST(!event_frame(fact, "{}", false).starts_with(R"({"type")"));
}

BOOST_AUTO_TEST_CASE(what_an_event_does_not_name_is_null) {
  const auto frame = json::parse(event_frame(domain::event{}, "[1]")).as_object();
  for (const auto* name : {"tenantId", "podId", "vmid", "jobId", "requestId"})
    BOOST_TEST(frame.at(name).is_null(), name);
  BOOST_TEST(frame.at("data") == json::value(json::array{1}));
}

BOOST_AUTO_TEST_SUITE_END()
