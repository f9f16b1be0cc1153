#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

#include "config/fixture.hpp"

using namespace cloudpods::config;

namespace {

constexpr int rounds = 2000;

/// Pieces that have a meaning somewhere in the file, put where they have none.
constexpr std::array pieces{"\"",  "[",  "]",   "[[",   "]]", "=",        "\n",  "{",
                            "}",   "-1", "1e9", "nan",  "#",  "'''",      ".",   "true",
                            "\\u", "[]", "{}",  "\"\"", "..", "99999999", "0x1", "1979-05-27",
                            "\0",  "\t", "é",   "/0",   "::", ",",        "=[",  "inf"};

class mutator {
public:
  explicit mutator(unsigned seed) : random_(seed) {}

  std::string mutated(std::string text) {
    for (auto times = 1 + below(4); times > 0; --times)
      once(text);
    return text;
  }

private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_);
  }

  void once(std::string& text) {
    const auto at = below(text.size());
    switch (below(5)) {
    case 0:
      text[at] = static_cast<char>(below(256));
      break;
    case 1:
      text.erase(at, 1 + below(40));
      break;
    case 2:
      text.insert(at, pieces[below(pieces.size())]);
      break;
    case 3:
      text.insert(below(text.size()), text.substr(at, below(200)));
      break;
    default:
      replace_value(text, at);
    }
    if (text.empty())
      text = " ";
  }

  /// Puts another value behind the next `=`: mutations that are still TOML reach the rules.
  void replace_value(std::string& text, std::size_t at) {
    const auto equals = text.find('=', at);
    const auto end = text.find('\n', std::min(equals, text.size()));
    if (equals == std::string::npos || end == std::string::npos)
      return;
    constexpr std::array values{"0",  "-1",  "[]",      "\"\"", "true",     "9223372036854775807",
                                "{}", "1.5", "[\"x\"]", "[[]]", "\"pve1\"", "\"10.0.0.0/8\""};
    text.replace(equals + 1, end - equals - 1, values[below(values.size())]);
  }

  std::mt19937 random_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(mutations)

BOOST_FIXTURE_TEST_CASE(no_file_makes_load_throw_or_tell_a_secret, config_folder) {
  const std::string good = text;
  mutator each{4711};
  int refused = 0;
  for (int round = 0; round < rounds; ++round) {
    text = each.mutated(good);
    const auto found = faults();
    refused += found.empty() ? 0 : 1;
    for (const auto& one : found) {
      BOOST_REQUIRE(!one.sentence.empty());
      BOOST_REQUIRE(!cloudpods::config::text(one, "f").contains(good_secret));
    }
  }
  // Most slips are found; had none or all been, this test would test nothing.
  BOOST_TEST(refused > rounds / 4);
  BOOST_TEST(refused < rounds);
}

BOOST_FIXTURE_TEST_CASE(no_environment_makes_load_throw, config_folder) {
  const std::vector<std::string> texts{"", "[", "[]", "-", "1e400", ",,", "\xff", "[[\"a\"]]", "0"};
  for (const auto* name : {"CLOUDPODS_HTTP_LISTEN", "CLOUDPODS_HTTP_THREADS",
                           "CLOUDPODS_AUTH_AUDIENCE", "CLOUDPODS_SCRIPTS_CT_CREATE",
                           "CLOUDPODS_DEFAULTS_PROTECTED_VMIDS", "CLOUDPODS_SSH_PRIVATE_KEY_FILE",
                           "CLOUDPODS_AUTH_HS256_SECRET_FILE", "CLOUDPODS_POSTGRES_DSN"})
    for (const auto& value : texts) {
      variables = {{name, value}};
      for (const auto& one : faults())
        BOOST_TEST(!one.sentence.empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
