#include <boost/test/unit_test.hpp>

#include "persistence/event_query.hpp"

using namespace cloudpods::persistence;

BOOST_AUTO_TEST_SUITE(event_queries)

BOOST_AUTO_TEST_CASE(a_star_at_the_end_is_open_and_nothing_else_is_special) {
  BOOST_TEST(like_pattern("pod.*") == "pod.%");
  BOOST_TEST(like_pattern("pod.active") == "pod.active");
  BOOST_TEST(like_pattern("100%_\\*") == "100\\%\\_\\\\%");
  BOOST_TEST(like_pattern("*") == "%");
}

BOOST_AUTO_TEST_CASE(what_a_caller_names_is_no_part_of_the_sql) {
  const std::string evil = "' OR true --";
  event_filter filter;
  filter.tenant = cloudpods::domain::tenant_id{evil};
  filter.pods = {cloudpods::domain::pod_id{evil}};
  filter.names = {evil};
  BOOST_TEST(page_query(0, filter, 10).sql.find("OR true") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
