#include "persistence/log_reader.hpp"
#include "store_fixture.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

decision with_key(decision from, const std::string& key, const samples::subject& pod) {
  from.idempotency =
      idempotency_entry{domain::tenant_id{pod.tenant}, key, "hash", 202, pod.pod(), pod.job()};
  return from;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(appending, store_fixture)

BOOST_AUTO_TEST_CASE(events_are_numbered_without_gaps_in_every_count) {
  auto writer = leader();
  samples::subject other{"other", 2};
  const auto events = append(writer, {samples::tenant_made("acme"), samples::tenant_made("other"),
                                      samples::ordered(pod), samples::ordered(other)});
  BOOST_REQUIRE_EQUAL(events.size(), 10U);
  for (std::size_t i = 0; i < events.size(); ++i)
    BOOST_TEST(events[i].event.seq == static_cast<std::int64_t>(i) + 1);
  BOOST_TEST(events[3].event.stream_version == 1); // the pod's first
  BOOST_TEST(events[9].event.stream_version == 3);
  BOOST_TEST(events[9].event.tenant_seq == 5);
  BOOST_TEST(writer.head().seq == 10);
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(a_writer_that_comes_later_counts_on) {
  {
    auto first = leader();
    append(first, {samples::tenant_made("acme"), samples::ordered(pod)});
  }
  auto second = leader();
  BOOST_TEST(second.head().epoch == 2);
  const auto events = append(second, {samples::building(pod)});
  BOOST_TEST(events.front().event.seq == 6);
  BOOST_TEST(events.front().event.stream_version == 4);
  BOOST_TEST(events.front().event.tenant_seq == 6);
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(counters_that_do_not_fit_are_read_again) {
  writer_settings settings{.dsn = dsn, .random = samples::random_bits()};
  settings.counters_kept = 1;
  log_writer writer{std::move(settings)};
  good(writer.take_lead());
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod)});
  append(writer, {samples::building(pod)});
  append(writer, {samples::built(pod)});
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(time_in_the_log_never_goes_back) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme")}, 100);
  const auto events = append(writer, {samples::ordered(pod)}, 50);
  BOOST_CHECK(events.front().event.at == samples::at(100));
}

BOOST_AUTO_TEST_CASE(what_is_returned_is_what_is_stored) {
  auto writer = leader();
  auto appended = append(writer, {samples::tenant_made("acme"), samples::ordered(pod)}, 5);
  auto store = reader();
  const auto page = good(store.events_after(0, {}, 100));
  BOOST_REQUIRE_EQUAL(page.events.size(), appended.size());
  for (std::size_t i = 0; i < appended.size(); ++i) {
    const auto& a = appended[i].event;
    const auto& b = page.events[i].event;
    BOOST_TEST(appended[i].data == page.events[i].data);
    BOOST_TEST(a.id.value == b.id.value);
    BOOST_TEST(a.message == b.message);
    BOOST_TEST(a.request.value == b.request.value);
    BOOST_CHECK(a.actor == b.actor);
    BOOST_CHECK(a.at == b.at);
    BOOST_CHECK(a.guest == b.guest);
    BOOST_CHECK(a.payload == b.payload);
  }
}

BOOST_AUTO_TEST_CASE(text_that_looks_like_sql_is_stored_byte_for_byte) {
  const std::string evil =
      "Robert'); DROP TABLE cloud_pods; -- {\"x\":[1,\\\"]} %_\xf0\x9f\x92\xa3$1";
  auto writer = leader();
  samples::subject strange{evil, 3};
  auto order = samples::ordered(strange);
  order.events[1].message = evil;
  order.actor.id = evil;
  order.request = domain::request_id{evil};
  auto& ordered = std::get<domain::pod_ordered>(order.events[1].payload);
  ordered.name = ordered.region = ordered.bridge = evil;
  ordered.metadata = {{evil, evil}};
  ordered.subscription = evil;
  order.secrets.push_back({strange.pod(), evil, evil + std::string(1, '\0')});
  append(writer, {samples::tenant_made(evil), with_key(order, evil, strange)});
  auto store = reader();
  const auto history = good(store.tenant_history(domain::tenant_id{evil}));
  BOOST_REQUIRE_EQUAL(history.events.size(), 5U);
  const auto& read = history.events[2].event;
  BOOST_TEST(read.message == evil);
  BOOST_TEST(read.actor.id == evil);
  BOOST_CHECK(read.payload == domain::event_payload{ordered});
  BOOST_TEST(good(store.secret(strange.pod(), evil)).value() == evil + std::string(1, '\0'));
  BOOST_TEST(good(store.idempotency_of(domain::tenant_id{evil}, samples::at(0)))[0].entry.key ==
             evil);
  BOOST_TEST(good(store.owner_of(strange.pod())).value().value == evil);
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(refusing, store_fixture)

BOOST_AUTO_TEST_CASE(a_refused_decision_harms_no_other) {
  auto writer = leader();
  samples::subject bad{"acme", 2};
  samples::subject next{"acme", 3};
  auto with_nul = samples::ordered(bad);
  with_nul.events[1].message = std::string{"a\0b", 3};
  const auto outcomes = settled(writer.append(
      {samples::tenant_made("acme"), samples::ordered(pod), with_nul, samples::ordered(next)},
      samples::at(0)));
  BOOST_REQUIRE_EQUAL(outcomes.size(), 4U);
  BOOST_TEST(outcomes[0].has_value());
  BOOST_TEST(outcomes[1].has_value());
  BOOST_TEST(outcomes[3].has_value());
  BOOST_REQUIRE(!outcomes[2]);
  BOOST_TEST(outcomes[2].error().is_of_content());
  BOOST_TEST(writer.head().seq == 9);
  BOOST_TEST(ask("SELECT count(*) FROM cloud_pods") == "2");
  BOOST_TEST(ask("SELECT reserved_pods FROM cloud_pod_quotas") == "2");
  append(writer, {samples::building(pod)});
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(a_name_that_cannot_be_looked_up_is_refused_alone) {
  auto writer = leader();
  auto bad = samples::tenant_made("x");
  bad.events[0].stream = "tenant:\xff";
  const auto outcomes = settled(writer.append({bad, samples::tenant_made("acme")}, samples::at(0)));
  BOOST_TEST(!outcomes[0].has_value());
  BOOST_TEST(outcomes[1].has_value());
}

BOOST_AUTO_TEST_CASE(a_job_cannot_be_queued_twice) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod)});
  const auto outcomes = settled(writer.append({samples::ordered(pod)}, samples::at(0)));
  BOOST_REQUIRE(!outcomes[0]);
  BOOST_TEST(outcomes[0].error().sql_state == "23505");
  BOOST_TEST(writer.head().seq == 5);
}

BOOST_AUTO_TEST_CASE(a_refusal_tells_no_value_of_the_row) {
  auto writer = leader();
  auto order = samples::ordered(pod);
  order.secrets.push_back({pod.pod(), std::string(1, '\0'), "top secret"});
  std::get<domain::pod_ordered>(order.events[1].payload).name = "top secret";
  std::get<domain::quota_reserved>(order.events[0].payload).delta.pods = -1;
  for (int i = 0; i < 2; ++i, order.secrets.clear()) {
    const auto outcomes = settled(writer.append({order}, samples::at(0)));
    BOOST_REQUIRE(!outcomes[0]);
    BOOST_TEST(outcomes[0].error().message.find("top secret") == std::string::npos);
    BOOST_TEST(!outcomes[0].error().message.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_vmid_is_held_by_one_live_pod_at_a_time) {
  auto writer = leader();
  samples::subject second{"acme", 2};
  auto taken = samples::ordered(second);
  std::get<domain::pod_ordered>(taken.events[1].payload).guest = pod.guest();
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod)});
  BOOST_TEST(!settled(writer.append({taken}, samples::at(0)))[0].has_value());
  append(writer, {samples::building(pod), samples::built(pod), samples::destroyed(pod), taken});
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(a_quota_below_nothing_is_refused) {
  auto writer = leader();
  const auto outcomes = settled(
      writer.append({samples::tenant_made("acme"),
                     samples::decided({pod.of_tenant(domain::quota_released{pod.size(), {}})})},
                    samples::at(0)));
  BOOST_REQUIRE(!outcomes[1]);
  BOOST_TEST(outcomes[1].error().sql_state == "23514");
}

BOOST_AUTO_TEST_CASE(a_decision_that_states_nothing_is_refused_alone) {
  auto writer = leader();
  const auto outcomes =
      settled(writer.append({decision{}, samples::tenant_made("acme")}, samples::at(0)));
  BOOST_TEST(!outcomes[0].has_value());
  BOOST_TEST(outcomes[1].has_value());
  BOOST_TEST(settled(writer.append({}, samples::at(0))).empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(answers_and_secrets, store_fixture)

BOOST_AUTO_TEST_CASE(an_answer_is_kept_with_its_effect_for_a_day) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme"), with_key(samples::ordered(pod), "k", pod)}, 10);
  auto store = reader();
  const domain::tenant_id acme{"acme"};
  const auto answers = good(store.idempotency_of(acme, samples::at(10 + 86'399)));
  BOOST_REQUIRE_EQUAL(answers.size(), 1U);
  BOOST_TEST(answers[0].entry.request_hash == "hash");
  BOOST_TEST(answers[0].entry.status == 202);
  BOOST_TEST(answers[0].entry.pod.value == pod.pod().value);
  BOOST_TEST(answers[0].entry.job.value == pod.job().value);
  BOOST_TEST(answers[0].seq == 5);
  BOOST_TEST(good(store.idempotency_of(acme, samples::at(10 + 86'400))).empty());
}

BOOST_AUTO_TEST_CASE(a_key_in_use_refuses_the_decision_and_an_expired_one_does_not) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme"), with_key(samples::ordered(pod), "k", pod)});
  const auto again = with_key(samples::building(pod), "k", pod);
  BOOST_TEST(!settled(writer.append({again}, samples::at(86'399)))[0].has_value());
  BOOST_TEST(settled(writer.append({again}, samples::at(86'400)))[0].has_value());
}

BOOST_AUTO_TEST_CASE(answers_that_expired_go_when_others_come) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme"), with_key(samples::ordered(pod), "old", pod)});
  append(writer, {with_key(samples::building(pod), "new", pod)}, 90'000);
  BOOST_TEST(ask("SELECT string_agg(key, ',') FROM cloud_pod_idempotency") == "new");
}

// Contract 5: also where nothing had to be done.
BOOST_AUTO_TEST_CASE(an_answer_without_an_event_is_kept_and_moves_no_head) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod)}, 10);
  append(writer, {with_key({}, "k", pod)}, 11);
  BOOST_TEST(writer.head().seq == 5);
  const auto answers = good(reader().idempotency_of(domain::tenant_id{"acme"}, samples::at(12)));
  BOOST_REQUIRE_EQUAL(answers.size(), 1U);
  BOOST_TEST(answers[0].entry.job.value == pod.job().value);
  BOOST_TEST(answers[0].seq == 5);
  append(writer, {samples::building(pod)}, 12);
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(an_answer_without_an_event_stands_where_its_decision_stood) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod), with_key({}, "k", pod),
                  samples::building(pod)});
  BOOST_TEST(ask("SELECT seq FROM cloud_pod_idempotency") == "5");
  BOOST_TEST(writer.head().seq == 9);
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_written_already_may_be_written_again_for_its_request_only) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod)});
  append(writer, {with_key({}, "k", pod)});
  append(writer, {with_key({}, "k", pod)});
  BOOST_TEST(ask("SELECT count(*) FROM cloud_pod_idempotency") == "1");
  auto other = with_key({}, "k", pod);
  other.idempotency->request_hash = "another";
  BOOST_TEST(!settled(writer.append({other}, samples::at(0)))[0].has_value());
  BOOST_TEST(ask("SELECT request_hash FROM cloud_pod_idempotency") == "hash");
}

BOOST_AUTO_TEST_CASE(secrets_end_when_the_pod_is_active) {
  auto writer = leader();
  auto order = samples::ordered(pod);
  order.secrets.push_back({pod.pod(), "userData", "#cloud-config"});
  append(writer, {samples::tenant_made("acme"), order, samples::building(pod)});
  auto store = reader();
  BOOST_TEST(good(store.secret(pod.pod(), "userData")).value() == "#cloud-config");
  append(writer, {samples::built(pod)});
  BOOST_TEST(!good(store.secret(pod.pod(), "userData")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
