#include <boost/test/unit_test.hpp>

#include "actors/tenant_views.hpp"
#include "domain/samples.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using domain::samples::order;

namespace {

/// Five pods `one-1` … `two-5`, the second deleted, the third a container.
struct views_fixture {
  views_fixture() {
    state.id = domain::samples::tenant();
    for (int i = 1; i <= 5; ++i) {
      auto wanted = order("student");
      wanted.name = (i < 4 ? "one-" : "two-") + std::to_string(i);
      if (i == 3)
        wanted.blueprint = "debian";
      state = domain::samples::with_pod(std::move(state), wanted, i, 100000 + i);
    }
    domain::event gone;
    gone.seq = state.seq + 1;
    gone.pod = id(2);
    gone.stream = domain::pod_stream(id(2));
    gone.payload = domain::pod_deleted{};
    domain::evolve(state, gone);
  }

  static domain::pod_id id(int number) { return domain::samples::ids(number).pod; }
  static domain::job_id job(int number) { return domain::samples::ids(number).job; }

  std::string pods(const list_pods& question) {
    std::string found;
    for (const auto& each : pods_page(state, question).items)
      found += each->pod.order.name.back();
    return found;
  }

  std::string jobs(const list_jobs& question) {
    std::string found;
    for (const auto& each : jobs_page(state, question, progress).items)
      found += each.job->id.value.back();
    return found;
  }

  void end_job(int number) {
    domain::event fact;
    fact.seq = state.seq + 1;
    fact.pod = id(number);
    fact.stream = domain::pod_stream(id(number));
    fact.job = job(number);
    fact.payload = domain::job_succeeded{};
    domain::evolve(state, fact);
  }

  domain::tenant_state state;
  progress_map progress;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(views_of_a_tenant, views_fixture)

BOOST_AUTO_TEST_CASE(pods_are_listed_in_the_order_of_their_creation_without_deleted_ones) {
  BOOST_TEST(pods({}) == "1345");
  list_pods question;
  question.newest_first = true;
  BOOST_TEST(pods(question) == "5431");
}

BOOST_AUTO_TEST_CASE(deleted_pods_are_listed_where_they_are_asked_for) {
  list_pods question;
  question.statuses = {domain::pod_status::deleted};
  BOOST_TEST(pods(question) == "2");
  question.statuses.push_back(domain::pod_status::pending);
  BOOST_TEST(pods(question) == "12345");
}

BOOST_AUTO_TEST_CASE(filters_are_all_kept) {
  list_pods question;
  question.name_prefix = "one-";
  BOOST_TEST(pods(question) == "13");
  question.kind = domain::guest_kind::ct;
  BOOST_TEST(pods(question) == "3");
  question.statuses = {domain::pod_status::active};
  BOOST_TEST(pods(question).empty());
}

BOOST_AUTO_TEST_CASE(pages_follow_each_other_without_gap_or_overlap) {
  for (const bool newest : {false, true}) {
    list_pods question;
    question.limit = 2;
    question.newest_first = newest;
    const auto first = pods_page(state, question);
    BOOST_TEST(first.has_more);
    BOOST_TEST(first.total == 4U);
    std::string all = pods(question);
    question.after = first.items.back()->pod.id;
    all += pods(question);
    BOOST_TEST(all == (newest ? "5431" : "1345"));
    const auto second = pods_page(state, question);
    BOOST_TEST(!second.has_more);
    BOOST_TEST(second.total == 4U);
    question.after = second.items.back()->pod.id;
    BOOST_TEST(pods(question).empty());
  }
}

BOOST_AUTO_TEST_CASE(a_page_after_a_pod_that_is_not_listed_goes_on_behind_it) {
  list_pods question;
  question.after = id(2);
  BOOST_TEST(pods(question) == "345");
}

BOOST_AUTO_TEST_CASE(a_vmid_finds_only_a_pod_that_is_not_deleted) {
  BOOST_TEST(find_pod(state, domain::vmid{100001})->pod.id.value == id(1).value);
  BOOST_TEST(!find_pod(state, domain::vmid{100002}));
  BOOST_TEST(find_pod(state, id(2))->pod.id.value == id(2).value);
  BOOST_TEST(!find_pod(state, domain::pod_id{"pod-none"}));
}

BOOST_AUTO_TEST_CASE(jobs_are_listed_newest_first_in_pages) {
  list_jobs question;
  question.limit = 3;
  BOOST_TEST(jobs(question) == "543");
  BOOST_TEST(jobs_page(state, question, progress).has_more);
  question.after = job(3);
  BOOST_TEST(jobs(question) == "21");
  BOOST_TEST(!jobs_page(state, question, progress).has_more);
}

BOOST_AUTO_TEST_CASE(jobs_are_filtered_by_status_type_and_pod) {
  end_job(4);
  list_jobs question;
  question.statuses = {domain::job_status::success};
  BOOST_TEST(jobs(question) == "4");
  question.types = {domain::job_type::destroy};
  BOOST_TEST(jobs(question).empty());
  question = {};
  question.pod = id(5);
  BOOST_TEST(jobs(question) == "5");
}

BOOST_AUTO_TEST_CASE(a_job_that_has_ended_shows_no_progress) {
  progress[job(4)].percent = 42;
  BOOST_TEST(view_of(state.jobs.at(job(4)), progress).progress->percent == 42);
  end_job(4);
  BOOST_TEST(!view_of(state.jobs.at(job(4)), progress).progress.has_value());
}

BOOST_AUTO_TEST_CASE(the_quota_tells_limits_and_what_is_held) {
  const auto told = quota_of(state, domain::samples::offers());
  BOOST_TEST(told.limit.most.pods == 5);
  BOOST_TEST(told.held.reserved.pods == 5);
  BOOST_TEST((told.source == domain::limit_source::standard));
}

BOOST_AUTO_TEST_SUITE_END()
