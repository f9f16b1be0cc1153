#include <fstream>

#include <boost/test/unit_test.hpp>

#include "config/file_values.hpp"
#include "support/temporary_folder.hpp"

// Contract 3: what a reload takes up, and what needs a restart.

using namespace cloudpods::config;

namespace {

file_values read(const std::string& text) {
  const cloudpods::support::temporary_folder folder;
  std::ofstream{folder.path() / "it.toml"} << text;
  return values_of(folder.path() / "it.toml");
}

} // namespace

BOOST_AUTO_TEST_SUITE(keys_of_a_file)

BOOST_AUTO_TEST_CASE(every_key_has_its_path) {
  const auto all = read("[http]\nthreads = 2\n[[nodes]]\nname = \"a\"\n[[nodes]]\nname = \"b\"\n"
                        "[auth]\naudience = [\"x\", \"y\"]\n");
  BOOST_TEST(all.size() == 5U);
  BOOST_TEST(all.contains("http.threads"));
  BOOST_TEST(all.contains("nodes[1].name"));
  BOOST_TEST(all.contains("auth.audience[1]"));
}

BOOST_AUTO_TEST_CASE(what_a_reload_takes_up_needs_no_restart) {
  const auto before = read("[quota]\nmax_pods = 1\n[log]\nlevel = \"info\"\nformat = \"json\"\n"
                           "[[plans]]\ncode = \"a\"\n[auth]\njwks_file = \"k\"\n");
  const auto after = read("[quota]\nmax_pods = 2\n[log]\nlevel = \"debug\"\nformat = \"text\"\n"
                          "[[plans]]\ncode = \"b\"\n[[plans]]\ncode = \"a\"\n"
                          "[auth]\njwks_file = \"l\"\n");
  BOOST_TEST(restart_keys(before, after) == std::vector<std::string>{"log.format"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_came_went_or_changed_is_named_once) {
  const auto before = read("[http]\nthreads = 1\nlisten = \"a\"\n[postgres]\ndsn = \"p\"\n");
  const auto after = read("[http]\nthreads = 2\n[postgres]\ndsn = \"p\"\nread_connections = 3\n");
  const std::vector<std::string> expected{"http.listen", "http.threads",
                                          "postgres.read_connections"};
  BOOST_TEST(restart_keys(before, after) == expected, boost::test_tools::per_element());
  BOOST_TEST(restart_keys(before, before).empty());
}

BOOST_AUTO_TEST_CASE(names_that_only_begin_alike_are_others) {
  BOOST_TEST(restart_keys({}, read("[plansx]\na = 1\n")).size() == 1U);
  BOOST_TEST(restart_keys({}, read("[log]\nlevels = 1\n")).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
