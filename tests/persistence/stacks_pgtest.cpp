#include <boost/test/unit_test.hpp>

#include "domain/deployment.hpp"
#include "store_fixture.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

// Contract 13, 15.

namespace {

domain::stack_definition shop() {
  domain::stack_definition made;
  made.description = "a shop";
  made.resources.emplace_back().role = "app";
  return made;
}

struct stacks_fixture : store_fixture {
  log_writer writer = leader();
  const domain::deployment_id id{"dep-1"};

  stacks_fixture() { append(writer, {samples::tenant_made("acme")}); }

  domain::new_event fact(domain::event_payload payload, const std::string& job = {}) const {
    domain::new_event made;
    made.stream = domain::deployment_stream(id);
    made.tenant = domain::tenant_id{"acme"};
    made.job = domain::job_id{job};
    made.payload = std::move(payload);
    return made;
  }
  decision deployed() const {
    domain::stack_deploying order;
    order.slug = "shop";
    order.user = domain::user_id{"user-7"};
    order.definition = shop();
    order.pods = {{domain::pod_id{"pod-1"}, "app", 1}};
    order.parameters = {{"size", "small"}};
    decision made;
    made.events = {
        fact(order),
        fact(domain::job_queued{domain::job_type::stack, order.user, {}, std::nullopt}, "job-1")};
    made.idempotency = idempotency_entry{domain::tenant_id{"acme"}, "k", "hash", 202, {},
                                         domain::job_id{"job-1"},   id};
    return made;
  }
  static decision put() {
    decision made;
    made.events.emplace_back().stream = domain::platform_stream;
    made.events.back().payload = domain::blueprint_put{"shop", shop()};
    return made;
  }
  std::string column(const std::string& what) const {
    return ask("SELECT " + what + " FROM cloud_pod_deployments");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(projected_stacks, stacks_fixture)

BOOST_AUTO_TEST_CASE(a_deployment_is_a_row_with_its_job) {
  append(writer, {deployed()}, 7);
  BOOST_TEST(column("concat_ws(' ', id, tenant_id, user_id, slug, status, on_failure, job_id)") ==
             "dep-1 acme user-7 shop deploying rollback job-1");
  BOOST_TEST(column("pod_ids ->> 0") == "pod-1");
  BOOST_TEST(column("parameters ->> 'size'") == "small");
  BOOST_TEST(column("definition #>> '{resources,0,role}'") == "app");
  BOOST_TEST(ask("SELECT type || ' ' || status || ' ' || coalesce(pod_id, 'none') FROM "
                 "cloud_pod_jobs") == "stack pending none");
  decision failed;
  failed.events = {fact(domain::stack_failed{"CREATE_FAILED", "no room"}, "job-1"),
                   fact(domain::job_failed{"CREATE_FAILED", "no room"}, "job-1")};
  append(writer, {failed}, 8);
  BOOST_TEST(column("status || ' ' || (error ->> 'message')") == "failed no room");
  BOOST_TEST(ask("SELECT status FROM cloud_pod_jobs") == "failed");
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(whose_it_is_and_its_kept_answer_are_found) {
  append(writer, {deployed()});
  auto store = reader();
  BOOST_TEST(good(store.owner_of(id)).value().value == "acme");
  BOOST_TEST(!good(store.owner_of(domain::deployment_id{"dep-2"})).has_value());
  const auto answers = good(store.idempotency_of(domain::tenant_id{"acme"}, domain::instant{}));
  BOOST_REQUIRE(answers.size() == 1U);
  BOOST_TEST(answers.front().entry.deployment.value == "dep-1");
}

BOOST_AUTO_TEST_CASE(the_last_put_of_a_blueprint_counts) {
  append(writer, {put()});
  auto changed = put();
  std::get<domain::blueprint_put>(changed.events.back().payload).definition.description = "other";
  append(writer, {changed});
  auto store = reader();
  const auto known = good(store.stack_blueprints());
  BOOST_REQUIRE(known.size() == 1U);
  BOOST_TEST(known.front().slug == "shop");
  BOOST_TEST(known.front().definition.description == "other");
  BOOST_TEST(ask("SELECT description || ' ' || kind FROM cloud_pod_blueprints") == "other stack");
}

BOOST_AUTO_TEST_CASE(a_rebuild_touches_no_template) {
  domain::catalogue offers;
  offers.blueprints.emplace_back().code = domain::blueprint_code{"ubuntu"};
  good(write_catalogue(dsn, offers));
  append(writer, {put(), deployed()});
  BOOST_TEST(verified().is_whole());
  BOOST_TEST(ask("UPDATE cloud_pod_blueprints SET description = 'harmed'").empty());
  BOOST_TEST(!verified().is_whole());
  writer.resign();
  while (!rebuild(dsn)) {
  }
  BOOST_TEST(verified().is_whole());
  BOOST_TEST(ask("SELECT string_agg(code || ' ' || description, ', ' ORDER BY code) FROM "
                 "cloud_pod_blueprints") == "shop a shop, ubuntu harmed");
  // A template that takes a stack's name leaves the stack's row to the log.
  offers.blueprints.emplace_back().code = domain::blueprint_code{"shop"};
  good(write_catalogue(dsn, offers));
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_SUITE_END()
