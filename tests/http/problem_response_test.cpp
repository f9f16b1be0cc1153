#include <string>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "http/problem_response.hpp"

using namespace cloudpods;
using domain::problem_code;

namespace {

const http::problem_context context{"/api/cloud-pods/order?x=1", "req-1", std::nullopt};

http::response answer(domain::problem why) { return http::problem_response(why, context); }

boost::json::object document(const http::response& from) {
  return boost::json::parse(from.body).as_object();
}

std::string header(const http::response& from, std::string_view name) {
  for (const auto& each : from.headers)
    if (each.name == name)
      return each.value;
  return "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(problem_documents)

BOOST_AUTO_TEST_CASE(a_refusal_has_every_member_that_the_contract_names) {
  const auto given =
      answer({problem_code::quota_exceeded,
              "no cores left",
              {{"error_field", std::string{"cpu_cores"}}, {"max_cpu_cores", std::int64_t{4}}}});
  BOOST_TEST(given.status == 403U);
  BOOST_TEST(given.content_type == "application/problem+json");
  BOOST_TEST(boost::json::serialize(document(given)) ==
             R"({"type":"urn:cloudpods:problem:quota_exceeded","title":"Quota exceeded",)"
             R"("status":403,"detail":"no cores left","instance":"/api/cloud-pods/order",)"
             R"("code":"QUOTA_EXCEEDED","error":"QUOTA_EXCEEDED","message":"no cores left",)"
             R"("success":false,"retryable":false,"requestId":"req-1",)"
             R"("details":{"error_field":"cpu_cores","max_cpu_cores":4}})");
}

// contract 5
BOOST_AUTO_TEST_CASE(the_error_is_in_lower_case_for_the_internal_families) {
  for (const auto* target : {"/internal/cloudpods", "/api/internal/cloudpods?x=/api/cloud-pods"}) {
    const auto given =
        http::problem_response({problem_code::quota_exceeded, "no"}, {target, "req-1", {}});
    BOOST_TEST(document(given).at("error").as_string() == "quota_exceeded");
    BOOST_TEST(document(given).at("code").as_string() == "QUOTA_EXCEEDED");
  }
  const auto given =
      http::problem_response({problem_code::quota_exceeded, "no"}, {"/internals", "req-1", {}});
  BOOST_TEST(document(given).at("error").as_string() == "QUOTA_EXCEEDED");
}

BOOST_AUTO_TEST_CASE(all_broken_rules_are_listed) {
  domain::problem why{problem_code::validation_failed, "2 faults"};
  why.errors = {{"/name", "required", "is missing"}, {"/x", "unknown_field", "is not known"}};
  const auto given = answer(why);
  BOOST_TEST(given.status == 422U);
  BOOST_TEST(boost::json::serialize(document(given).at("errors")) ==
             R"([{"field":"/name","code":"required","message":"is missing"},)"
             R"({"field":"/x","code":"unknown_field","message":"is not known"}])");
}

BOOST_AUTO_TEST_CASE(a_wait_is_told_in_header_and_body) {
  const auto given = answer({problem_code::overloaded, "full"});
  BOOST_TEST(given.status == 503U);
  BOOST_TEST(header(given, "Retry-After") == "1");
  BOOST_TEST(document(given).at("retryAfter").as_int64() == 1);
  BOOST_TEST(document(given).at("retryable").as_bool());
  const auto told = http::problem_response({problem_code::rate_limited, "slower"},
                                           {"/x", "req-1", std::chrono::seconds{9}});
  BOOST_TEST(header(told, "Retry-After") == "9");
}

BOOST_AUTO_TEST_CASE(an_unknown_outcome_is_told) {
  domain::problem why{problem_code::store_unavailable, "the store is away"};
  BOOST_TEST(!document(answer(why)).contains("outcome"));
  why.outcome_unknown = true;
  BOOST_TEST(document(answer(why)).at("outcome").as_string() == "unknown");
}

BOOST_AUTO_TEST_CASE(who_is_not_known_is_asked_for_a_token) {
  const auto given = answer({problem_code::unauthorized, "the token has expired"});
  BOOST_TEST(given.status == 401U);
  BOOST_TEST(header(given, "WWW-Authenticate").starts_with("Bearer error=\"invalid_token\""));
}

BOOST_AUTO_TEST_CASE(a_plan_is_404_where_it_is_the_resource_and_422_where_it_was_named) {
  const domain::problem why{problem_code::plan_not_found, "no such plan"};
  BOOST_TEST(http::problem_response(why, context, http::subject::named).status == 422U);
  BOOST_TEST(http::problem_response(why, context, http::subject::resource).status == 404U);
}

BOOST_AUTO_TEST_CASE(every_code_has_a_status_of_its_kind) {
  for (std::size_t i = 0; i < domain::words<problem_code>::values.size(); ++i) {
    const auto code = static_cast<problem_code>(i);
    const auto status = answer({code, "x"}).status;
    BOOST_TEST((code == problem_code::internal_error ? status == 500 : status != 500));
  }
}

BOOST_AUTO_TEST_SUITE_END()
