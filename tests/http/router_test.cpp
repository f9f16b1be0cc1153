#include <array>
#include <string>

#include <boost/test/unit_test.hpp>

#include "http/router.hpp"
#include "http/target.hpp"

using namespace cloudpods;
using http::access;
using http::action;
using http::verb;

namespace {

constexpr std::array table{
    http::route{verb::get, "/api/pods", access::token, action::read, nullptr},
    http::route{verb::get, "/api/pods/{ref}", access::token, action::read, nullptr},
    http::route{verb::del, "/api/pods/{ref}", access::token, action::destroy, nullptr},
    http::route{verb::get, "/api/pods/jobs", access::token, action::read, nullptr},
    http::route{verb::get, "/api/pods/jobs/{id}", access::token, action::read, nullptr},
    http::route{verb::post, "/api/pods/{ref}/destroy", access::token, action::destroy, nullptr},
};

struct routing_fixture {
  http::router routes{table};
  std::optional<http::target> last;

  std::optional<http::match> find(verb method, const std::string& path) {
    last = http::target::parse(path);
    BOOST_TEST_REQUIRE(last.has_value(), path);
    return routes.find(method, last->segments());
  }

  std::string chosen(verb method, const std::string& path) {
    const auto found = find(method, path);
    return found && found->chosen ? std::string{found->chosen->path} : "";
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(routing, routing_fixture)

BOOST_AUTO_TEST_CASE(a_literal_segment_wins_over_a_parameter) {
  BOOST_TEST(chosen(verb::get, "/api/pods/jobs") == "/api/pods/jobs");
  BOOST_TEST(chosen(verb::get, "/api/pods/100007") == "/api/pods/{ref}");
  BOOST_TEST(chosen(verb::get, "/api/pods/jobs/destroy") == "/api/pods/jobs/{id}");
}

BOOST_AUTO_TEST_CASE(a_slash_at_the_end_and_a_query_change_nothing) {
  BOOST_TEST(chosen(verb::get, "/api/pods/") == "/api/pods");
  BOOST_TEST(chosen(verb::get, "/api/pods?limit=3") == "/api/pods");
  BOOST_TEST(chosen(verb::get, "http://host/api/pods") == "/api/pods");
}

BOOST_AUTO_TEST_CASE(an_empty_segment_is_no_parameter) {
  BOOST_TEST(!find(verb::get, "/api/pods//destroy"));
  BOOST_TEST(!find(verb::get, "/"));
  BOOST_TEST(!find(verb::get, "/a/b/c/d/e/f/g/h/i/j"));
}

BOOST_AUTO_TEST_CASE(parameters_are_decoded) {
  BOOST_TEST(find(verb::get, "/api/pods/a%2Fb")->parameters[0] == "a/b");
  BOOST_TEST(find(verb::post, "/api/p%6Fds/a+b/destroy")->parameters[0] == "a+b");
}

BOOST_AUTO_TEST_CASE(head_is_answered_as_get) {
  BOOST_TEST(chosen(verb::head, "/api/pods/7") == "/api/pods/{ref}");
}

BOOST_AUTO_TEST_CASE(another_method_on_a_known_path_gets_the_list_of_those_there_are) {
  const auto found = find(verb::put, "/api/pods/7");
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST((found->chosen == nullptr));
  BOOST_TEST(found->allow == "GET, HEAD, DELETE");
  BOOST_TEST(find(verb::del, "/api/pods/jobs")->allow == "GET, HEAD");
  BOOST_TEST(find(verb::other, "/api/pods/7/destroy")->allow == "POST");
}

BOOST_AUTO_TEST_CASE(queries_are_decoded_as_forms_are) {
  const auto parsed = http::target::parse("/x?a=1&a=2&name=a+b%26c&flag&=&a%3D=3");
  BOOST_TEST(parsed->parameter("a").value() == "1");
  BOOST_TEST(parsed->parameters("a").size() == 2U);
  BOOST_TEST(parsed->parameter("name").value() == "a b&c");
  BOOST_TEST(parsed->parameter("flag").value() == "");
  BOOST_TEST(parsed->parameter("a=").value() == "3");
  BOOST_TEST(!parsed->parameter("b"));
}

BOOST_AUTO_TEST_CASE(what_is_no_target_is_refused) {
  for (const auto* text : {"*", "host:443", "/a%", "/a%zz", "/a b", "/a#b", "", "/a?b=%f"})
    BOOST_TEST(!http::target::parse(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
