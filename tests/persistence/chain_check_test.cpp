#include <boost/test/unit_test.hpp>

#include "persistence/chain_check.hpp"

using namespace cloudpods::persistence;

namespace {

/// The columns of a small log, and their hashes as a writer would have made them.
struct log_fixture {
  struct row {
    std::array<std::string, hashed_columns> text;
    std::string hash;

    event_fields fields() const {
      event_fields out;
      for (std::size_t i = 0; i < hashed_columns; ++i)
        if (text[i] != "NULL")
          out[i] = text[i];
      return out;
    }
  };

  std::vector<row> rows;

  log_fixture() {
    for (int i = 1; i <= 4; ++i)
      rows.push_back({{std::to_string(i), "evt-" + std::to_string(i), "pod:a", std::to_string(i),
                       "acme", std::to_string(i), "a", "NULL", "NULL", "INFO", "pod.active", "1",
                       "message", "{}", "user:7", "NULL", std::to_string(1000 * i)},
                      ""});
    rehash();
  }

  void rehash() {
    hash_chain chain;
    auto before = hash_chain::origin();
    for (auto& each : rows)
      before = each.hash = chain.next(before, each.fields());
  }

  std::string first_difference(chain_scope scope = chain_scope::all_numbers) const {
    chain_check check{0, hash_chain::origin(), scope};
    for (const auto& each : rows)
      if (auto wrong = check.see(each.fields(), each.hash))
        return *wrong;
    return "";
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(chain_checking, log_fixture)

BOOST_AUTO_TEST_CASE(a_whole_log_has_no_difference) { BOOST_TEST(first_difference().empty()); }

BOOST_AUTO_TEST_CASE(a_change_of_any_column_is_found) {
  for (std::size_t column = 1; column < hashed_columns; ++column) {
    auto changed = *this;
    changed.rows[1].text[column] += "0";
    BOOST_TEST(changed.first_difference().starts_with("event 2"), "column " << column);
  }
}

BOOST_AUTO_TEST_CASE(bytes_cannot_move_from_one_column_to_the_next) {
  rows[1].text[12] = "messag";
  rows[1].text[13] = "e{}";
  BOOST_TEST(first_difference().starts_with("event 2"));
}

BOOST_AUTO_TEST_CASE(null_and_empty_are_not_the_same) {
  rows[1].text[8] = "";
  BOOST_TEST(first_difference().starts_with("event 2"));
}

BOOST_AUTO_TEST_CASE(a_missing_event_is_named) {
  rows.erase(rows.begin() + 1);
  BOOST_TEST(first_difference() == "event 2 is missing: 3 follows");
}

BOOST_AUTO_TEST_CASE(swapped_events_are_found) {
  std::swap(rows[1], rows[2]);
  std::swap(rows[1].text[0], rows[2].text[0]);
  BOOST_TEST(first_difference().starts_with("event 2"));
}

BOOST_AUTO_TEST_CASE(a_gap_in_a_stream_is_found_though_the_hashes_fit) {
  rows[2].text[3] = "4";
  rehash();
  BOOST_TEST(first_difference() == "event 3: stream_version of pod:a is 4 instead of 3");
}

BOOST_AUTO_TEST_CASE(a_gap_in_a_tenant_is_found_though_the_hashes_fit) {
  rows[3].text[5] = "9";
  rehash();
  BOOST_TEST(first_difference() == "event 4: tenant_seq of acme is 9 instead of 4");
  BOOST_TEST(first_difference(chain_scope::chain_only).empty());
}

BOOST_AUTO_TEST_CASE(time_never_goes_back) {
  rows[2].text[16] = "1";
  rehash();
  BOOST_TEST(first_difference() == "event 3: it is older than the one before");
}

BOOST_AUTO_TEST_SUITE_END()
