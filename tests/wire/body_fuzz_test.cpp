#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

#include "wire/action_json.hpp"
#include "wire/command_json.hpp"
#include "wire/event_json.hpp"
#include "wire/field_codec.hpp"
#include "wire/platform_bodies.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;

namespace {

const std::vector<std::string> seeds{
    R"({"planCode":"starter"})",
    R"({"tenantId":"T","planCode":"starter","blueprintCode":"u","name":"shop","metadata":{"a":"b"},)"
    R"("options":{"sshKeys":["ssh-ed25519 AAAAC3Nz"],"node":"pve1","userData":"#c"}})",
    R"({"reason":"enough","finalBackup":false})",
    R"({"tenantId":"T","hostname":"box","vmid":9101,"planId":"p","cores":2,"autoIp":true})",
    R"({"newCores":2,"newMemoryMb":1024,"ip":"10.1.10.91","diskGb":8})",
    R"({"cpuCores":2,"ramMb":1024,"diskGb":40,"reboot":true,"reason":"more"})",
    R"({"name":"shop","slug":"shop","owner":{"id":"u-1","email":"a@b.c"},"maxPods":-1})",
    R"({"from":100000,"to":100001})",
    R"({"a":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]})",
    "\"\\ud83d\\ude00\\u0000\"",
    "2026-01-31T12:00:00.000Z"};

class mutations {
public:
  explicit mutations(std::uint64_t seed) : chance_(seed) {}

  std::string next() {
    if (below(8) == 0)
      return noise();
    auto text = seeds[below(seeds.size())];
    for (auto left = 1 + below(4); left > 0; --left)
      mutate(text);
    return text;
  }

private:
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(chance_);
  }
  char any() {
    static const std::string odd = "{}[]\",:\\0-.eEu \n\xff\xc3";
    return below(2) == 0 ? odd[below(odd.size())] : static_cast<char>(below(256));
  }
  std::string noise() {
    std::string made;
    for (auto left = below(64); left > 0; --left)
      made += any();
    return made;
  }
  void mutate(std::string& text) {
    const auto at = below(text.size() + 1);
    switch (below(5)) {
    case 0:
      text.insert(at, 1, any());
      break;
    case 1:
      text.erase(at, 1 + below(4));
      break;
    case 2:
      if (at < text.size())
        text[at] = any();
      break;
    case 3:
      text.resize(at);
      break;
    default:
      text.insert(at, seeds[below(seeds.size())]);
    }
  }

  std::mt19937_64 chance_;
};

/// What any body must come to, whichever command reads it.
template <class Command>
void check_answer(const domain::expected<decoded<Command>>& body, std::string_view text) {
  if (!body) {
    BOOST_REQUIRE((body.error().code == domain::problem_code::invalid_json));
    const auto offset = std::get<std::int64_t>(body.error().details.at(0).value);
    BOOST_REQUIRE(offset >= 0);
    BOOST_REQUIRE(offset <= static_cast<std::int64_t>(text.size()));
  } else if (!body->command) {
    BOOST_REQUIRE((body->command.error().code == domain::problem_code::validation_failed));
    BOOST_REQUIRE(!body->command.error().errors.empty());
  } else {
    boost::json::error_code error;
    boost::json::parse(body->command->payload.value, error);
    BOOST_REQUIRE(!error);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(any_bytes)

BOOST_AUTO_TEST_CASE(are_answered_and_never_thrown_at) {
  mutations next{23};
  int taken = 0;
  for (int i = 0; i < 20000; ++i) {
    // A copy of exactly that size, so that a read past the end is seen.
    const auto text = next.next();
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view{exact.data(), exact.size()};
    const auto order = decode_order(view);
    check_answer(order, view);
    check_answer(decode_destroy(view), view);
    for (const auto action : {domain::item_action::scale, domain::item_action::backup,
                              domain::item_action::snapshot, domain::item_action::stop})
      check_answer(decode_action(action, view), view);
    check_answer(decode_create(view), view);
    check_answer(decode_platform_action(domain::item_action::scale, view), view);
    static_cast<void>(decode_limits(view));
    static_cast<void>(decode_tenant(view));
    taken += order && order->command ? 1 : 0;
    static_cast<void>(is_ssh_public_key(view));
    static_cast<void>(time_from_text(view));
    static_cast<void>(decode_payload("pod.renumbered", 1, view));
    static_cast<void>(decode_payload("pod.ordered", 1, view));
  }
  BOOST_TEST(taken > 50);
}

BOOST_AUTO_TEST_SUITE_END()
