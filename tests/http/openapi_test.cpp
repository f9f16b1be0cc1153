#include <cctype>
#include <set>
#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"
#include "http/openapi_document.hpp"
#include "http/routes.hpp"

using namespace cloudpods;

BOOST_FIXTURE_TEST_SUITE(the_openapi_document, test::api_fixture)

BOOST_AUTO_TEST_CASE(the_document_has_exactly_the_routes_that_there_are) {
  const auto document = boost::json::parse(http::openapi_document());
  std::set<std::string> described;
  for (const auto& path : document.at("paths").as_object())
    for (const auto& member : path.value().as_object())
      if (member.key() != "parameters" && member.key() != "servers")
        described.insert(std::string{member.key()} + " " + std::string{path.key()});
  std::set<std::string> routed;
  for (const auto& each : http::route_table()) {
    std::string line{http::name_of(each.method)};
    for (auto& letter : line)
      letter = static_cast<char>(std::tolower(letter));
    routed.insert(line + " " + std::string{each.path});
  }
  BOOST_TEST(described == routed, boost::test_tools::per_element());
  serve();
  BOOST_TEST(json(ask("GET", "/openapi.json", "")).at("openapi").as_string() == "3.1.0");
}

BOOST_AUTO_TEST_CASE(every_reference_of_the_document_leads_somewhere) {
  const auto text = http::openapi_document();
  const auto document = boost::json::parse(text);
  constexpr std::string_view mark = R"("$ref":"#)";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const auto from = at + mark.size();
    const auto pointer = text.substr(from, text.find('"', from) - from);
    boost::system::error_code fault;
    BOOST_TEST(document.find_pointer(pointer, fault) != nullptr, pointer);
  }
}

BOOST_AUTO_TEST_SUITE_END()
