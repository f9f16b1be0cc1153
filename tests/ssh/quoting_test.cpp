#include <boost/test/unit_test.hpp>

#include <random>

#include "ssh/command_line.hpp"
#include "ssh/shell.hpp"

namespace cloudpods::ssh::test {

namespace {

/// Prints each argument with a NUL behind it.
const std::string printing =
    "\ncloudpods_print() { for word do printf '%s\\0' \"$word\"; done; }\n";

std::vector<std::string> words_through(const std::string& shell,
                                       const std::vector<std::string>& words,
                                       const std::filesystem::path& home) {
  running_shell running{printing + "cloudpods_print " + quoted(words).value() + "\n", home, shell};
  const auto end = running.finish();
  std::vector<std::string> seen;
  for (std::size_t at = 0; at < end.out.size();) {
    const auto stop = end.out.find('\0', at);
    seen.push_back(end.out.substr(at, stop - at));
    at = stop + 1;
  }
  return seen;
}

std::string hostile(std::mt19937& chance) {
  static const std::vector<std::string> pieces{
      "'",   "\"",   "\\", "$(touch x)", "`id`", "$HOME", "${x}",     "*",    "?",    "[a-z]",
      "\n",  "\r\n", "\t", " ",          ";",    "&&",    "|",        "> x",  "<",    "#",
      "~",   "!",    "-n", "--",         "=",    "{a,b}", "\x1b[31m", "\xff", "\xc3", "'\\''",
      "%00", "EOF",  "()", "\\\n",       "''",   "\x01",  "&",        "$'x'", "\b",   "é"};
  std::string text;
  const auto count = chance() % 12;
  for (std::size_t i = 0; i < count; ++i) {
    if (chance() % 4 == 0)
      text += static_cast<char>(1 + chance() % 255);
    else
      text += pieces[chance() % pieces.size()];
  }
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(quoting)

BOOST_AUTO_TEST_CASE(every_byte_but_nul_comes_through_a_real_shell) {
  const scratch_directory home;
  std::vector<std::string> words{"", "-", "--", "-rf", "'"};
  for (int byte = 1; byte < 256; ++byte)
    words.emplace_back(1, static_cast<char>(byte));
  for (const auto* shell : {"/bin/sh", "/bin/bash"})
    BOOST_TEST((words_through(shell, words, home.path()) == words));
}

BOOST_AUTO_TEST_CASE(thousands_of_hostile_words_come_through_a_real_shell) {
  const scratch_directory home;
  std::mt19937 chance{20240607};
  for (const auto* shell : {"/bin/sh", "/bin/bash"})
    for (int round = 0; round < 50; ++round) {
      std::vector<std::string> words;
      for (int i = 0; i < 100; ++i)
        words.push_back(hostile(chance));
      BOOST_TEST_REQUIRE((words_through(shell, words, home.path()) == words));
    }
  BOOST_TEST(std::filesystem::is_empty(home.path()));
}

BOOST_AUTO_TEST_CASE(a_very_long_word_comes_through) {
  const scratch_directory home;
  const std::vector<std::string> words{std::string(100000, '\''), "end"};
  // As a script from a file: one argument of a program is limited to 128 KiB.
  write_file(home.path() / "script", printing + "cloudpods_print " + quoted(words).value());
  running_shell running{". \"$HOME/script\"", home.path()};
  BOOST_TEST(running.finish().out == words[0] + '\0' + words[1] + '\0');
}

BOOST_AUTO_TEST_CASE(nul_is_refused) {
  BOOST_TEST(!quoted(std::string_view{"a\0b", 3}).has_value());
  BOOST_TEST(!quoted(std::vector<std::string>{"a", std::string(1, '\0')}).has_value());
  const node_command what{.argv = {"echo", std::string(1, '\0')}, .input = {}};
  BOOST_TEST(!start_line({{"i", "s", 1}, 1}, what, {}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
