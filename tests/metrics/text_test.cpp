#include <stdexcept>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "metrics/exposition.hpp"
#include "metrics/meters.hpp"

// Contract 18: what Prometheus reads.

using namespace cloudpods;
using tests::exposition;

namespace {

std::string text_of(const metrics::meters& all) {
  metrics::text_writer out;
  metrics::write(out, all, true);
  return out.take();
}

} // namespace

BOOST_AUTO_TEST_SUITE(the_text_of_metrics)

BOOST_AUTO_TEST_CASE(what_was_counted_is_written) {
  metrics::meters all;
  all.http_requests.of({"GET", "/api/cloud-pods/{ref}", "200"}).add(3);
  all.http_durations.of({"GET", "/api/cloud-pods/{ref}"}).observe(0.003);
  all.http_durations.of({"GET", "/api/cloud-pods/{ref}"}).observe(99);
  all.event_log_position.set(17);
  all.batch_sizes.observe(2);
  const exposition seen{text_of(all)};
  const tests::label_set route{{"method", "GET"}, {"route", "/api/cloud-pods/{ref}"}};
  auto answered = route;
  answered["status"] = "200";
  BOOST_TEST(seen.value("cloudpods_http_requests_total", answered).value() == 3);
  BOOST_TEST(seen.value("cloudpods_http_request_duration_seconds_count", route).value() == 2);
  BOOST_TEST(seen.value("cloudpods_http_request_duration_seconds_sum", route).value() == 99.003);
  auto within = route;
  within["le"] = "0.005";
  BOOST_TEST(seen.value("cloudpods_http_request_duration_seconds_bucket", within).value() == 1);
  BOOST_TEST(seen.value("cloudpods_event_log_position").value() == 17);
  BOOST_TEST(seen.value("cloudpods_event_batch_size_bucket", {{"le", "2"}}).value() == 1);
  BOOST_TEST(seen.value("cloudpods_event_batch_size_bucket", {{"le", "1"}}).value() == 0);
}

BOOST_AUTO_TEST_CASE(label_values_may_be_any_text) {
  metrics::meters all;
  const std::string nasty = "a\\b\"c\nd}{,=\xc3\xa4";
  all.jobs.of({nasty, "success"}).add();
  const exposition seen{text_of(all)};
  BOOST_TEST(
      seen.value("cloudpods_jobs_total", {{"action", nasty}, {"result", "success"}}).value() == 1);
}

BOOST_AUTO_TEST_CASE(who_does_not_lead_tells_no_position) {
  metrics::text_writer out;
  metrics::write(out, metrics::meters{}, false);
  const exposition seen{out.take()};
  BOOST_TEST(seen.find("cloudpods_event_log_position") == nullptr);
  BOOST_TEST(seen.find("cloudpods_jobs_total")->samples.empty());
}

BOOST_AUTO_TEST_CASE(mailboxes_of_one_name_count_together_and_leave_with_their_actor) {
  metrics::meters all;
  auto one = std::make_shared<metrics::gauge>();
  auto other = std::make_shared<metrics::gauge>();
  one->set(2);
  other->set(3);
  all.mailboxes.enter("store_reader", one);
  all.mailboxes.enter("store_reader", other);
  const tests::label_set labels{{"actor", "store_reader"}};
  BOOST_TEST(exposition{text_of(all)}.value("cloudpods_actor_mailbox_depth", labels).value() == 5);
  other.reset();
  BOOST_TEST(exposition{text_of(all)}.value("cloudpods_actor_mailbox_depth", labels).value() == 2);
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_where_threads_count_at_once) {
  metrics::meters all;
  const auto count = [&] {
    for (int i = 0; i < 20'000; ++i) {
      all.jobs.of({"provision", i % 2 == 0 ? "success" : "failed"}).add();
      all.append_durations.observe(0.001);
    }
  };
  std::thread other{count};
  while (other.joinable()) {
    BOOST_CHECK_NO_THROW(exposition{text_of(all)});
    count();
    other.join();
  }
  const exposition seen{text_of(all)};
  BOOST_TEST(
      seen.value("cloudpods_jobs_total", {{"action", "provision"}, {"result", "failed"}}).value() ==
      20'000);
  BOOST_TEST(seen.value("cloudpods_event_append_duration_seconds_count").value() == 40'000);
}

BOOST_AUTO_TEST_CASE(the_parser_of_these_tests_is_strict) {
  const std::string head = "# HELP a_total x\n# TYPE a_total counter\n";
  BOOST_CHECK_NO_THROW(exposition{head + "a_total{b=\"c\"} 1\n"});
  for (const std::string broken :
       {"a_total 1\n", "# TYPE a_total counter\na_total 1\n",
        "# HELP a_total x\n# TYPE a_total counter\na_total{b=\"c\" 1\n",
        "# HELP a_total x\n# TYPE a_total counter\na_total{b=\"\\c\"} 1\n",
        "# HELP a_total x\n# TYPE a_total counter\na_total{b=\"c\",b=\"d\"} 1\n",
        "# HELP a_total x\n# TYPE a_total counter\nb_total 1\n",
        "# HELP a_total x\n# TYPE a_total counter\na_total 1\na_total 1\n",
        "# HELP a_total x\n# TYPE a_total counter\na_total 1",
        "# HELP a x\n# TYPE a counter\na 1\n", "# HELP a x\n# TYPE a gauge\na one\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n"})
    BOOST_CHECK_THROW(exposition{broken}, std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
