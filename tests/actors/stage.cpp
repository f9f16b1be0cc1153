#include "actors/stage.hpp"

#include "actors/allocator.hpp"
#include "actors/event_feed.hpp"
#include "actors/tenant_directory.hpp"

namespace cloudpods::actors::tests {

stage::stage() {
  config_.set("scheduler.policy", caf::atom("testing"));
  system_ = std::make_unique<caf::actor_system>(config_);
  scheduler_ = dynamic_cast<caf::scheduler::test_coordinator*>(&system_->scheduler());
  engine->offers = offers;
  engine->controller = domain::controller_id{"ctl-1"};
  engine->now = [this] { return now; };
  engine->random = [this] { return chance_(); };
  engine->give_up = [](const std::string& why) { BOOST_FAIL("gave up: " << why); };
  engine->service = std::make_shared<service_state>();
  engine->service->enter(service_phase::serving);
  engine->service->note_store(true);
  engine->epoch = std::make_shared<std::atomic<std::int64_t>>(1);
  engine->running = std::make_shared<std::atomic<int>>(0);
}

stage::~stage() {
  for (const auto& each : all_)
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  all_.clear();
  run();
}

void stage::pass(std::chrono::milliseconds how_long, std::chrono::milliseconds step) {
  for (std::chrono::milliseconds gone{0}; gone < how_long; gone += step) {
    now += step;
    scheduler_->advance_time(step);
    run();
  }
}

engine_stage::engine_stage() {
  log->now = engine->now;
  node->name = "pve1";
  handles->allocator = spawn_allocator(system(), engine, {});
  log->allocator = handles->allocator;
  handles->log = spawn_fake_log(system(), log);
  handles->feed = spawn_event_feed(system(), 0);
  loader_ = spawn_fake_reader(system(), log, reader);
  handles->readers = {loader_};
  const auto host = spawn_fake_node(system(), node);
  handles->nodes = {{domain::node_name{"pve1"}, host}};
  directory = spawn_tenant_directory(system(), engine, handles);
  ends_with_stage(directory);
  ends_with_stage(handles->log);
  ends_with_stage(handles->allocator);
  ends_with_stage(handles->feed);
  ends_with_stage(handles->readers.front());
  ends_with_stage(host);
  run();
}

engine_stage::~engine_stage() {
  directory = nullptr;
  log->waiting.clear();
  log->joined.clear();
  log->allocator = nullptr;
  reader->waiting.clear();
  node->held.clear();
  node->held_queries.clear();
  node->wishes.clear();
  node->attempts.clear();
}

tenant_actor engine_stage::awake(const domain::tenant_id& id) {
  const auto reply = ask<tenant_reply>(directory, find_tenant{id});
  BOOST_REQUIRE(reply->has_value());
  BOOST_REQUIRE((*reply)->value.has_value());
  return *(*reply)->value;
}

std::shared_ptr<std::optional<command_reply>> engine_stage::place(const domain::order_pod& what,
                                                                  std::optional<idempotency> key) {
  return ask<command_reply>(awake(), place_order{what, {}, std::move(key)});
}

std::shared_ptr<std::optional<command_reply>>
engine_stage::destroy(const domain::pod_id& which, std::optional<idempotency> key) {
  return ask<command_reply>(awake(), ask_destroy{which, {}, {}, std::move(key)});
}

std::shared_ptr<std::optional<command_reply>> engine_stage::act(const domain::pod_id& which,
                                                                domain::item_action action,
                                                                std::optional<idempotency> key) {
  domain::act_on_pod wish;
  wish.action = action;
  return ask<command_reply>(awake(), ask_action{which, std::move(wish), {}, std::move(key)});
}

domain::holdings engine_stage::held(const domain::tenant_id& id) {
  const auto reply = ask<quota_reply>(awake(id), show_quota{});
  BOOST_REQUIRE(reply->has_value());
  return (*reply)->value->held;
}

std::shared_ptr<const domain::pod_record> engine_stage::pod(const domain::pod_id& id) {
  const auto reply = ask<pod_reply>(awake(), show_pod{id});
  BOOST_REQUIRE(reply->has_value());
  BOOST_REQUIRE((*reply)->value.has_value());
  return *(*reply)->value;
}

std::shared_ptr<const domain::job> engine_stage::job(const domain::job_id& id) {
  const auto reply = ask<job_reply>(awake(), show_job{id, std::chrono::milliseconds{0}});
  BOOST_REQUIRE(reply->has_value());
  BOOST_REQUIRE((*reply)->value.has_value());
  return (*reply)->value->job;
}

void engine_stage::unmute() {
  log->mute = false;
  caf::anon_send(handles->log, flush_log{});
  run();
}

void engine_stage::answer_loads() {
  reader->mute = false;
  caf::anon_send(loader_, flush_log{});
  run();
}

void engine_stage::answer_node() {
  node->holds.clear();
  node->silent_queries = false;
  caf::anon_send(handles->nodes.begin()->second, look_at_node{});
  run();
}

const accepted& accepted_in(const std::shared_ptr<std::optional<command_reply>>& reply) {
  BOOST_REQUIRE(reply->has_value());
  BOOST_REQUIRE((*reply)->value.has_value());
  return *(*reply)->value;
}

domain::problem_code refused_in(const std::shared_ptr<std::optional<command_reply>>& reply) {
  BOOST_REQUIRE(reply->has_value());
  BOOST_REQUIRE(!(*reply)->value.has_value());
  return (*reply)->value.error().code;
}

} // namespace cloudpods::actors::tests
