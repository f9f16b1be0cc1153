#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"

// Contract 17, 10, 12: what people do to guests by hand is found within one sweep, told once, and
// mended, adopted or forgotten. Two hosts of one cluster, which the simulated node is both of.

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds patience{30};

struct compared_site : chaos_site {
  compared_site()
      : chaos_site([](installation& here) {
          here.set("nodes", "\n[[nodes]]\nname = \"pve2\"\nhost = \"" + here.node().host() +
                                "\"\nport = " + std::to_string(here.node().port()) +
                                "\nregion = \"migra-us-east-1\"\nwork_dir = \".cloudpods-2\"\n"
                                "log_file = \"\"\n");
          here.set("reconcile", "interval_s = 604800");
          here.set("health", "interval_s = 0");
        }) {
    begin();
  }

  void begin() {
    start();
    BOOST_TEST_REQUIRE(
        node().wait_until([&] { return is_reachable("pve1") && is_reachable("pve2"); }));
  }

  bool is_reachable(const std::string& name) {
    return client("").get("/api/cloud-pods/admin/nodes/" + name).json().at("reachable").as_bool();
  }

  accepted_work make_active(const std::string& name, const std::string& blueprint = vm_blueprint) {
    const auto made = order(name, blueprint);
    BOOST_TEST_REQUIRE(end_of(made.job) == "success");
    return made;
  }

  json::value sweep() {
    const auto done = client("").post("/api/cloud-pods/admin/reconcile", "");
    BOOST_TEST_REQUIRE(done.status == 200, done.text);
    BOOST_TEST_REQUIRE(done.json().at("finished").as_bool(), done.text);
    return done.json();
  }

  json::array listed(const std::string& query = {}) {
    return client("").get("/api/cloud-pods/admin/drift" + query).json().at("items").as_array();
  }

  /// The only open difference.
  json::value only() {
    const auto all = listed();
    BOOST_TEST_REQUIRE(all.size() == 1U, json::serialize(all));
    return all.front();
  }

  api_answer say(const std::string& id, const std::string& word, const std::string& body = {},
                 const api_client::header_list& headers = {}) {
    return client("").post("/api/cloud-pods/admin/drift/" + id + "/" + word, body, headers);
  }

  std::string told(const std::string& name, const std::string& id) {
    return store().value("SELECT count(*) FROM cloud_pod_events WHERE name = '" + name +
                         "' AND data ->> 'driftId' = '" + id + "'");
  }

  std::string resolution(const std::string& id) {
    return store().value("SELECT coalesce(resolution, status) FROM cloud_pod_drift WHERE id = '" +
                         id + "'");
  }

  void by_hand(const std::vector<std::string>& argv) {
    const auto done = node().run(argv);
    BOOST_TEST_REQUIRE(done.code == 0, done.err);
  }

  void job_succeeds(const json::value& of) {
    BOOST_TEST_REQUIRE(!of.at("mendingJobId").is_null(), json::serialize(of));
    BOOST_TEST(end_of(text_of(of, "mendingJobId")) == "success");
  }

  std::string limit(const std::string& body) {
    const auto set = client("").post("/api/cloud-pods/tenants/acme/quota", body);
    return std::to_string(set.status);
  }
};

std::string missing(const accepted_work& of) { return "drift-" + of.pod + "-missing"; }

} // namespace

BOOST_FIXTURE_TEST_SUITE(drift, compared_site)

BOOST_AUTO_TEST_CASE(where_all_is_as_it_was_ordered_nothing_is_told) {
  make_active("machine");
  make_active("container", ct_blueprint);
  const auto head = store().value("SELECT seq FROM cloud_pod_log_head");
  const auto seen = sweep();
  BOOST_TEST(seen.at("pods").as_int64() == 2);
  BOOST_TEST(seen.at("changes").as_int64() == 0);
  BOOST_TEST(listed().empty());
  BOOST_TEST(store().value("SELECT seq FROM cloud_pod_log_head") == head);
}

BOOST_AUTO_TEST_CASE(a_guest_that_is_gone_is_found_once_and_forgotten) {
  const auto made = make_active("lost");
  by_hand({"qm", "stop", std::to_string(made.vmid)});
  by_hand({"qm", "destroy", std::to_string(made.vmid), "--purge", "1"});
  sweep();
  const auto found = only();
  BOOST_TEST(text_of(found, "id") == missing(made));
  BOOST_TEST(text_of(found, "kind") == "missing");
  restart();
  BOOST_TEST_REQUIRE(
      node().wait_until([&] { return is_reachable("pve1") && is_reachable("pve2"); }));
  sweep();
  BOOST_TEST(told("pod.drift_detected", missing(made)) == "1");
  BOOST_TEST(status_of(made.pod) == "active");

  const auto forgotten = say(missing(made), "forget", "", {{"Idempotency-Key", "f1"}});
  BOOST_TEST_REQUIRE(forgotten.status == 200, forgotten.text);
  BOOST_TEST(text_of(forgotten.json().at("pod"), "status") == "deleted");
  const auto again = say(missing(made), "forget", "", {{"Idempotency-Key", "f1"}});
  BOOST_TEST(again.status == 200, again.text);
  BOOST_TEST(again.headers.contains("idempotency-replayed"));
  BOOST_TEST(say(missing(made), "forget").status == 409);
  BOOST_TEST(resolution(missing(made)) == "forgotten");
  BOOST_TEST(store().value("SELECT used_pods + reserved_pods FROM cloud_pod_quotas "
                           "WHERE tenant_id = 'acme'") == "0");
  BOOST_TEST(here().run("verify-log").code == 0);
}

BOOST_AUTO_TEST_CASE(a_guest_that_stands_is_not_forgotten) {
  const auto made = make_active("there");
  by_hand({"qm", "stop", std::to_string(made.vmid)});
  const auto id = "drift-" + made.pod + "-power";
  sweep();
  BOOST_TEST(say(id, "forget").status == 409);
  BOOST_TEST(status_of(made.pod) == "active");
}

BOOST_AUTO_TEST_CASE(a_guest_that_was_stopped_on_its_host_is_started_again) {
  for (const auto* blueprint : {vm_blueprint, ct_blueprint}) {
    const auto made = make_active(std::string{"stopped-"} + blueprint, blueprint);
    by_hand({blueprint == vm_blueprint ? "qm" : "pct", "stop", std::to_string(made.vmid)});
    sweep();
    const auto id = "drift-" + made.pod + "-power";
    job_succeeds(only());
    BOOST_TEST(node().guest(made.vmid)->running);
    sweep();
    BOOST_TEST(resolution(id) == "mended");
    BOOST_TEST(told("pod.drift_detected", id) == "1");
    BOOST_TEST(text_of(pod(made.pod), "powerState") == "running");
  }
}

BOOST_AUTO_TEST_CASE(a_guest_that_is_to_be_off_is_stopped_again) {
  const auto made = make_active("off");
  const auto stopped = work_of(client().post("/api/cloud-pods/" + made.pod + "/stop", ""));
  BOOST_TEST_REQUIRE(end_of(stopped.job) == "success");
  by_hand({"qm", "start", std::to_string(made.vmid)});
  sweep();
  job_succeeds(only());
  BOOST_TEST(!node().guest(made.vmid)->running);
}

BOOST_AUTO_TEST_CASE(a_guest_of_another_size_is_told_and_taken_within_the_quota) {
  const auto made = make_active("larger", ct_blueprint);
  by_hand({"pct", "set", std::to_string(made.vmid), "--memory", "4096"});
  sweep();
  const auto found = only();
  const auto id = text_of(found, "id");
  BOOST_TEST(text_of(found, "kind") == "resources");
  BOOST_TEST(limit(R"({"maxMemoryMb":2048})") == "200");
  const auto refused = say(id, "adopt");
  BOOST_TEST(refused.status == 403, refused.text);
  BOOST_TEST(limit(R"({"maxMemoryMb":8192})") == "200");
  const auto taken = say(id, "adopt");
  BOOST_TEST_REQUIRE(taken.status == 202, taken.text);
  BOOST_TEST(end_of(text_of(taken.json().at("job"), "id")) == "success");
  BOOST_TEST(pod(made.pod).at("memoryMb").as_int64() == 4096);
  sweep();
  BOOST_TEST(listed().empty());
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_guest_made_by_hand_becomes_a_pod_with_its_notes) {
  by_hand({"qm", "clone", "9100", "150001", "--name", "by-hand", "--full", "1"});
  by_hand({"qm", "set", "150001", "--description", "Ask Ann: 100%\nbefore you touch it", "--tags",
           "blue"});
  sweep();
  const std::string id = "drift-pve1-150001-stranger";
  BOOST_TEST(text_of(only(), "id") == id);
  BOOST_TEST(say(id, "adopt").status == 422);
  BOOST_TEST(limit(R"({"maxPods":0})") == "200");
  BOOST_TEST(say(id, "adopt", R"({"tenantId":"acme"})").status == 403);
  BOOST_TEST(limit(R"({"maxPods":-1})") == "200");

  node().add_fault({.pattern = "qm set 150001*",
                    .kind = "hang",
                    .when = support::strike::before,
                    .name = "mark"});
  const auto taken = say(id, "adopt", R"({"tenantId":"acme"})", {{"Idempotency-Key", "a1"}});
  BOOST_TEST_REQUIRE(taken.status == 202, taken.text);
  BOOST_TEST(node().wait_hanging("mark"));
  kill();
  node().release("mark");
  begin();
  BOOST_TEST(end_of(text_of(taken.json().at("job"), "id")) == "success");
  const auto again = say(id, "adopt", R"({"tenantId":"acme"})", {{"Idempotency-Key", "a1"}});
  BOOST_TEST(again.status == 202, again.text);
  const auto id_of_pod = text_of(taken.json().at("pod"), "id");
  BOOST_TEST(text_of(again.json().at("pod"), "id") == id_of_pod);
  const auto now = pod(id_of_pod);
  BOOST_TEST(text_of(now, "name") == "by-hand");
  BOOST_TEST(text_of(now, "status") == "active");
  const auto guest = *node().guest(150001);
  BOOST_TEST(guest.config.at("description").find("Ask Ann") != std::string::npos);
  BOOST_TEST(guest.config.at("description").find(id_of_pod) != std::string::npos);
  BOOST_TEST(guest.config.at("tags").find("blue") != std::string::npos);
  BOOST_TEST(resolution(id) == "adopted");
  sweep();
  BOOST_TEST(listed().empty(), json::serialize(listed()));
  BOOST_TEST(end_of(destroy(id_of_pod).job) == "success");
  BOOST_TEST(!node().guest(150001));
  BOOST_TEST(here().run("verify-log").code == 0);
}

BOOST_AUTO_TEST_CASE(a_guest_of_ours_that_no_pod_is_can_be_adopted) {
  const auto made = make_active("again");
  const auto config = node().guest(made.vmid)->config;
  BOOST_TEST_REQUIRE(end_of(destroy(made.pod).job) == "success");
  by_hand({"qm", "clone", "9100", "150001", "--name", "again", "--full", "1"});
  by_hand({"qm", "set", "150001", "--description", config.at("description"), "--tags",
           config.at("tags")});
  sweep();
  const std::string id = "drift-pve1-150001-orphan";
  BOOST_TEST(text_of(only(), "id") == id);
  const auto taken = say(id, "adopt", R"({"tenantId":"acme"})");
  BOOST_TEST_REQUIRE(taken.status == 202, taken.text);
  BOOST_TEST(end_of(text_of(taken.json().at("job"), "id")) == "success");
  const auto tags = node().guest(150001)->config.at("tags");
  BOOST_TEST(tags.find("pod-") == tags.rfind("pod-"), tags);
  sweep();
  BOOST_TEST(listed().empty(), json::serialize(listed()));
}

BOOST_AUTO_TEST_CASE(a_stranger_is_told_once_ignored_and_let_go) {
  by_hand({"qm", "clone", "9100", "150001", "--name", "by-hand"});
  by_hand({"qm", "clone", "9100", "250", "--name", "outside"});
  sweep();
  sweep();
  const std::string id = "drift-pve1-150001-stranger";
  BOOST_TEST(text_of(only(), "id") == id);
  BOOST_TEST(told("node.drift_detected", id) == "1");
  BOOST_TEST(say(id, "forget").status == 409);
  BOOST_TEST(say(id, "ignore", R"({"reason":"mine"})").status == 200);
  BOOST_TEST(say(id, "ignore", R"({"reason":"mine"})").status == 200);
  BOOST_TEST(listed().empty());
  BOOST_TEST(listed("?status=ignored").size() == 1U);
  by_hand({"qm", "destroy", "150001", "--purge", "1"});
  sweep();
  BOOST_TEST(resolution(id) == "gone");
  BOOST_TEST(node().guest(250).has_value());
}

BOOST_AUTO_TEST_CASE(a_guest_without_its_mark_is_adopted_again) {
  const auto made = make_active("bare");
  by_hand({"qm", "set", std::to_string(made.vmid), "--delete", "description,tags"});
  sweep();
  const auto id = text_of(only(), "id");
  BOOST_TEST(id == "drift-" + made.pod + "-ownership");
  BOOST_TEST(status_of(made.pod) == "error");
  const auto taken = say(id, "adopt");
  BOOST_TEST_REQUIRE(taken.status == 202, taken.text);
  BOOST_TEST(end_of(text_of(taken.json().at("job"), "id")) == "success");
  BOOST_TEST(status_of(made.pod) == "active");
  sweep();
  BOOST_TEST(listed().empty(), json::serialize(listed()));
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_guest_on_another_host_is_followed) {
  const auto made = make_active("moved");
  node().set("on_node_" + std::to_string(made.vmid), "pve2");
  sweep();
  BOOST_TEST(text_of(pod(made.pod), "node") == "pve2");
  BOOST_TEST(resolution("drift-" + made.pod + "-moved") == "followed");
  const auto stopped = work_of(client().post("/api/cloud-pods/" + made.pod + "/stop", ""));
  BOOST_TEST(end_of(stopped.job) == "success");
  const auto other = make_active("away");
  node().set("on_node_" + std::to_string(other.vmid), "pve9");
  sweep();
  BOOST_TEST(text_of(only(), "kind") == "moved");
  BOOST_TEST(text_of(pod(other.pod), "node") == "pve1");
  BOOST_TEST(here().run("verify-log").code == 0);
}

BOOST_AUTO_TEST_CASE(a_list_with_garbage_hides_nothing_and_proves_no_absence) {
  const auto lost = make_active("lost");
  const auto off = make_active("off");
  by_hand({"qm", "stop", std::to_string(lost.vmid)});
  by_hand({"qm", "destroy", std::to_string(lost.vmid), "--purge", "1"});
  by_hand({"qm", "stop", std::to_string(off.vmid)});
  node().set("list_garbage", R"({"type":"qemu","vmid":"x"})");
  sweep();
  BOOST_TEST(text_of(only(), "kind") == "power");
  node().set("list_garbage", "");
  sweep();
  BOOST_TEST(told("pod.drift_detected", missing(lost)) == "1");
}

BOOST_AUTO_TEST_CASE(of_a_host_that_is_away_nothing_is_concluded) {
  const auto made = make_active("unseen");
  by_hand({"qm", "stop", std::to_string(made.vmid)});
  by_hand({"qm", "destroy", std::to_string(made.vmid), "--purge", "1"});
  node().stop_sshd();
  node().kill_connections();
  BOOST_TEST_REQUIRE(
      node().wait_until([&] { return !is_reachable("pve1") && !is_reachable("pve2"); }));
  const auto seen = sweep();
  BOOST_TEST(seen.at("nodesAway").as_array().size() == 2U);
  BOOST_TEST(listed().empty());
  node().start_sshd();
  BOOST_TEST_REQUIRE(
      node().wait_until([&] { return is_reachable("pve1") && is_reachable("pve2"); }, patience));
  sweep();
  BOOST_TEST(text_of(only(), "id") == missing(made));
}

BOOST_AUTO_TEST_CASE(a_tenant_sees_the_differences_of_its_own_pods_only) {
  const auto made = make_active("mine");
  by_hand({"qm", "stop", std::to_string(made.vmid)});
  by_hand({"qm", "clone", "9100", "150001", "--name", "by-hand"});
  sweep();
  const auto of = [&](const std::string& tenant) {
    return client(tenant).get("/api/cloud-pods/events?limit=500").text;
  };
  BOOST_TEST(of("acme").find("pod.drift_detected") != std::string::npos);
  BOOST_TEST(of("acme").find("150001") == std::string::npos);
  BOOST_TEST(of("other").find("drift") == std::string::npos);
  BOOST_TEST(client("acme").get("/api/cloud-pods/admin/drift").status == 403);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
