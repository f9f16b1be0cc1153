#include <boost/test/unit_test.hpp>

#include "client/fixture.hpp"
#include "client/url.hpp"

using namespace cloudpods::client;

BOOST_AUTO_TEST_SUITE(usage)

BOOST_FIXTURE_TEST_CASE(wrong_words_are_exit_code_2, command_line) {
  using words = std::vector<std::string>;
  for (const auto& wrong :
       {words{}, words{"dance"}, words{"order"}, words{"list", "--kind", "kvm"}, words{"show"},
        words{"events", "--since", "-1"}, words{"events", "--since", "x"},
        words{"order", "--plan", "p", "--ssh-key", "/nowhere/key.pub"},
        words{"order", "--plan", "p", "--metadata", "novalue"},
        words{"order", "--plan", "p", "--wait-timeout", "0"}, words{"jobs", "a", "b"}}) {
    BOOST_TEST(run(wrong) == 2);
    BOOST_TEST(out.empty());
    BOOST_TEST(!err.empty());
  }
}

BOOST_FIXTURE_TEST_CASE(help_is_no_failure, command_line) {
  BOOST_TEST(run({"--help"}) == 0);
  for (const auto* word : {"order", "list", "show", "destroy", "jobs", "quota", "plans", "events",
                           "CLOUDPODS_URL", "CLOUDPODS_TOKEN", "Exit codes"})
    BOOST_TEST(out.contains(word), word);
  BOOST_TEST(run({"order", "--help"}) == 0);
  BOOST_TEST(out.contains("--ssh-key"));
}

BOOST_FIXTURE_TEST_CASE(an_address_that_cannot_be_spoken_to_is_exit_code_2, command_line) {
  variables["CLOUDPODS_URL"] = "https://panel.example";
  BOOST_TEST(run({"plans"}) == 2);
  BOOST_TEST(err.contains("plain HTTP"));
}

BOOST_FIXTURE_TEST_CASE(what_would_break_a_header_is_exit_code_2, command_line) {
  BOOST_TEST(run({"plans", "--tenant", "T\r\nX-Evil: 1"}) == 2);
  variables["CLOUDPODS_TOKEN"] = "abc\n";
  BOOST_TEST(run({"plans"}) == 2);
}

BOOST_AUTO_TEST_CASE(an_address_has_host_port_and_prefix) {
  const auto full = url_from_text("http://[::1]:9000/cloud/");
  BOOST_REQUIRE(full.has_value());
  BOOST_TEST(full->host == "::1");
  BOOST_TEST(full->port == "9000");
  BOOST_TEST(full->prefix == "/cloud");
  BOOST_TEST(full->authority() == "[::1]:9000");
  BOOST_TEST(url_from_text("http://pods.example")->port == "80");
  for (const auto* wrong : {"", "127.0.0.1:8080", "http://", "http://:80", "http://h:0",
                            "http://h:x", "http://u@h", "http://h/?q", "ftp://h", "http://h h"})
    BOOST_TEST(!url_from_text(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
