#include <boost/test/unit_test.hpp>

#include "persistence/patch_sql.hpp"
#include "persistence/row_patch.hpp"

using namespace cloudpods::persistence;

namespace {

using enum change_kind;

change with(change_kind kind, sql_value value) { return {kind, std::move(value)}; }

sql_value number(std::int64_t n) { return n; }

/// What `first` and then `second` come to, by kind and value.
void check_merged(const change& first, const change& second, change_kind kind,
                  const sql_value& value) {
  const auto both = merged(first, second);
  BOOST_REQUIRE(both.has_value());
  BOOST_CHECK(both->kind == kind);
  BOOST_CHECK(both->value == value);
}

row_patch pod(const std::string& key = "pod-1", presence how = presence::existing) {
  return {pods_table(), key, how};
}

} // namespace

BOOST_AUTO_TEST_SUITE(row_patches)

BOOST_AUTO_TEST_CASE(the_later_value_wins) {
  check_merged(with(set, "a"), with(set, "b"), set, "b");
  check_merged(with(add, number(2)), with(set, number(7)), set, number(7));
  check_merged(with(clear_if, "a"), with(set, "b"), set, "b");
}

BOOST_AUTO_TEST_CASE(differences_add_up) {
  check_merged(with(add, number(2)), with(add, number(-5)), add, number(-3));
  check_merged(with(set, number(10)), with(add, number(-5)), set, number(5));
}

BOOST_AUTO_TEST_CASE(lists_are_joined) {
  check_merged(with(append, "[1]"), with(append, "[2]"), append, "[1,2]");
  check_merged(with(set, "[]"), with(append, "[2]"), set, "[2]");
}

BOOST_AUTO_TEST_CASE(a_value_is_cleared_only_where_it_is_that_one) {
  check_merged(with(set, "job-1"), with(clear_if, "job-1"), set, std::monostate{});
  check_merged(with(set, "job-2"), with(clear_if, "job-1"), set, "job-2");
  check_merged(with(clear_if, "job-1"), with(clear_if, "job-1"), clear_if, "job-1");
}

BOOST_AUTO_TEST_CASE(what_no_single_change_can_say_is_not_merged) {
  BOOST_CHECK(!merged(with(set, R"({"a":1})"), with(append, R"({"b":2})")));
  BOOST_CHECK(!merged(with(clear_if, "a"), with(clear_if, "b")));
  BOOST_CHECK(!merged(with(initial, number(1)), with(set, number(2))));
}

BOOST_AUTO_TEST_CASE(a_refused_merge_leaves_the_patch_as_it_was) {
  auto first = pod().set("status", "error").clear_if("current_job_id", "job-1");
  const auto second = pod().set("status", "active").clear_if("current_job_id", "job-2");
  BOOST_TEST(!first.absorb(second));
  BOOST_REQUIRE_EQUAL(first.entries.size(), 2U);
  const auto status = pods_table().index("status");
  for (const auto& each : first.entries)
    if (each.column == status)
      BOOST_CHECK(each.change.value == sql_value{"error"});
}

BOOST_AUTO_TEST_CASE(a_row_that_is_made_again_begins_a_new_patch) {
  auto first = pod().set("status", "error");
  BOOST_TEST(!first.absorb(pod("pod-1", presence::made_or_reset).set("status", "pending")));
}

BOOST_AUTO_TEST_CASE(what_came_before_a_row_was_made_is_nothing) {
  auto first = pod().set("status", "error");
  BOOST_TEST(first.absorb(pod("pod-1", presence::made).set("name", "x")));
  BOOST_TEST(first.entries.size() == 1U);
  BOOST_CHECK(first.presence == presence::made);
}

BOOST_AUTO_TEST_CASE(rows_that_change_alike_share_one_statement) {
  const std::vector<row_patch> patches{pod("pod-1").set("status", "active"),
                                       pod("pod-2").set("status", "error"),
                                       pod("pod-3").set("name", "x")};
  const auto statements = statements_of(patches);
  BOOST_REQUIRE_EQUAL(statements.size(), 2U);
}

BOOST_AUTO_TEST_CASE(rows_that_leave_come_before_those_that_are_made) {
  const std::vector<row_patch> patches{pod("new", presence::made).set("vmid", std::int64_t{7}),
                                       pod("changed").set("name", "x"),
                                       pod("old").set("deleted_at", cloudpods::domain::instant{})};
  const auto statements = statements_of(patches);
  BOOST_REQUIRE_EQUAL(statements.size(), 3U);
  BOOST_TEST(statements[0].sql.find("deleted_at") != std::string::npos);
  BOOST_TEST(statements[1].sql.starts_with("UPDATE"));
  BOOST_TEST(statements[2].sql.starts_with("INSERT"));
}

BOOST_AUTO_TEST_CASE(values_are_never_part_of_the_sql) {
  const std::string evil = "'; DROP TABLE cloud_pods; --";
  const std::vector<row_patch> patches{pod(evil).set("name", evil)};
  for (const auto& each : statements_of(patches))
    BOOST_TEST(each.sql.find("DROP") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
