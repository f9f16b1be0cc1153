#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <set>

#include "client/command_table.hpp"
#include "client/completion.hpp"
#include "client/fixture.hpp"
#include "client/options.hpp"

using namespace cloudpods::client;

namespace {

/// An example of the table as a shell would hand it over; what goes to a file is left out.
std::vector<std::string> split(std::string_view example) {
  std::vector<std::string> words{"cloudpodsctl"};
  std::string word;
  bool is_quoted = false;
  for (const char c : std::string{example.substr(0, example.find(" > "))} + ' ') {
    if (c == '\'')
      is_quoted = !is_quoted;
    else if (c == ' ' && !is_quoted)
      words.push_back(std::exchange(word, {}));
    else
      word += c;
  }
  return words;
}

} // namespace

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(each_command_has_its_own_words_and_a_help) {
  std::set<std::string_view> paths;
  for (const auto& row : command_table()) {
    BOOST_TEST(paths.insert(row.path).second, row.path);
    BOOST_TEST(!row.help.empty(), row.path);
    BOOST_TEST(row.example.starts_with(row.path), row.path);
    BOOST_TEST((row.run != nullptr), row.path);
  }
}

BOOST_AUTO_TEST_CASE(each_example_is_understood_as_its_command) {
  for (const auto& row : command_table()) {
    auto words = split(row.example);
    std::erase_if(words, [](const auto& each) { return each.starts_with("~/"); });
    std::erase(words, "--ssh-key"); // its file is the reader's
    std::vector<const char*> raw;
    for (const auto& each : words)
      raw.push_back(each.c_str());
    const auto asked = parse_arguments(static_cast<int>(raw.size()), raw.data());
    BOOST_TEST_CONTEXT(row.example) {
      BOOST_REQUIRE_MESSAGE(asked.has_value(), (asked ? "" : asked.error().text));
      BOOST_TEST(asked->what->path == row.path);
    }
  }
}

BOOST_FIXTURE_TEST_CASE(each_command_teaches_itself, command_line) {
  for (const auto& row : command_table()) {
    auto words = split(row.path);
    words.erase(words.begin());
    words.emplace_back("--help");
    BOOST_TEST(run(words) == 0);
    BOOST_TEST(out.contains(row.help), row.path);
    BOOST_TEST(out.contains("Example:\n  cloudpodsctl " + std::string{row.example}), row.path);
    for (const auto& each : row.takes)
      BOOST_TEST(out.contains(each.key()), each.key());
  }
  BOOST_TEST(run({"--help"}) == 0);
  for (const auto& row : command_table())
    BOOST_TEST(out.contains("\n" + std::string{row.group} + ":\n"), row.group);
}

BOOST_FIXTURE_TEST_CASE(each_completion_knows_every_command_option_and_word, command_line) {
  variables["CLOUDPODS_URL"] = "no address"; // it asks nobody
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    BOOST_TEST(run({"completion", shell}) == 0);
    for (const auto& row : command_table()) {
      BOOST_TEST(out.contains('\'' + std::string{row.path} + '\''), row.path);
      for (const auto& each : row.takes) {
        if (!each.is_option())
          continue;
        BOOST_TEST(out.contains(each.key().substr(2)), each.key());
        BOOST_TEST(out.contains(each.words), each.words);
      }
    }
  }
  BOOST_TEST(run({"completion", "csh"}) == 2);
}

BOOST_FIXTURE_TEST_CASE(an_option_goes_with_its_own_command_only, command_line) {
  for (const auto& wrong :
       std::vector<std::vector<std::string>>{{"quota", "set", "--plan", "p", "--tenant", "T"},
                                             {"list", "--no-wait"},
                                             {"show", "1", "--idempotency-key", "k"},
                                             {"backup", "1", "--mode", "warm"},
                                             {"snapshot"},
                                             {"stop", "1", "--timeout", "0"},
                                             {"quota", "set", "--tenant", "T"},
                                             {"quota", "set", "--max-pods", "1"},
                                             {"scale", "1"},
                                             {"scale", "1", "--cpu", "2", "--plan", "p"},
                                             {"events", "--all", "--tenant", "T"}}) {
    BOOST_TEST(run(wrong) == 2, wrong.front());
    BOOST_TEST(!err.empty());
  }
}

BOOST_AUTO_TEST_CASE(the_guide_names_every_command) {
  std::ifstream file{CLI_GUIDE};
  const std::string guide{std::istreambuf_iterator<char>{file}, {}};
  for (const auto& row : command_table())
    BOOST_TEST(guide.contains('`' + std::string{row.path}), row.path);
}

BOOST_AUTO_TEST_SUITE_END()
