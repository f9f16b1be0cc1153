#include <boost/test/unit_test.hpp>

#include "domain/backups.hpp"
#include "domain/samples.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

constexpr std::int64_t day = 86'400;

/// One backup of the policy a day, the oldest first.
pod with_backups(int count) {
  pod made;
  for (int i = 0; i < count; ++i)
    made.backups.push_back({"bak-" + std::to_string(i),
                            {"store:backup/" + std::to_string(i), 1LL << 30},
                            backup_mode::snapshot,
                            true,
                            after(i * day)});
  return made;
}

std::vector<std::string> names(const std::vector<pod_backup>& list) {
  std::vector<std::string> found;
  for (const auto& each : list)
    found.push_back(each.id);
  return found;
}

node_capacity room(std::int64_t free_gb) {
  node_capacity made;
  made.storages = {{storage_name{"store"}, 100, free_gb}};
  return made;
}

} // namespace

// Contract 3 ([[backup_policies]]), 14, 19.
BOOST_AUTO_TEST_SUITE(backups_that_stay)

BOOST_AUTO_TEST_CASE(what_either_rule_keeps_stays) {
  const auto pod = with_backups(6);
  BOOST_TEST(names(backups_to_prune(pod, 2, 0)) ==
                 (std::vector<std::string>{"bak-0", "bak-1", "bak-2", "bak-3"}),
             boost::test_tools::per_element());
  BOOST_TEST(names(backups_to_prune(pod, 2, 4)) == (std::vector<std::string>{"bak-0", "bak-1"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_last_good_one_stays_whatever_the_rules) {
  BOOST_TEST(backups_to_prune(with_backups(1), 0, 1).empty());
  BOOST_TEST(backups_to_prune(with_backups(3), 0, 0).empty());
}

BOOST_AUTO_TEST_CASE(what_a_person_asked_for_is_not_the_policys_to_remove) {
  auto pod = with_backups(3);
  pod.backups[0].by_policy = false;
  BOOST_TEST(names(backups_to_prune(pod, 1, 0)) == std::vector<std::string>{"bak-1"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(room_is_judged_by_the_last_archive_and_told_with_numbers) {
  auto pod = with_backups(1);
  BOOST_TEST(std::holds_alternative<succeeded>(judge_space(pod, storage_name{"store"}, room(2))));
  const auto full = judge_space(pod, storage_name{"store"}, room(1));
  BOOST_REQUIRE(std::holds_alternative<failed>(full));
  BOOST_TEST(std::get<failed>(full).code == "BACKUP_STORAGE_FULL");
  BOOST_TEST(std::get<failed>(full).message.find("1 GiB free of 100 GiB") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
