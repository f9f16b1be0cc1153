#include <array>
#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"

using namespace cloudpods;
using domain::item_action;
using test::json_header;

namespace {

const std::string pod_path = "/api/cloud-pods/pod-1";
const std::string job_path = "/api/cloud-pods/jobs/job-1";

/// One route of an action on a pod (contract 6).
struct action_route {
  std::string method;
  std::string path; ///< after the pod's
  std::string body;
  item_action action;
  bool member_may;
  bool owner_may;
};

const std::array routes{
    action_route{"POST", "/scale", R"({"newCores":2})", item_action::scale, true, true},
    action_route{"POST", "/backup", "", item_action::backup, true, true},
    action_route{"POST", "/restore", R"({"backupId":"b"})", item_action::restore, false, true},
    action_route{"POST", "/snapshots", R"({"name":"s1"})", item_action::snapshot, true, true},
    action_route{"DELETE", "/snapshots/s1", "", item_action::delete_snapshot, true, true},
    action_route{"POST", "/snapshots/s1/rollback", "", item_action::rollback, false, true},
    action_route{"POST", "/start", "", item_action::start, true, true},
    action_route{"POST", "/stop", "", item_action::stop, true, true},
    action_route{"POST", "/reboot", "", item_action::reboot, true, true},
    action_route{"POST", "/restart", R"({"force":true})", item_action::reboot, true, true},
    action_route{"POST", "/suspend", R"({"reason":"unpaid"})", item_action::suspend, false, false},
    action_route{"POST", "/sync", "", item_action::sync, true, true}};

struct action_fixture : test::api_fixture {
  std::string put(const action_route& route, const std::string& bearer,
                  const std::string& headers = "", const std::string& pod = pod_path) const {
    return ask(route.method, pod + route.path, bearer,
               headers + (route.body.empty() ? "" : json_header), route.body);
  }
  std::string admin() const { return token("", "", "platform:admin"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(what_is_asked_of_a_pod, action_fixture)

// Contract 6: each action is accepted with pod and job, and with the caller's name and key.
BOOST_AUTO_TEST_CASE(every_action_reaches_the_tenant_whole) {
  serve();
  for (const auto& route : routes) {
    const auto answer = put(route, service(), "Idempotency-Key: k-1\r\nIf-Match: \"9\"\r\n");
    BOOST_TEST(status(answer) == 202, route.path);
    BOOST_TEST(json(answer).at("pod").at("id").as_string() == "pod-1");
    BOOST_TEST(json(answer).at("job").at("id").as_string() == "job-1");
    BOOST_TEST(has(answer, "\r\nLocation: /api/cloud-pods/jobs/job-1\r\n"));
    const auto& asked = behind.world->acted.value();
    BOOST_TEST((asked.command.action == route.action), route.path);
    BOOST_TEST(asked.command.user.value == "user-7");
    BOOST_TEST(asked.key.value().key == "k-1");
    BOOST_TEST((asked.versions.value() == std::vector<std::int64_t>{9}));
    BOOST_TEST((asked.by.actor.kind == domain::actor_kind::service));
  }
}

BOOST_AUTO_TEST_CASE(what_an_action_says_is_passed_on) {
  serve();
  ask("POST", "/api/cloud-pods/100007/scale", owner(), json_header,
      R"({"newCores":2,"ramMb":512,"reboot":true})");
  BOOST_TEST(behind.world->acted.value().command.cpu_cores.value() == 2);
  BOOST_TEST(behind.world->acted->command.memory_mb.value() == 512);
  BOOST_TEST(behind.world->acted->command.parameters.reboot);
  ask("DELETE", pod_path + "/snapshots/s1", owner());
  BOOST_TEST(behind.world->acted->command.parameters.name == "s1");
  BOOST_TEST(behind.world->acted->command.payload.value == R"({"name":"s1"})");
  BOOST_TEST(!behind.world->acted->versions.has_value());
}

// Contract 4: the table of rights.
BOOST_AUTO_TEST_CASE(every_action_needs_its_right) {
  serve();
  for (const auto& route : routes) {
    const auto expect = [&](const std::string& bearer, bool may) {
      BOOST_TEST(status(put(route, bearer)) == (may ? 202 : 403), route.path);
    };
    expect(owner(), route.owner_may);
    expect(token("T-1", "member"), route.member_may);
    expect(token("T-1", "viewer"), false);
    expect(token("T-1", "billing"), false);
    expect(token("", "", "focalpilot"), false);
    expect(admin(), true);
  }
}

// Contract 4: the same bytes but for requestId and instance.
BOOST_AUTO_TEST_CASE(an_action_on_another_tenants_pod_finds_none) {
  serve();
  const auto without = [](boost::json::object document) {
    document.erase("requestId");
    document.erase("instance");
    return boost::json::serialize(document);
  };
  const auto stranger = token("T-2", "owner");
  for (const std::string key : {"", "Idempotency-Key: k\r\n"})
    for (const auto& route : routes) {
      if (!route.owner_may)
        continue;
      const auto others = put(route, stranger, key);
      BOOST_TEST(status(others) == 404, route.path);
      for (const auto* none : {"/api/cloud-pods/pod-9", "/api/cloud-pods/5", "/api/cloud-pods/x"})
        BOOST_TEST(without(json(put(route, stranger, key, none))) == without(json(others)));
    }
}

// Contract 5: of several refusals the first counts.
BOOST_AUTO_TEST_CASE(refusals_of_an_action_come_in_the_contracts_order) {
  serve();
  const auto restore = [&](const std::string& pod, const std::string& body) {
    return ask("POST", "/api/cloud-pods/" + pod + "/restore", owner(), json_header, body);
  };
  BOOST_TEST(code(restore("pod-9", R"({"tenantId":"T-2"})")) == "TENANT_MISMATCH");
  BOOST_TEST(code(restore("pod-9", "{}")) == "NOT_FOUND");
  BOOST_TEST(code(restore("pod-1", "{}")) == "VALIDATION_FAILED");
  const auto missing = restore("pod-1", R"({"backupId":"bak-none"})");
  BOOST_TEST(status(missing) == 404);
  BOOST_TEST(json(missing).at("detail").as_string() == "no such backup");
  BOOST_TEST(code(ask("POST", pod_path + "/sync", service(), json_header,
                      R"({"tenantId":"T-2"})")) == "TENANT_MISMATCH");
  BOOST_TEST(status(ask("POST", pod_path + "/sync", owner(), "Idempotency-Key: a b\r\n")) == 422);
}

// Contract 6: 200 where nothing is to do.
BOOST_AUTO_TEST_CASE(an_action_with_nothing_to_do_is_answered_with_200) {
  serve();
  const auto answer = ask("POST", pod_path + "/resume", service());
  BOOST_TEST(status(answer) == 200);
  BOOST_TEST(json(answer).at("job").is_null());
  BOOST_TEST(!has(answer, "Location"));
}

BOOST_AUTO_TEST_CASE(a_last_backup_is_passed_on_with_the_destroy) {
  serve();
  ask("DELETE", pod_path, owner(), json_header, R"({"finalBackup":true})");
  BOOST_TEST(behind.world->destroyed.value().command.parameters.backup_first);
}

BOOST_AUTO_TEST_CASE(a_protection_is_answered_with_the_pod) {
  serve();
  const auto protect = [&](const std::string& bearer) {
    return ask("PUT", pod_path + "/protection", bearer,
               std::string{json_header} + "If-Match: \"9\"\r\n", R"({"protected":true})");
  };
  const auto answer = protect(owner());
  BOOST_TEST(status(answer) == 200);
  BOOST_TEST(json(answer).at("id").as_string() == "pod-1");
  BOOST_TEST(has(answer, "\r\nETag: \"9\"\r\n"));
  BOOST_TEST(behind.world->guarded.value().wanted);
  BOOST_TEST((behind.world->guarded->versions.value() == std::vector<std::int64_t>{9}));
  BOOST_TEST(status(protect(token("T-1", "member"))) == 403);
  BOOST_TEST(status(ask("PUT", pod_path + "/protection", owner())) == 422);
}

// Contract 4: the right of the job's kind.
BOOST_AUTO_TEST_CASE(who_may_cancel_and_retry_is_said_by_the_kind_of_job) {
  serve();
  struct kind {
    item_action action;
    bool member;
    bool owner;
  };
  for (const auto& [does, member_may, owner_may] :
       {kind{item_action::create, true, true}, kind{item_action::destroy, false, true},
        kind{item_action::rollback, false, true}, kind{item_action::snapshot, true, true},
        kind{item_action::suspend, false, false}}) {
    behind.world->job_does = does;
    for (const auto* verb : {"/cancel", "/retry"}) {
      const auto expect = [&](const std::string& bearer, bool may) {
        BOOST_TEST(status(ask("POST", job_path + verb, bearer)) == (may ? 202 : 403));
      };
      expect(token("T-1", "member"), member_may);
      expect(owner(), owner_may);
      expect(token("T-1", "viewer"), false);
      expect(token("", "", "focalpilot"), false);
      expect(service(), true);
      BOOST_TEST(status(ask("POST", job_path + verb, token("T-2", "viewer"))) == 404);
      BOOST_TEST(status(ask("POST", job_path + verb, token("T-2", "owner"))) == 404);
    }
  }
}

BOOST_AUTO_TEST_CASE(cancel_and_retry_are_passed_on_whole) {
  serve();
  const auto key = std::string{json_header} + "Idempotency-Key: k-2\r\n";
  const auto cancelled = ask("POST", job_path + "/cancel", owner(), key, R"({"reason":"late"})");
  BOOST_TEST(status(cancelled) == 202);
  BOOST_TEST(json(cancelled).at("job").at("id").as_string() == "job-1");
  BOOST_TEST(behind.world->cancelled.value().reason == "late");
  BOOST_TEST(behind.world->cancelled->key.value().key == "k-2");
  const auto retried = ask("POST", job_path + "/retry", owner(), key, R"({"tenantId":"T-1"})");
  BOOST_TEST(status(retried) == 202);
  BOOST_TEST(has(retried, "\r\nLocation: /api/cloud-pods/jobs/"));
  BOOST_TEST(behind.world->retried.value().user.value == "user-7");
  BOOST_TEST(behind.world->retried->job.value == "job-1");
  BOOST_TEST(status(ask("POST", job_path + "/retry", owner(), json_header, R"({"x":1})")) == 422);
  for (const auto* none : {"/api/cloud-pods/jobs/job-9/retry", "/api/cloud-pods/jobs/x/cancel"})
    BOOST_TEST(status(ask("POST", none, owner())) == 404);
}

BOOST_AUTO_TEST_CASE(jobs_and_events_of_a_pod_are_its_own) {
  serve();
  behind.world->write(2, "T-1");
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/100007/jobs?status=failed", owner())) == 200);
  BOOST_TEST(behind.world->jobs_listed.value().pod.value().value == "pod-1");
  BOOST_TEST(behind.world->jobs_listed->statuses.size() == 1U);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/100007/events?podId=pod-2&after=0", owner())) ==
             200);
  BOOST_TEST(behind.world->events_read.value().filter.pods.size() == 1U);
  BOOST_TEST(behind.world->events_read->filter.pods.front().value == "pod-1");
  BOOST_TEST(behind.world->events_read->filter.tenant.value().value == "T-1");
  for (const auto* list : {"jobs", "events", "backups", "snapshots", "health"}) {
    const auto path = pod_path + "/" + list;
    BOOST_TEST(status(ask("GET", path, token("T-2", "owner"))) == 404, list);
    BOOST_TEST(status(ask("GET", path, token("T-1", "billing"))) == 403, list);
    BOOST_TEST(status(ask("GET", path, token("", "", "focalpilot"))) == 200, list);
  }
}

BOOST_AUTO_TEST_CASE(backups_are_listed_newest_first_page_by_page) {
  const domain::instant begin{std::chrono::milliseconds{1'767'268'800'000}};
  for (const auto* id : {"bak-1", "bak-2", "bak-3"}) {
    auto& backup = behind.world->pod.pod.backups.emplace_back();
    backup.id = id;
    backup.by_policy = std::string{id} == "bak-3";
    backup.created_at = begin;
  }
  behind.world->pod.pod.order.plan = domain::plan_code{"starter"};
  serve();
  const auto first = json(ask("GET", pod_path + "/backups?limit=2", owner()));
  BOOST_TEST(first.at("items").at(0).at("id").as_string() == "bak-3");
  BOOST_TEST(first.at("items").at(0).at("expiresAt").as_string() == "2026-01-15T12:00:00.000Z");
  BOOST_TEST(first.at("items").at(1).at("expiresAt").is_null());
  const std::string cursor{first.at("nextCursor").as_string()};
  const auto rest = json(ask("GET", pod_path + "/backups?limit=2&cursor=" + cursor, owner()));
  BOOST_TEST(rest.at("items").as_array().size() == 1U);
  BOOST_TEST(rest.at("items").at(0).at("id").as_string() == "bak-1");
  BOOST_TEST(rest.at("nextCursor").is_null());
  BOOST_TEST(status(ask("GET", pod_path + "/snapshots?cursor=" + cursor, owner())) == 422);
}

BOOST_AUTO_TEST_CASE(snapshots_of_one_moment_are_paged_by_name) {
  for (const auto* name : {"a", "c", "b"})
    behind.world->pod.pod.snapshots.push_back({name, "", {}});
  serve();
  std::string names;
  std::string cursor;
  do {
    const auto page = json(ask("GET", pod_path + "/snapshots?limit=1" + cursor, owner()));
    names += page.at("items").at(0).at("name").as_string();
    const auto& next = page.at("nextCursor");
    cursor = next.is_null() ? "" : "&cursor=" + std::string{next.as_string()};
  } while (!cursor.empty());
  BOOST_TEST(names == "cba");
}

// Contract 6: `refresh=true` queues a check, unless one is open.
BOOST_AUTO_TEST_CASE(health_is_refreshed_by_one_check_at_a_time) {
  serve();
  const auto known = json(ask("GET", pod_path + "/health", owner()));
  BOOST_TEST(known.at("status").as_string() == "unknown");
  BOOST_TEST(!known.contains("refreshJobId"));
  BOOST_TEST(!behind.world->acted.has_value());
  const auto viewer = token("T-1", "viewer");
  const auto queued = ask("GET", pod_path + "/health?refresh=true", viewer);
  BOOST_TEST(json(queued).at("refreshJobId").as_string() == "job-1");
  BOOST_TEST((behind.world->acted.value().command.action == item_action::health));
  behind.world->acted.reset();
  auto& open = behind.world->pod.jobs.emplace_back();
  open.id = domain::job_id{"job-open"};
  open.type = domain::job_type::health;
  open.status = domain::job_status::running;
  const auto again = ask("GET", pod_path + "/health?refresh=true", viewer);
  BOOST_TEST(json(again).at("refreshJobId").as_string() == "job-open");
  BOOST_TEST(!behind.world->acted.has_value());
  BOOST_TEST(status(ask("GET", pod_path + "/health?refresh=1", viewer)) == 422);
}

BOOST_AUTO_TEST_SUITE_END()
