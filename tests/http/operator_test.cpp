#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"

// Contract 8, 12: what operators ask of all tenants.

using namespace cloudpods;
using test::json_header;

namespace {

struct operators_fixture : test::api_fixture {
  std::string admin() const { return token("", "", "platform:admin"); }
};

const std::string stats_path = "/api/cloud-pods/admin/stats";
const std::string tenants_path = "/api/cloud-pods/admin/tenants";
const std::string events_path = "/api/cloud-pods/admin/events";
const std::string recount_path = "/api/cloud-pods/tenants/T-1/quota/recalculate";

} // namespace

BOOST_FIXTURE_TEST_SUITE(what_operators_see_of_all_tenants, operators_fixture)

BOOST_AUTO_TEST_CASE(it_is_for_operators_only) {
  serve();
  for (const auto& path : {stats_path, tenants_path, events_path}) {
    BOOST_TEST(status(ask("GET", path, admin())) == 200);
    for (const auto& other : {owner(), service(), token("", "", "focalpilot")})
      BOOST_TEST(status(ask("GET", path, other)) == 403);
    BOOST_TEST(status(ask("GET", path, "")) == 401);
  }
  BOOST_TEST(status(ask("POST", recount_path, admin())) == 200);
  for (const auto& other : {owner(), service()})
    BOOST_TEST(status(ask("POST", recount_path, other)) == 403);
}

BOOST_AUTO_TEST_CASE(stats_have_the_shape_of_the_contract) {
  serve();
  const auto seen = json(ask("GET", stats_path, admin()));
  BOOST_TEST(seen.at("tenants").as_int64() == 2);
  BOOST_TEST(seen.at("pods").at("total").as_int64() == 3);
  BOOST_TEST(seen.at("pods").at("byStatus").at("active").as_int64() == 2);
  BOOST_TEST(seen.at("pods").at("byStatus").at("deleting").as_int64() == 0);
  BOOST_TEST(seen.at("pods").at("byPlan").at("starter").as_int64() == 3);
  BOOST_TEST(seen.at("pods").at("provisioned24h").as_int64() == 0);
  BOOST_TEST(seen.at("mrr").as_double() == 2.98);
  BOOST_TEST(seen.at("resources").at("memoryMb").as_int64() == 3072);
  BOOST_TEST(!seen.at("resources").as_object().contains("pods"));
  BOOST_TEST(seen.at("queue").at("running").as_int64() == 1);
  BOOST_TEST(seen.at("queue").at("queued").as_int64() == 0);
  BOOST_TEST(seen.at("queue").at("oldestQueuedS").as_int64() == 0);
  BOOST_TEST(seen.at("jobs").at("failed24h").as_int64() == 1);
  BOOST_TEST(seen.at("nodes").at(0).at("name").as_string() == "pve1");
  BOOST_TEST(seen.at("events").at("lastSeq").as_int64() == 77);
}

BOOST_AUTO_TEST_CASE(without_the_store_there_are_no_stats) {
  serve();
  behind.world->store_away = true;
  BOOST_TEST(code(ask("GET", stats_path, admin())) == "STORE_UNAVAILABLE");
}

BOOST_AUTO_TEST_CASE(tenants_are_paged_through) {
  serve();
  const auto first = json(ask("GET", tenants_path + "?limit=1", admin()));
  BOOST_TEST(first.at("items").at(0).at("id").as_string() == "T-1");
  BOOST_TEST(first.at("items").at(0).at("name").as_string() == "Shop");
  BOOST_TEST(first.at("items").at(0).at("owner").is_null());
  BOOST_TEST(behind.world->tenants_listed->limit == 1);
  const std::string cursor{first.at("nextCursor").as_string()};
  const auto second = json(ask("GET", tenants_path + "?cursor=" + cursor, admin()));
  BOOST_TEST(second.at("items").at(0).at("id").as_string() == "T-2");
  BOOST_TEST(second.at("nextCursor").is_null());
  BOOST_TEST(behind.world->tenants_listed->after->value == "T-1");
  BOOST_TEST(behind.world->tenants_listed->limit == 50);
  BOOST_TEST(status(ask("GET", tenants_path + "?cursor=x" + cursor, admin())) == 422);
  BOOST_TEST(status(ask("GET", tenants_path + "?limit=501", admin())) == 422);
}

BOOST_AUTO_TEST_CASE(events_are_those_of_all_tenants_or_of_one) {
  serve();
  behind.world->write(2, "T-1");
  behind.world->write(1, "T-2");
  const auto all = json(ask("GET", events_path, admin()));
  BOOST_TEST(all.at("items").as_array().size() == 3U);
  const auto one = json(ask("GET", events_path + "?tenantId=T-2", admin()));
  BOOST_TEST(one.at("items").as_array().size() == 1U);
  BOOST_TEST(json(ask("GET", events_path + "?after=2&name=pod.*", admin()))
                 .at("items")
                 .as_array()
                 .size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_cursor_of_one_tenants_events_is_none_of_anothers) {
  serve();
  behind.world->write(3, "T-1");
  const auto page = json(ask("GET", events_path + "?limit=1&tenantId=T-1", admin()));
  const std::string cursor{page.at("nextCursor").as_string()};
  BOOST_TEST(status(ask("GET", events_path + "?cursor=" + cursor, admin())) == 422);
  BOOST_TEST(status(ask("GET", events_path + "?tenantId=T-1&cursor=" + cursor, admin())) == 200);
}

BOOST_AUTO_TEST_CASE(a_recalculation_asks_the_nodes_and_tells_what_differs) {
  serve();
  const auto answer = ask("POST", recount_path, admin(), json_header, "{}");
  BOOST_TEST(status(answer) == 200);
  const auto seen = json(answer);
  BOOST_TEST(seen.at("tenantId").as_string() == "T-1");
  BOOST_TEST(seen.at("seq").as_int64() == 77);
  BOOST_TEST(seen.at("used").at("pods").as_int64() == 0);
  BOOST_TEST(seen.at("nodesRead").at(0).as_string() == "pve1");
  BOOST_TEST(seen.at("nodesAway").as_array().empty());
  const auto& found = seen.at("differences").at(0);
  BOOST_TEST(found.at("where").as_string() == "projection");
  BOOST_TEST(found.at("podId").as_string() == "pod-1");
  BOOST_TEST(found.at("expected").as_string() == "active");
  const auto& asked = behind.world->recounted.value();
  BOOST_TEST(asked.seen.by_node.at(domain::node_name{"pve1"}).guests.size() == 1U);
  BOOST_TEST((asked.seen.asked_at == time.wall()));
}

BOOST_AUTO_TEST_CASE(nobody_recalculates_a_tenant_that_is_not_there) {
  serve();
  BOOST_TEST(status(ask("POST", "/api/cloud-pods/tenants/T-none/quota/recalculate", admin())) ==
             404);
  BOOST_TEST(status(ask("POST", recount_path, admin(), json_header, R"({"x":1})")) == 422);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_reload, operators_fixture)

// Contract 3: the key set is one of the things that SIGHUP brings.
BOOST_AUTO_TEST_CASE(tokens_that_were_believed_are_judged_again) {
  serve();
  const auto old = owner();
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", old)) == 200);
  settings.auth.hs256_secret = "another secret of more than thirty-two bytes";
  server->believe(settings.auth);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", old)) == 401);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", owner())) == 200);
}

BOOST_AUTO_TEST_CASE(rates_hold_from_the_next_request_on) {
  settings.rates = {0, 10, 0};
  serve();
  BOOST_TEST(!has(ask("GET", "/api/cloud-pods/pod-1", owner()), "RateLimit-"));
  server->limit({0, 10, 1});
  BOOST_TEST(has(ask("GET", "/api/cloud-pods/pod-1", owner()), "\r\nRateLimit-Limit: 1\r\n"));
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", owner())) == 429);
  server->limit({0, 10, 1000});
  time.move(std::chrono::seconds{1});
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", owner())) == 200);
}

BOOST_AUTO_TEST_CASE(the_plans_are_those_of_the_new_catalogue) {
  serve();
  auto fresh = std::make_shared<domain::catalogue>();
  fresh->plans.emplace_back().code = domain::plan_code{"brand-new"};
  server->offer(std::move(fresh));
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/plans/brand-new", "")) == 200);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/plans/starter", "")) == 404);
}

BOOST_AUTO_TEST_SUITE_END()
