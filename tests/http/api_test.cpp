#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"
#include "http/key_set.hpp"
#include "signing_key.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;
using test::json_header;

BOOST_FIXTURE_TEST_SUITE(the_api, test::api_fixture)

BOOST_AUTO_TEST_CASE(while_starting_only_operators_are_answered) {
  listen();
  BOOST_TEST(status(ask("GET", "/healthz", "")) == 200);
  BOOST_TEST(code(ask("GET", "/readyz", "")) == "STARTING");
  const auto answer = ask("GET", "/api/cloud-pods/plans", "");
  BOOST_TEST(status(answer) == 503);
  BOOST_TEST(code(answer) == "STARTING");
  BOOST_TEST(has(answer, "\r\nRetry-After: "));
  state.enter(actors::service_phase::standby);
  BOOST_TEST(code(ask("POST", "/api/cloud-pods/order", "")) == "STANDBY");
}

BOOST_AUTO_TEST_CASE(readiness_names_the_store) {
  serve();
  BOOST_TEST(status(ask("GET", "/readyz", "")) == 200);
  state.note_store(false);
  BOOST_TEST(code(ask("GET", "/readyz", "")) == "STORE_UNAVAILABLE");
}

// Contract 8: nodes are for operators.
BOOST_AUTO_TEST_CASE(an_operator_sees_drains_and_resumes_a_node) {
  serve();
  const auto admin = token("", "", "platform:admin");
  const auto path = std::string{"/api/cloud-pods/admin/nodes"};
  const auto list = json(ask("GET", path, admin)).at("items");
  BOOST_TEST(list.as_array().size() == 1U);
  BOOST_TEST(list.at(0).at("name").as_string() == "pve1");
  BOOST_TEST(list.at(0).at("load").at("memoryRatio").to_number<double>() == 0.25);
  BOOST_TEST(list.at(0).at("storages").at(0).at("freeGb").as_int64() == 50);
  BOOST_TEST(list.at(0).at("sudo").at("commands").at(0).as_string() == "/usr/sbin/qm");
  for (int i = 0; i < 2; ++i) {
    const auto drained = ask("POST", path + "/pve1/drain", admin);
    BOOST_TEST(status(drained) == 200);
    BOOST_TEST(json(drained).at("drained").as_bool());
  }
  BOOST_TEST((behind.world->drained->by.actor.kind == domain::actor_kind::service));
  BOOST_TEST(json(ask("GET", path + "/pve1", admin)).at("drained").as_bool());
  BOOST_TEST(!json(ask("POST", path + "/pve1/resume", admin)).at("drained").as_bool());
  BOOST_TEST(status(ask("POST", path + "/pve9/drain", admin)) == 404);
  BOOST_TEST(status(ask("POST", path + "/pve1/drain", admin, json_header, R"({"x":1})")) == 422);
  for (const auto& other : {owner(), service()}) {
    BOOST_TEST(status(ask("GET", path, other)) == 403);
    BOOST_TEST(status(ask("POST", path + "/pve1/drain", other)) == 403);
  }
}

BOOST_AUTO_TEST_CASE(plans_are_public_and_may_be_cached) {
  serve();
  const auto list = ask("GET", "/api/cloud-pods/plans", "");
  BOOST_TEST(status(list) == 200);
  BOOST_TEST(!has(list, "no-store"));
  BOOST_TEST(json(list).at("items").at(0).at("code").as_string() == "starter");
  BOOST_TEST(json(ask("GET", "/api/cloud-pods/plans/cloud_pod_starter", "")).at("code") ==
             "starter");
  const auto none = ask("GET", "/api/cloud-pods/plans/none", "");
  BOOST_TEST(status(none) == 404);
  BOOST_TEST(code(none) == "PLAN_NOT_FOUND");
  const auto both = json(ask("GET", "/api/cloud-pods/compare?codes=premium,starter", ""));
  BOOST_TEST(both.at("plans").as_array().size() == 2U);
  BOOST_TEST(both.at("rows").at(0).at("values").at("starter").to_number<double>() == 1.49);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/compare?codes=none", "")) == 422);
}

BOOST_AUTO_TEST_CASE(without_a_token_nothing_of_a_tenant_is_shown) {
  serve();
  for (const auto* path : {"/api/cloud-pods", "/api/cloud-pods/pod-1", "/api/cloud-pods/a/b/c",
                           "/api/cloud-pods/jobs", "/api/other"}) {
    const auto answer = ask("GET", path, "");
    BOOST_TEST(status(answer) == 401, path);
    BOOST_TEST(has(answer, "WWW-Authenticate: Bearer error=\""));
  }
  BOOST_TEST(status(ask("GET", "/api/cloud-pods?token=" + owner(), "")) == 401);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods?token=" + owner(), owner())) == 401);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods", "nonsense")) == 401);
}

// contract 3 and 4: secret, key set or both
BOOST_AUTO_TEST_CASE(a_key_set_without_a_secret_lets_requests_in) {
  const auto key = test::signing_key::ed25519();
  const auto by_secret = owner();
  settings.auth.hs256_secret.clear();
  settings.auth.keys = std::make_shared<const http::key_set>(
      http::key_set::from_json(test::key_set_of(key.jwk("2026-11"))).value());
  serve();
  const std::string claims =
      R"({"iss":"mpanel","aud":"cloudpods","exp":99999999999,"sub":"u","tenantId":"T-1","role":"OWNER"})";
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", key.token("2026-11", "EdDSA", claims))) ==
             200);
  const auto unknown = ask("GET", "/api/cloud-pods/pod-1", key.token("2026-12", "EdDSA", claims));
  BOOST_TEST(status(unknown) == 401);
  BOOST_TEST(has(unknown, "\r\nWWW-Authenticate: Bearer error=\"invalid_token\""));
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", by_secret)) == 401);
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_methods_are_refused_after_the_token) {
  serve();
  BOOST_TEST(code(ask("GET", "/nowhere", "")) == "NOT_FOUND");
  BOOST_TEST(code(ask("GET", "/api/cloud-pods/a/b/c", owner())) == "NOT_FOUND");
  const auto put = ask("PUT", "/api/cloud-pods/pod-1", owner());
  BOOST_TEST(status(put) == 405);
  BOOST_TEST(has(put, "\r\nAllow: GET, HEAD, DELETE\r\n"));
  BOOST_TEST(status(ask("OPTIONS", "/api/cloud-pods/plans", "")) == 405);
  BOOST_TEST(status(ask("POST", "/api/cloud-pods/plans", "")) == 405);
}

BOOST_AUTO_TEST_CASE(a_pod_is_found_by_id_and_by_vmid_with_its_version) {
  serve();
  for (const auto* ref : {"pod-1", "100007"}) {
    const auto answer = ask("GET", std::string{"/api/cloud-pods/"} + ref, owner());
    BOOST_TEST(status(answer) == 200);
    BOOST_TEST(has(answer, "\r\nETag: \"9\"\r\n"));
    BOOST_TEST(has(answer, "Cache-Control: no-store"));
    BOOST_TEST(json(answer).at("id").as_string() == "pod-1");
  }
  const auto same = ask("GET", "/api/cloud-pods/pod-1", owner(), "If-None-Match: \"9\"\r\n");
  BOOST_TEST(status(same) == 304);
  BOOST_TEST(same.ends_with("\r\n\r\n"));
  const auto head = ask("HEAD", "/api/cloud-pods/pod-1", owner());
  BOOST_TEST(status(head) == 200);
  BOOST_TEST(head.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(another_tenants_pod_is_answered_as_none_at_all) {
  serve();
  const auto without = [](boost::json::object document) {
    document.erase("requestId");
    document.erase("instance");
    return boost::json::serialize(document);
  };
  const auto stranger = token("T-2", "owner");
  const auto others = ask("GET", "/api/cloud-pods/pod-1", stranger);
  BOOST_TEST(status(others) == 404);
  for (const auto* ref : {"pod-nowhere", "1", "nonsense", "100008"})
    BOOST_TEST(without(json(ask("GET", std::string{"/api/cloud-pods/"} + ref, stranger))) ==
               without(json(others)));
  BOOST_TEST(without(json(ask("POST", "/api/cloud-pods/pod-1/destroy", stranger))) ==
             without(json(others)));
  BOOST_TEST(without(json(ask("GET", "/api/cloud-pods/jobs/job-1", stranger))) ==
             without(json(ask("GET", "/api/cloud-pods/jobs/job-2", stranger))));
}

BOOST_AUTO_TEST_CASE(a_platform_token_names_the_tenant_where_nothing_else_does) {
  serve();
  BOOST_TEST(code(ask("GET", "/api/cloud-pods", service())) == "TENANT_REQUIRED");
  BOOST_TEST(status(ask("GET", "/api/cloud-pods", service(), "X-Tenant-Id: T-1\r\n")) == 200);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", service())) == 200);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-9", service())) == 404);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/jobs/job-1", service())) == 200);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods", service(), "X-Tenant-Id: a b\r\n")) == 422);
  BOOST_TEST(status(ask("POST", "/api/cloud-pods/order", service(), json_header,
                        R"({"planCode":"starter","tenantId":"T-1"})")) == 202);
}

BOOST_AUTO_TEST_CASE(a_tenants_token_may_name_only_its_own_tenant) {
  serve();
  BOOST_TEST(status(ask("GET", "/api/cloud-pods", owner(), "X-Tenant-Id: T-1\r\n")) == 200);
  BOOST_TEST(code(ask("GET", "/api/cloud-pods/pod-x", owner(), "X-Tenant-Id: T-2\r\n")) ==
             "TENANT_MISMATCH");
  BOOST_TEST(code(ask("GET", "/api/cloud-pods/pod-x?tenantId=T-2", owner())) == "TENANT_MISMATCH");
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1?tenantId=T-1", owner())) == 200);
  BOOST_TEST(code(ask("POST", "/api/cloud-pods/order", owner(), json_header,
                      R"({"planCode":7,"tenantId":"T-2"})")) == "TENANT_MISMATCH");
  BOOST_TEST(code(ask("DELETE", "/api/cloud-pods/pod-x", owner(), json_header,
                      R"({"tenantId":"T-2"})")) == "TENANT_MISMATCH");
}

BOOST_AUTO_TEST_CASE(refusals_come_in_the_contracts_order) {
  serve();
  const auto viewer = token("T-1", "viewer");
  const std::string order = "/api/cloud-pods/order";
  const std::string good = R"({"planCode":"starter"})";
  BOOST_TEST(status(ask("POST", order, "", json_header, "{")) == 401);
  BOOST_TEST(status(ask("POST", order, viewer, "", good)) == 415);
  BOOST_TEST(status(ask("POST", order, viewer, "Content-Type: text/plain\r\n", good)) == 415);
  const auto malformed = ask("POST", order, viewer, json_header, R"({"planCode":)");
  BOOST_TEST(status(malformed) == 400);
  BOOST_TEST(code(malformed) == "INVALID_JSON");
  BOOST_TEST(code(ask("POST", order, viewer, json_header, R"({"tenantId":"T-2"})")) == "FORBIDDEN");
  BOOST_TEST(code(ask("POST", order, owner(), json_header, R"({"planCode":1})")) ==
             "VALIDATION_FAILED");
  BOOST_TEST(status(ask("POST", order, owner(), "Content-Type: application/json; charset=utf-8\r\n",
                        good)) == 202);
}

BOOST_AUTO_TEST_CASE(an_order_is_passed_on_whole_and_answered_with_its_job) {
  serve();
  const auto answer =
      ask("POST", "/api/cloud-pods/order", owner(),
          std::string{json_header} + "Idempotency-Key: k-1\r\nX-Request-Id: from-nginx\r\n",
          R"({"planCode":"starter","name":"shop-1"})");
  BOOST_TEST(status(answer) == 202);
  BOOST_TEST(has(answer, "\r\nLocation: /api/cloud-pods/jobs/job-1\r\n"));
  BOOST_TEST(has(answer, "\r\nX-Request-Id: from-nginx\r\n"));
  BOOST_TEST(json(answer).at("pod").at("id").as_string() == "pod-1");
  BOOST_TEST(json(answer).at("job").at("id").as_string() == "job-1");
  const auto& order = behind.world->ordered.value();
  BOOST_TEST(order.command.name.value() == "shop-1");
  BOOST_TEST(order.command.user.value == "user-7");
  BOOST_TEST(order.by.request.value == "from-nginx");
  BOOST_TEST((order.by.actor.kind == domain::actor_kind::user));
  BOOST_TEST(order.key.value().key == "k-1");
  BOOST_TEST(order.key.value().request_hash.size() == 64U);
}

BOOST_AUTO_TEST_CASE(a_subscription_that_has_its_pod_is_answered_with_200) {
  serve();
  const auto answer =
      ask("POST", "/api/cloud-pods/order", owner(), json_header, R"({"planCode":"again"})");
  BOOST_TEST(status(answer) == 200);
  BOOST_TEST(has(answer, "\r\nX-Existing: true\r\n"));
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_tenant_is_passed_on) {
  serve();
  const auto answer =
      ask("POST", "/api/cloud-pods/order", owner(), json_header, R"({"planCode":"huge"})");
  BOOST_TEST(status(answer) == 403);
  BOOST_TEST(code(answer) == "QUOTA_EXCEEDED");
}

BOOST_AUTO_TEST_CASE(an_idempotency_key_is_judged) {
  serve();
  const std::string head = json_header;
  const std::string body = R"({"planCode":"starter"})";
  for (const auto& key : {std::string(256, 'x'), std::string{"a b"}, std::string{"\xc3\xa4"}})
    BOOST_TEST(status(ask("POST", "/api/cloud-pods/order", owner(),
                          head + "Idempotency-Key: " + key + "\r\n", body)) == 422);
  BOOST_TEST(status(ask("POST", "/api/cloud-pods/order", owner(),
                        head + "Idempotency-Key: a\r\nIdempotency-Key: b\r\n", body)) == 400);
}

BOOST_AUTO_TEST_CASE(a_destroy_needs_no_body) {
  serve();
  BOOST_TEST(status(ask("DELETE", "/api/cloud-pods/pod-1", owner())) == 202);
  BOOST_TEST(status(ask("POST", "/api/cloud-pods/100007/destroy", owner(), json_header,
                        R"({"reason":"done"})")) == 202);
  BOOST_TEST(behind.world->destroyed.value().command.reason == "done");
  BOOST_TEST(status(ask("POST", "/api/cloud-pods/pod-1/destroy", token("T-1", "member"))) == 403);
}

BOOST_AUTO_TEST_CASE(a_destroy_of_an_old_version_is_refused) {
  serve();
  const auto stale = ask("DELETE", "/api/cloud-pods/pod-1", owner(), "If-Match: \"8\"\r\n");
  BOOST_TEST(status(stale) == 412);
  BOOST_TEST(code(stale) == "VERSION_MISMATCH");
  BOOST_TEST(status(ask("DELETE", "/api/cloud-pods/pod-1", owner(), "If-Match: \"9\"\r\n")) == 202);
}

BOOST_AUTO_TEST_CASE(lists_go_on_by_a_cursor_that_nobody_else_can_make) {
  serve();
  const auto first =
      json(ask("GET", "/api/cloud-pods?status=active&status=error&limit=1&name=sh", owner()));
  BOOST_TEST(first.at("total").as_int64() == 2);
  BOOST_TEST(behind.world->listed.value().statuses.size() == 2U);
  BOOST_TEST(behind.world->listed.value().name_prefix == "sh");
  const std::string cursor{first.at("nextCursor").as_string()};
  const auto next = json(ask("GET", "/api/cloud-pods?limit=1&cursor=" + cursor, owner()));
  BOOST_TEST(next.at("nextCursor").is_null());
  BOOST_TEST(behind.world->listed.value().after.value().value == "pod-1");
  auto forged = cursor;
  forged[3] = forged[3] == 'A' ? 'B' : 'A';
  BOOST_TEST(status(ask("GET", "/api/cloud-pods?cursor=" + forged, owner())) == 422);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods?cursor=" + cursor, token("T-2", "owner"))) == 422);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/jobs?cursor=" + cursor, owner())) == 422);
}

BOOST_AUTO_TEST_CASE(all_faults_of_a_query_are_told_at_once) {
  serve();
  const auto answer =
      ask("GET", "/api/cloud-pods?limit=501&status=odd&kind=lxc&sort=name", owner());
  BOOST_TEST(status(answer) == 422);
  BOOST_TEST(json(answer).at("errors").as_array().size() == 4U);
  for (const auto* limit : {"0", "-1", "x", "99999999999999999999"})
    BOOST_TEST(status(ask("GET", std::string{"/api/cloud-pods?limit="} + limit, owner())) == 422);
}

BOOST_AUTO_TEST_CASE(a_wait_for_a_job_is_cut_to_what_is_allowed) {
  serve();
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/jobs/job-1?wait=100", owner())) == 200);
  BOOST_TEST((behind.world->waited == 25s));
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/jobs/job-1", owner())) == 200);
  BOOST_TEST((behind.world->waited == 0s));
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/jobs/job-1?wait=-1", owner())) == 422);
  BOOST_TEST(json(ask("GET", "/api/cloud-pods/jobs", owner())).at("nextCursor").is_null());
}

BOOST_AUTO_TEST_CASE(quota_is_shown_to_those_who_may_see_it) {
  serve();
  BOOST_TEST(json(ask("GET", "/api/cloud-pods/my-quota", token("T-1", "billing"))).at("tenantId") ==
             "T-1");
  BOOST_TEST(status(ask("GET", "/api/cloud-pods", token("T-1", "billing"))) == 403);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/my-quota", token("T-1", "janitor"))) == 403);
  BOOST_TEST(json(ask("GET", "/api/cloud-pods/tenants/T-9/quota", service())).at("tenantId") ==
             "T-9");
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/tenants/T-1/quota", owner())) == 403);
}

BOOST_AUTO_TEST_CASE(check_quota_says_yes_no_or_that_the_question_is_wrong) {
  serve();
  const auto check = [this](const std::string& query) {
    return ask("GET", "/api/cloud-pods/check-quota" + query, owner());
  };
  BOOST_TEST(json(check("?planCode=starter")).at("allowed").as_bool());
  const auto no = check("?planCode=huge");
  BOOST_TEST(status(no) == 200);
  BOOST_TEST(!json(no).at("allowed").as_bool());
  BOOST_TEST(json(no).at("details").at("error_field").as_string() == "cpu_cores");
  BOOST_TEST(status(check("?planCode=none")) == 422);
  BOOST_TEST(status(check("")) == 422);
}

BOOST_AUTO_TEST_CASE(events_are_listed_oldest_first_without_their_type) {
  serve();
  behind.world->write(3, "T-1");
  behind.world->write(2, "T-2");
  const auto first = json(ask("GET", "/api/cloud-pods/events?after=1&limit=1", owner()));
  BOOST_TEST(boost::json::serialize(first.at("items")) == R"([{"seq":2}])");
  const std::string cursor{first.at("nextCursor").as_string()};
  const auto rest = json(ask("GET", "/api/cloud-pods/events?cursor=" + cursor, owner()));
  BOOST_TEST(boost::json::serialize(rest.at("items")) == R"([{"seq":3}])");
  BOOST_TEST(rest.at("nextCursor").is_null());
}

BOOST_AUTO_TEST_CASE(a_request_id_is_believed_from_trusted_proxies_only) {
  settings.trusted_proxies = {"10.0.0.0/8"};
  serve();
  const auto answer = ask("GET", "/healthz", "", "X-Request-Id: mine\r\n");
  BOOST_TEST(!has(answer, "mine"));
  BOOST_TEST(has(answer, "\r\nX-Request-Id: req-"));
}

BOOST_AUTO_TEST_CASE(a_command_without_an_answer_has_an_unknown_outcome) {
  settings.command_limit = 1ms;
  serve();
  const auto answer = ask("POST", "/api/cloud-pods/order", token("T-mute", "owner"), json_header,
                          R"({"planCode":"starter"})");
  BOOST_TEST(status(answer) == 503);
  BOOST_TEST(code(answer) == "STORE_UNAVAILABLE");
  BOOST_TEST(json(answer).at("outcome").as_string() == "unknown");
}

BOOST_AUTO_TEST_CASE(a_tenant_that_fell_asleep_is_woken) {
  serve();
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/pod-1", token("T-asleep", "owner"))) == 200);
  BOOST_TEST(behind.world->woken == 2);
}

BOOST_AUTO_TEST_CASE(past_the_bound_of_requests_the_answer_is_overloaded) {
  settings.max_in_flight = 0;
  serve();
  const auto answer = ask("GET", "/api/cloud-pods/plans", "");
  BOOST_TEST(status(answer) == 503);
  BOOST_TEST(code(answer) == "OVERLOADED");
  BOOST_TEST(status(ask("GET", "/healthz", "")) == 200);
}

BOOST_AUTO_TEST_SUITE_END()
