#include "store_fixture.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

struct reader_fixture : store_fixture {
  log_writer writer = leader();
  log_reader store = reader();
  samples::subject other{"other", 2};

  reader_fixture() {
    append(writer, {samples::tenant_made("acme"), samples::tenant_made("other")});
    append(writer, {samples::ordered(pod), samples::ordered(other)}, 10);
    append(writer, {samples::building(pod), samples::building(other)}, 20);
  }

  /// All matching events' seqs, page by page.
  std::vector<std::int64_t> seqs(const event_filter& filter, int limit) {
    std::vector<std::int64_t> out;
    std::int64_t after = 0;
    for (event_page page; after < (page = good(store.events_after(after, filter, limit))).head;
         after = page.looked_up_to) {
      BOOST_REQUIRE(static_cast<int>(page.events.size()) <= limit);
      BOOST_REQUIRE(page.looked_up_to > after);
      for (const auto& each : page.events)
        out.push_back(each.event.seq);
    }
    return out;
  }

  /// The same by a plain look at the table.
  std::string expected(const std::string& condition) const {
    return ask("SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM cloud_pod_events WHERE " +
               condition);
  }

  void check(const event_filter& filter, const std::string& condition) {
    for (const int limit : {1, 3, 100}) {
      std::string found;
      for (const auto each : seqs(filter, limit))
        found += (found.empty() ? "" : " ") + std::to_string(each);
      BOOST_TEST(found == expected(condition));
    }
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(reading_events, reader_fixture)

BOOST_AUTO_TEST_CASE(pages_follow_each_other_without_gap_or_overlap) { check({}, "true"); }

BOOST_AUTO_TEST_CASE(a_filter_is_or_inside_and_between) {
  event_filter filter;
  filter.tenant = domain::tenant_id{"acme"};
  check(filter, "tenant_id = 'acme'");
  filter.names = {"pod.*", "item.started"};
  check(filter, "tenant_id = 'acme' AND (name LIKE 'pod.%' OR name = 'item.started')");
  filter.categories = {domain::category::state_change, domain::category::error};
  check(filter, "tenant_id = 'acme' AND (name LIKE 'pod.%' OR name = 'item.started') AND type IN "
                "('STATE_CHANGE', 'ERROR')");
  filter.pods = {pod.pod(), other.pod(), pod.pod()};
  filter.names.clear();
  check(filter, "tenant_id = 'acme' AND pod_id = '" + pod.pod().value +
                    "' AND type IN ('STATE_CHANGE', 'ERROR')");
  filter.tenant.reset();
  filter.categories.clear();
  check(filter, "pod_id IS NOT NULL");
}

BOOST_AUTO_TEST_CASE(a_filter_that_matches_nothing_moves_on) {
  event_filter filter;
  filter.names = {"no.such"};
  const auto page = good(store.events_after(0, filter, 10));
  BOOST_TEST(page.events.empty());
  BOOST_TEST(page.looked_up_to == page.head);
}

BOOST_AUTO_TEST_CASE(a_position_beyond_the_head_shows_the_head) {
  const auto page = good(store.events_after(1'000'000, {}, 10));
  BOOST_TEST(page.events.empty());
  BOOST_TEST(page.head == writer.head().seq);
}

BOOST_AUTO_TEST_CASE(a_narrow_filter_over_a_long_log_looks_at_a_stretch_at_a_time) {
  std::vector<decision> many;
  for (int i = 0; i < 450; ++i)
    many.push_back(
        samples::decided(std::vector<domain::new_event>(10, {"platform",
                                                             {},
                                                             {},
                                                             std::nullopt,
                                                             {},
                                                             domain::category::info,
                                                             "",
                                                             domain::node_reachable{}})));
  append(writer, many);
  event_filter filter;
  filter.names = {"tenant.created"};
  const auto first = good(store.events_after(0, filter, 10));
  BOOST_TEST(first.events.size() == 2U);
  BOOST_TEST(first.looked_up_to < first.head);
  check(filter, "name = 'tenant.created'");
}

// Contract 11: what was told of a node is known after a restart.
BOOST_AUTO_TEST_CASE(a_nodes_record_is_what_was_told_last_of_it) {
  const domain::node_name name{"pve1"};
  const auto tell = [&](const domain::node_name& node, domain::event_payload what) {
    domain::new_event fact;
    fact.stream = domain::node_stream(node);
    fact.payload = std::move(what);
    append(writer, {samples::decided({fact})}, 30);
  };
  BOOST_TEST((good(store.node_record(name)) == domain::node_record{}));
  tell(name, domain::node_drained{});
  tell(name, domain::node_unreachable{"cable"});
  tell(name, domain::node_circuit_opened{"no route", 5});
  tell(domain::node_name{"pve2"}, domain::node_resumed{});
  BOOST_TEST((good(store.node_record(name)) == domain::node_record{true, true, true, {}}));
  tell(name, domain::node_reachable{});
  tell(name, domain::node_circuit_closed{});
  tell(name, domain::node_resumed{});
  tell(name, domain::node_drained{});
  BOOST_TEST((good(store.node_record(name)) == domain::node_record{false, false, true, {}}));
}

BOOST_AUTO_TEST_CASE(items_that_have_ended_are_told_from_open_and_unknown_ones) {
  append(writer, {samples::built(pod)}, 30);
  std::vector<domain::item_id> all{domain::item_id{"q-unknown"}};
  for (const auto* status : {"success", "running"})
    all.emplace_back(
        ask("SELECT id FROM cloud_pod_queue WHERE status = '" + std::string{status} + "'"));
  const auto ended = good(store.ended_of(all));
  BOOST_REQUIRE(ended.size() == 1U);
  BOOST_TEST(ended[0].value == all[1].value);
}

BOOST_AUTO_TEST_CASE(a_tenants_history_is_all_of_its_events_and_no_others) {
  const auto all = good(store.tenant_history(domain::tenant_id{"acme"}));
  BOOST_TEST(all.head == writer.head().seq);
  std::int64_t count = 0;
  for (const auto& each : all.events) {
    BOOST_TEST(each.event.tenant.value == "acme");
    BOOST_TEST(each.event.tenant_seq == ++count);
  }
  BOOST_TEST(std::to_string(count) == ask("SELECT count(*) FROM cloud_pod_events WHERE tenant_id "
                                          "= 'acme'"));
  const auto early = good(store.tenant_history(domain::tenant_id{"acme"}, 4));
  BOOST_TEST(early.events.size() == 3U);
  const auto none = good(store.tenant_history(domain::tenant_id{"nobody"}));
  BOOST_TEST(none.events.empty());
  BOOST_TEST(none.head == all.head);
}

BOOST_AUTO_TEST_CASE(a_pods_history_is_its_stream) {
  const auto all = good(store.pod_history(pod.pod()));
  BOOST_TEST(all.events.size() == 7U);
  for (std::size_t i = 0; i < all.events.size(); ++i)
    BOOST_TEST(all.events[i].event.stream_version == static_cast<std::int64_t>(i) + 1);
  BOOST_TEST(good(store.pod_history(pod.pod(), 5)).events.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_broken_connection_is_made_again_unseen) {
  ask("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = "
      "'cloudpodsd reader' AND datname = current_database()");
  BOOST_TEST(good(store.head()).seq == writer.head().seq);
}

BOOST_AUTO_TEST_CASE(a_store_that_is_away_says_so) {
  log_reader nowhere{{.dsn = "host=/nonexistent"}};
  const auto failed = nowhere.head();
  BOOST_REQUIRE(!failed);
  BOOST_CHECK(failed.error().kind == fault_kind::away);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(looking_up, reader_fixture)

BOOST_AUTO_TEST_CASE(owners_are_found_by_vmid_pod_and_job) {
  BOOST_TEST(good(store.owner_of(pod.guest())).value().value == "acme");
  BOOST_TEST(good(store.owner_of(other.pod())).value().value == "other");
  BOOST_TEST(good(store.owner_of(pod.job())).value().value == "acme");
  BOOST_TEST(!good(store.owner_of(domain::vmid{999})).has_value());
  BOOST_TEST(!good(store.owner_of(domain::pod_id{"pod-none"})).has_value());
  BOOST_TEST(!good(store.owner_of(domain::job_id{"job-none"})).has_value());
}

BOOST_AUTO_TEST_CASE(a_vmid_finds_only_a_pod_that_is_not_deleted) {
  append(writer, {samples::built(pod), samples::destroyed(pod)});
  BOOST_TEST(!good(store.owner_of(pod.guest())).has_value());
  BOOST_TEST(good(store.owner_of(pod.pod())).has_value());
}

BOOST_AUTO_TEST_CASE(tenants_are_open_until_their_last_item_ends) {
  append(writer, {samples::tenant_made("third"), samples::ordered({"third", 3})});
  const auto all = good(store.tenants_with_open_work());
  BOOST_TEST(all.begun.size() == 2U);
  BOOST_REQUIRE_EQUAL(all.waiting.size(), 1U);
  BOOST_TEST(all.waiting[0].value == "third");
  append(writer, {samples::built(pod), samples::failed(other, true)});
  auto open = good(store.tenants_with_open_work());
  BOOST_TEST(open.waiting.size() == 1U);
  BOOST_REQUIRE_EQUAL(open.begun.size(), 1U);
  BOOST_TEST(open.begun[0].value == "other");
  append(writer, {samples::cleaned(other)});
  open = good(store.tenants_with_open_work());
  BOOST_TEST(open.begun.empty());
}

BOOST_AUTO_TEST_CASE(the_allocator_learns_what_is_held_and_what_was_released_lately) {
  append(writer, {samples::built(pod), samples::failed(other, false)}, 100);
  append(writer, {samples::destroyed(pod)}, 200);
  const auto lately = good(store.holdings_for_allocator(samples::at(300), std::chrono::hours{1}));
  BOOST_TEST(lately.head == writer.head().seq);
  BOOST_REQUIRE_EQUAL(lately.pods.size(), 1U);
  BOOST_TEST(lately.pods[0].guest.value() == other.guest());
  BOOST_TEST(!lately.pods[0].ip_address.has_value());
  BOOST_TEST(lately.pods[0].node.value == "pve1");
  BOOST_TEST(lately.pods[0].memory_mb == 0);
  BOOST_TEST(lately.pods[0].disk_gb == 0);
  BOOST_REQUIRE_EQUAL(lately.vmids.size(), 1U);
  BOOST_TEST(lately.vmids[0].what == pod.guest());
  BOOST_CHECK(lately.vmids[0].at == samples::at(200));
  BOOST_TEST(lately.addresses.size() == 2U);
  const auto later =
      good(store.holdings_for_allocator(samples::at(250), std::chrono::seconds{100}));
  BOOST_REQUIRE_EQUAL(later.addresses.size(), 1U);
  BOOST_TEST(later.addresses[0].what == pod.address());
}

BOOST_AUTO_TEST_CASE(the_allocator_learns_sizes_and_addresses_as_they_are_now) {
  append(writer, {samples::built(pod)}, 100);
  auto size = pod.size();
  append(writer, {samples::lived(pod, samples::happening::scaled, 1, size)}, 200);
  // A sync that found another address, and another memory.
  auto found = size;
  found.memory_mb = 4096;
  append(writer, {samples::lived(pod, samples::happening::synced, 3, found)}, 300);
  const auto view = good(store.holdings_for_allocator(samples::at(310), std::chrono::hours{1}));
  const auto held = std::ranges::find(view.pods, pod.pod(), &pod_holding::pod);
  BOOST_REQUIRE((held != view.pods.end()));
  BOOST_TEST(held->memory_mb == 4096);
  BOOST_TEST(held->disk_gb == 40);
  BOOST_TEST(held->ip_address.value() == "10.9.0.4");
  BOOST_REQUIRE_EQUAL(view.addresses.size(), 1U);
  BOOST_TEST(view.addresses[0].what == pod.address());
}

BOOST_AUTO_TEST_CASE(the_catalogue_is_copied_and_what_left_it_is_gone) {
  domain::catalogue offers;
  domain::plan starter;
  starter.code = domain::plan_code{"starter"};
  starter.aliases = {"CLOUD_POD_STARTER", "a'b"};
  starter.price_monthly_cents = 149;
  domain::tenant_plan basic;
  basic.id = "cloud-basic";
  basic.limit.most = {5, 10, 20480, 500};
  domain::blueprint ubuntu;
  ubuntu.code = domain::blueprint_code{"ubuntu-24-minimal"};
  ubuntu.nodes = {domain::node_name{"pve1"}};
  offers.plans = {starter};
  offers.tenant_plans = {basic};
  offers.blueprints = {ubuntu};
  good(write_catalogue(dsn, offers));
  good(write_catalogue(dsn, offers));
  BOOST_TEST(ask("SELECT price_monthly || ' ' || (aliases ->> 1) FROM cloud_pod_plans") ==
             "1.49 a'b");
  BOOST_TEST(ask("SELECT max_memory_mb FROM cloud_pod_tenant_plans") == "20480");
  BOOST_TEST(ask("SELECT kind || ' ' || (nodes ->> 0) FROM cloud_pod_blueprints") ==
             "template pve1");
  ask("INSERT INTO cloud_pod_blueprints (code, kind, name, description, is_active) VALUES ('s', "
      "'stack', '', '', true)");
  good(write_catalogue(dsn, {}));
  BOOST_TEST(ask("SELECT count(*) FROM cloud_pod_plans") == "0");
  BOOST_TEST(ask("SELECT string_agg(code, ',') FROM cloud_pod_blueprints") == "s");
}

BOOST_AUTO_TEST_SUITE_END()
