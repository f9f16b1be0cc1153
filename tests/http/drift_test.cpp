#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"

// Contract 8, 17: what operators ask about nodes and log that differ.

using namespace cloudpods;
using test::json_header;

namespace {

struct drift_fixture : test::api_fixture {
  std::string admin() const { return token("", "", "platform:admin"); }
  std::string word(const std::string& what, const std::string& of = "drift-1") const {
    return path + "/" + of + "/" + what;
  }

  const std::string path = "/api/cloud-pods/admin/drift";
  const std::string reconcile = "/api/cloud-pods/admin/reconcile";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(drift, drift_fixture)

BOOST_AUTO_TEST_CASE(it_is_for_operators_only) {
  serve();
  BOOST_TEST(status(ask("GET", path, admin())) == 200);
  BOOST_TEST(status(ask("POST", reconcile, admin())) == 200);
  for (const auto& other :
       {owner(), token("", "", "platform:service"), token("", "", "focalpilot")}) {
    BOOST_TEST(status(ask("GET", path, other)) == 403);
    for (const auto& each : {word("adopt"), word("forget"), word("ignore"), reconcile})
      BOOST_TEST(status(ask("POST", each, other)) == 403);
  }
  BOOST_TEST(status(ask("GET", path, "")) == 401);
  BOOST_TEST(!behind.world->adopted.has_value());
}

BOOST_AUTO_TEST_CASE(without_a_status_the_list_shows_what_is_open) {
  serve();
  BOOST_TEST(status(ask("GET", path, admin())) == 200);
  auto asked = behind.world->drift_listed.value().filter;
  BOOST_TEST((asked.statuses == std::vector{domain::drift_status::open}));
  const auto query = "?kind=missing&kind=orphan&status=ignored&node=pve1&podId=pod-1&tenantId=T-1";
  BOOST_TEST(status(ask("GET", path + query, admin())) == 200);
  asked = behind.world->drift_listed.value().filter;
  BOOST_TEST((asked.kinds == std::vector{domain::drift_kind::missing, domain::drift_kind::orphan}));
  BOOST_TEST((asked.statuses == std::vector{domain::drift_status::ignored}));
  BOOST_TEST(asked.node.value() == "pve1");
  BOOST_TEST(asked.tenant.value() == "T-1");
  BOOST_TEST(status(ask("GET", path + "?kind=none", admin())) == 422);
  BOOST_TEST(status(ask("GET", path + "?cursor=x", admin())) == 422);
}

BOOST_AUTO_TEST_CASE(a_page_goes_on_where_the_one_before_ended) {
  serve();
  const auto first = json(ask("GET", path + "?limit=1", admin()));
  BOOST_TEST(first.at("items").at(0).at("id").as_string() == "drift-1");
  const std::string cursor{first.at("nextCursor").as_string()};
  const auto second = json(ask("GET", path + "?limit=1&cursor=" + cursor, admin()));
  BOOST_TEST(behind.world->drift_listed.value().filter.after.value() == "drift-1");
  BOOST_TEST(second.at("nextCursor").is_null());
}

BOOST_AUTO_TEST_CASE(an_operators_words_reach_the_reconciler_with_key_and_version) {
  serve();
  const auto headers = std::string{json_header} + "Idempotency-Key: k1\r\nIf-Match: \"9\"\r\n";
  BOOST_TEST(status(ask("POST", word("adopt"), admin(), headers, R"({"tenantId":"T-1"})")) == 202);
  const auto& adopted = behind.world->adopted.value();
  BOOST_TEST(adopted.tenant.value() == "T-1");
  BOOST_TEST(adopted.word.key.value().key == "k1");
  BOOST_TEST((adopted.word.versions.value() == std::vector<std::int64_t>{9}));
  BOOST_TEST(status(ask("POST", word("forget"), admin())) == 200);
  BOOST_TEST(status(ask("POST", word("ignore"), admin(), json_header, R"({"reason":"mine"})")) ==
             200);
  BOOST_TEST(behind.world->silenced.value().reason == "mine");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_or_not_asked_for_is_refused) {
  serve();
  for (const auto* each : {"adopt", "forget", "ignore"})
    BOOST_TEST(status(ask("POST", word(each, "drift-none"), admin())) == 404);
  BOOST_TEST(status(ask("POST", word("forget"), admin(), json_header, R"({"x":1})")) == 422);
  BOOST_TEST(status(ask("POST", reconcile, admin(), json_header, R"({"x":1})")) == 422);
  BOOST_TEST(status(ask("POST", word("adopt"), admin(), json_header, R"({"tenantId":"a b"})")) ==
             422);
}

BOOST_AUTO_TEST_SUITE_END()
