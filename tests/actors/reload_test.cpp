#include <cmath>

#include "actors/stage.hpp"
#include "actors/store_gauges.hpp"
#include "metrics/exposition.hpp"

// Contract 3: what a reload changes for those that decide; contract 18: what they count.

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using cloudpods::tests::exposition;

namespace {

std::string text_of_meters(const engine& of) {
  metrics::text_writer out;
  metrics::write(out, *of.meters, true);
  return out.take();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_reload, engine_stage)

BOOST_AUTO_TEST_CASE(the_next_order_is_decided_by_what_is_sold_then) {
  BOOST_TEST((refused_in(place("brand-new")) == domain::problem_code::plan_not_found));
  const auto before = place("starter");
  auto fresh = std::make_shared<domain::catalogue>(*offers);
  for (auto& each : fresh->plans)
    if (each.code.value == "starter") {
      each.code = domain::plan_code{"brand-new"};
      each.vcpu += 1;
    }
  engine->offers = fresh;
  caf::anon_send(handles->allocator, new_offers{fresh});
  run();
  const auto& after = accepted_in(place("brand-new"));
  BOOST_TEST(after.pod->pod.order.cpu_cores == accepted_in(before).pod->pod.order.cpu_cores + 1);
  BOOST_TEST((refused_in(place("starter")) == domain::problem_code::plan_not_found));
  BOOST_TEST(pod(accepted_in(before).pod->pod.id)->pod.order.plan.value == "starter");
}

BOOST_AUTO_TEST_CASE(the_allocator_goes_by_the_new_catalogue_and_keeps_what_is_held) {
  const auto first = accepted_in(place()).pod->pod.order.guest;
  auto fresh = std::make_shared<domain::catalogue>(*offers);
  fresh->vmids = {500000, 500009};
  engine->offers = fresh;
  caf::anon_send(handles->allocator, new_offers{fresh});
  run();
  const auto next = accepted_in(place()).pod->pod.order.guest;
  BOOST_TEST(next >= 500000);
  BOOST_TEST(next != first);
}

BOOST_AUTO_TEST_CASE(what_points_into_an_older_catalogue_stays_good) {
  offer_board board;
  board = std::make_shared<const domain::catalogue>(*offers);
  const auto* old = board->find_plan("starter");
  for (int i = 0; i < 3; ++i)
    board = std::make_shared<const domain::catalogue>();
  BOOST_TEST(old->code.value == "starter");
  BOOST_TEST(board->find_plan("starter") == nullptr);
  BOOST_TEST(board.current().get() == &*board);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(what_is_counted, engine_stage)

BOOST_AUTO_TEST_CASE(each_job_counts_once_when_it_ends) {
  const auto id = accepted_in(place()).job->id;
  pass(std::chrono::seconds{5});
  BOOST_TEST_REQUIRE((job(id)->status == domain::job_status::success));
  const exposition seen{text_of_meters(*engine)};
  BOOST_TEST(seen.value("cloudpods_jobs_total", {{"action", "provision"}, {"result", "success"}})
                 .value() == 1);
  BOOST_TEST(
      seen.value("cloudpods_job_duration_seconds_count", {{"action", "provision"}}).value() == 1);
}

BOOST_AUTO_TEST_CASE(a_mailbox_shows_what_waits_and_then_nothing) {
  const auto depth = [&] {
    return exposition{text_of_meters(*engine)}
        .value("cloudpods_actor_mailbox_depth", {{"actor", "allocator"}})
        .value();
  };
  BOOST_TEST(depth() == 0);
  for (int i = 0; i < 5; ++i)
    caf::anon_send(handles->allocator, end_hold{domain::pod_id{"pod-none"}});
  BOOST_TEST(depth() == 5);
  run();
  BOOST_TEST(depth() == 0);
}

BOOST_AUTO_TEST_CASE(gauges_of_the_store_tell_limits_as_they_are_in_force) {
  domain::platform_gauges all;
  all.pods_by_status = {{"active", 2}};
  all.queue.by_status = {{"queued", 1}};
  all.queue.oldest_queued = now - std::chrono::seconds{90};
  auto& tenant = all.tenants.emplace_back();
  tenant.id = domain::tenant_id{"acme \"quoted\""};
  tenant.own_limits.max_pods = 7;
  tenant.own_limits.max_disk_gb = domain::unlimited;
  tenant.held.used.pods = 2;
  tenant.pods_by_status = {{"active", 2}};
  const exposition seen{text_of(all, *offers, now)};
  const auto quota = [&](const std::string& resource, const std::string& kind) {
    return seen
        .value("cloudpods_tenant_quota",
               {{"tenant", tenant.id.value}, {"resource", resource}, {"kind", kind}})
        .value();
  };
  BOOST_TEST(quota("pods", "limit") == 7);
  BOOST_TEST(quota("pods", "used") == 2);
  BOOST_TEST(std::isinf(quota("disk_gb", "limit")));
  BOOST_TEST(quota("cpu_cores", "limit") ==
             static_cast<double>(offers->default_limits.most.cpu_cores));
  BOOST_TEST(seen.value("cloudpods_queue_oldest_seconds").value() == 90);
  BOOST_TEST(seen.value("cloudpods_queue_items", {{"status", "queued"}}).value() == 1);
  BOOST_TEST(seen.value("cloudpods_pods", {{"status", "active"}}).value() == 2);
  BOOST_TEST(seen.value("cloudpods_pods", {{"status", "error"}}).value() == 0);
  BOOST_TEST(
      seen.value("cloudpods_tenant_pods", {{"tenant", tenant.id.value}, {"status", "active"}})
          .value() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
