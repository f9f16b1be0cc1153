#include "daemon/engine_room.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <caf/actor_cast.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "actors/allocator.hpp"
#include "actors/backup_schedule.hpp"
#include "actors/event_feed.hpp"
#include "actors/event_log.hpp"
#include "actors/expiry.hpp"
#include "actors/focalpilot.hpp"
#include "actors/health_sweep.hpp"
#include "actors/log_line.hpp"
#include "actors/node.hpp"
#include "actors/platform_reader.hpp"
#include "actors/reconciler.hpp"
#include "actors/registry.hpp"
#include "actors/ssh_worker.hpp"
#include "actors/store_reader.hpp"
#include "actors/tenant_directory.hpp"
#include "actors/upkeep_store.hpp"
#include "daemon/log_format.hpp"
#include "persistence/log_reader.hpp"
#include "persistence/log_writer.hpp"
#include "persistence/maintenance.hpp"

namespace cloudpods::daemon {

namespace {

constexpr std::chrono::milliseconds store_pause{500};
constexpr std::chrono::milliseconds standby_pause{200};
constexpr std::chrono::seconds end_deadline{10};
/// Of a statement over all tenants: who asks waits that long at most.
constexpr int platform_timeout_ms = 4'500;

using actors::log_line;

/// 64 bits of the operating system's chance, from any thread. A thread asks for many at once: one
/// by one they cost more than all else that an order takes.
std::uint64_t random_bits() {
  thread_local std::array<std::uint64_t, 32> drawn;
  thread_local std::size_t left = 0;
  if (left == 0) {
    if (::getentropy(drawn.data(), sizeof drawn) != 0)
      throw std::system_error{errno, std::generic_category(), "no randomness"};
    left = drawn.size();
  }
  return drawn[--left];
}

domain::instant now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

bool is_passing(const persistence::fault& why) {
  return why.kind == persistence::fault_kind::away || why.kind == persistence::fault_kind::lost ||
         why.kind == persistence::fault_kind::busy;
}

/// Repeats what the store refuses only because it is away, until it works or `stop` is set.
template <class Try>
auto persist(const char* what, const std::atomic<bool>& stop, Try attempt)
    -> std::optional<typename decltype(attempt())::value_type> {
  bool told = false;
  while (!stop) {
    auto answer = attempt();
    if (answer)
      return std::move(*answer);
    if (!is_passing(answer.error()))
      throw std::runtime_error{std::string{what} + ": " + answer.error().message};
    if (!std::exchange(told, true))
      spdlog::warn("{}", log_line("store-waiting", answer.error().message));
    std::this_thread::sleep_for(store_pause);
  }
  return std::nullopt;
}

[[noreturn]] void end_at_once(std::string_view id, const std::string& why) {
  log_last_words(log_line(id, why));
  std::_Exit(1);
}

/// Watches the actors that there is one of. Tenants are made anew from the log; without one of
/// these nothing can be promised, and a restart of the process is the way back (architecture 7).
caf::behavior guard(caf::event_based_actor* self, const std::vector<caf::actor>& watched) {
  for (const auto& each : watched)
    self->monitor(each);
  self->set_down_handler([](const caf::down_msg& gone) {
    if (gone.reason && gone.reason != caf::exit_reason::user_shutdown)
      end_at_once("engine-broke", "an actor that all depends on has ended");
  });
  return {[](caf::unit_t) {}};
}

} // namespace

struct engine_room::store {
  std::string dsn;
  std::shared_ptr<persistence::log_writer> writer;
};

namespace {

/// Half of the cores: handlers are short, and as much work again falls to the threads of the log,
/// the sockets and the requests. A worker without work still polls.
std::size_t actor_threads() { return std::clamp(std::thread::hardware_concurrency() / 2, 1U, 4U); }

} // namespace

/// What decisions need to know of backups stands beside the rest of what is offered.
std::shared_ptr<const domain::catalogue> catalogue_of(const config::settings& settings) {
  auto offers = std::make_shared<domain::catalogue>(settings.catalogue);
  offers->post_create = settings.post_create;
  offers->backup_storage = domain::storage_name{settings.backup.storage};
  for (const auto& each : settings.backup.policies)
    offers->backup_policies.push_back(
        {each.name, each.every.count(), each.keep_last, each.keep.count()});
  return offers;
}

engine_room::engine_room(const config::settings& settings,
                         std::shared_ptr<actors::service_state> service,
                         std::shared_ptr<metrics::meters> meters)
    : settings_(settings), service_(std::move(service)), meters_(std::move(meters)),
      offers_(catalogue_of(settings)), store_(std::make_unique<store>()),
      keep_sockets_(sockets_.get_executor()), sockets_thread_([this] { sockets_.run(); }),
      running_(std::make_shared<std::atomic<int>>(0)) {
  store_->dsn = settings.postgres.dsn.reveal();
  system_settings_.set("scheduler.max-threads", actor_threads());
  // Idle workers of the other policy poll: every 50 µs at first, and every 10 ms soon after, which
  // a message from the log, a node or a request then waits for.
  system_settings_.set("scheduler.policy", caf::atom("sharing"));
  system_ = std::make_unique<caf::actor_system>(system_settings_);
}

engine_room::~engine_room() {
  // The destructor of an actor system waits for its last actor: one that hangs must not keep the
  // process.
  std::atomic<bool> ended{false};
  std::thread watch{[&ended] {
    const auto until = std::chrono::steady_clock::now() + end_deadline;
    while (!ended && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    if (!ended) {
      log_last_words(log_line("stop-deadline", "an actor did not end"));
      std::_Exit(0);
    }
  }};
  for (const auto& each : ends_)
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  ends_.clear();
  allocator_ = nullptr;
  system_.reset();
  keep_sockets_.reset();
  sockets_.stop();
  sockets_thread_.join();
  if (store_->writer)
    store_->writer->resign();
  ended = true;
  watch.join();
}

bool engine_room::prepare_store(const std::atomic<bool>& stop) {
  const auto& dsn = store_->dsn;
  if (settings_.postgres.auto_migrate &&
      !persist("migrate", stop, [&] { return persistence::migrate(dsn); }))
    return false;
  return !stop;
}

bool engine_room::take_lead(const std::atomic<bool>& stop) {
  store_->writer = std::make_shared<persistence::log_writer>(
      persistence::writer_settings{store_->dsn, random_bits});
  for (;;) {
    const auto answer = persist("take the lead", stop, [&] { return store_->writer->take_lead(); });
    if (!answer)
      return false;
    if (answer->leading)
      break;
    if (service_->phase() != actors::service_phase::standby) {
      service_->enter(actors::service_phase::standby);
      spdlog::info("{}", log_line("standby", "another daemon leads"));
    }
    std::this_thread::sleep_for(standby_pause);
  }
  service_->enter(actors::service_phase::starting);
  service_->note_store(true);
  spdlog::info("{}", log_line("leading", "this daemon writes the log"));
  return true;
}

std::shared_ptr<actors::engine> engine_room::make_engine() {
  auto engine = std::make_shared<actors::engine>();
  engine->offers = offers_;
  engine->controller = store_->writer->head().controller;
  engine->retries.max_attempts = settings_.jobs.max_attempts;
  engine->retries.backoff_initial = settings_.jobs.backoff_initial;
  engine->retries.backoff_max = settings_.jobs.backoff_max;
  for (const auto word : domain::words<domain::item_action>::values)
    if (const auto limit = settings_.jobs.timeouts.of(word))
      engine->timeouts[*domain::from_text<domain::item_action>(word)] = *limit;
  engine->now = now;
  engine->random = random_bits;
  engine->give_up = [](const std::string& why) { end_at_once("lead-lost", why); };
  engine->service = service_;
  engine->epoch = std::make_shared<std::atomic<std::int64_t>>(store_->writer->head().epoch);
  engine->running = running_;
  engine->meters = meters_;
  return engine;
}

std::map<domain::node_name, actors::node_actor>
engine_room::start_nodes(const actors::engine_ptr& engine, const actors::engine_handles& handles,
                         const told_nodes& told) {
  std::map<domain::node_name, actors::node_actor> nodes;
  for (const auto& each : settings_.nodes) {
    actors::node_parts parts;
    parts.name = each.name;
    parts.limits = {each.max_concurrency, each.storage_concurrency, 1};
    parts.log = handles.log;
    parts.allocator = handles.allocator;
    parts.reader = handles.readers.front();
    parts.told = told.at(each.name);
    parts.workers = static_cast<std::size_t>(each.max_connections);
    parts.log_file = each.log_file;
    parts.spawn_worker = [this, engine, &each](std::size_t number, actors::node_actor node) {
      actors::worker_parts worker;
      worker.number = number;
      worker.node = std::move(node);
      worker.setting = {each.name, each.work_dir, settings_.ssh.sudo};
      worker.connection.host = each.host;
      worker.connection.port = each.port;
      worker.connection.user = settings_.ssh.user;
      worker.connection.private_key_file = settings_.ssh.private_key_file;
      worker.connection.known_hosts_file = settings_.ssh.known_hosts_file;
      worker.connection.policy = settings_.ssh.host_keys == config::host_key_policy::strict
                                     ? ssh::host_key_policy::strict
                                     : ssh::host_key_policy::accept_new;
      worker.connection.connect_timeout = settings_.ssh.connect_timeout;
      worker.connection.keepalive = settings_.ssh.keepalive;
      worker.io = &sockets_;
      return actors::spawn_ssh_worker(*system_, engine, std::move(worker));
    };
    const auto node = actors::spawn_node(*system_, engine, std::move(parts));
    ends_.push_back(caf::actor_cast<caf::actor>(node));
    nodes.emplace(each.name, node);
  }
  return nodes;
}

bool engine_room::recover(const actors::directory_actor& directory, const std::atomic<bool>& stop) {
  caf::scoped_actor self{*system_};
  while (!stop) {
    bool done = false;
    self->request(directory, std::chrono::seconds{5}, actors::wake_open_tenants{})
        .receive([&](const actors::open_tenants_reply& reply) { done = reply.value.has_value(); },
                 [](const caf::error&) {});
    if (done)
      return true;
    std::this_thread::sleep_for(store_pause);
  }
  return false;
}

std::unique_ptr<engine_entrance> engine_room::start(const std::atomic<bool>& stop) {
  if (!prepare_store(stop) || !take_lead(stop))
    return nullptr;
  const auto& dsn = store_->dsn;
  const auto tail = persist("check the log", stop, [&] { return persistence::check_tail(dsn); });
  if (!tail)
    return nullptr;
  if (!tail->is_whole())
    throw std::runtime_error{"the event log is damaged: " + *tail->difference};
  if (const auto copied = persistence::write_catalogue(dsn, *offers_); !copied)
    spdlog::warn("{}", log_line("catalogue-not-copied", copied.error().message));

  engine_ = make_engine();
  const actors::engine_ptr engine = engine_;
  persistence::log_reader first{{dsn}};
  auto held = persist("read the holdings", stop, [&] {
    return first.holdings_for_allocator(now(), std::chrono::seconds{offers_->quarantine_s});
  });
  if (!held)
    return nullptr;
  told_nodes told;
  for (const auto& each : settings_.nodes) {
    const auto known =
        persist("read a node's past", stop, [&] { return first.node_record(each.name); });
    if (!known)
      return nullptr;
    told[each.name] = *known;
    if (known->drained)
      held->drained.push_back(each.name);
  }

  auto handles = std::make_shared<actors::engine_handles>();
  handles->feed = actors::spawn_event_feed(*system_, store_->writer->head().seq, meters_);
  handles->allocator = actors::spawn_allocator(*system_, engine, *held);
  allocator_ = handles->allocator;
  handles->log =
      actors::spawn_event_log(*system_, engine, store_->writer, handles->allocator, handles->feed);
  for (int i = 0; i < settings_.postgres.read_connections; ++i)
    handles->readers.push_back(actors::spawn_store_reader(*system_, engine, {dsn}));
  handles->nodes = start_nodes(engine, *handles, told);
  const auto platform =
      actors::spawn_platform_reader(*system_, engine, {dsn, platform_timeout_ms, 5});
  const auto registry = actors::spawn_registry(*system_, engine, handles);
  const auto directory = actors::spawn_tenant_directory(*system_, engine, handles);

  ends_.insert(ends_.begin(), caf::actor_cast<caf::actor>(directory));
  for (const auto& each : handles->readers)
    ends_.push_back(caf::actor_cast<caf::actor>(each));
  ends_.push_back(caf::actor_cast<caf::actor>(platform));
  ends_.push_back(caf::actor_cast<caf::actor>(registry));
  ends_.push_back(caf::actor_cast<caf::actor>(handles->log));
  ends_.push_back(caf::actor_cast<caf::actor>(handles->allocator));
  ends_.push_back(caf::actor_cast<caf::actor>(handles->feed));
  ends_.push_back(actors::spawn_expiry(*system_, engine, dsn, settings_.jobs.retention));
  const auto reconciler = start_upkeep(engine, handles, directory);
  const auto focalpilot = start_focalpilot(engine, handles, directory);

  ends_.insert(ends_.begin(), system_->spawn(guard, ends_));
  if (!recover(directory, stop))
    return nullptr;
  return std::make_unique<engine_entrance>(engine_entrance{directory, handles->readers,
                                                           handles->feed, handles->nodes, platform,
                                                           registry, focalpilot, reconciler});
}

std::expected<void, std::string>
engine_room::offer(std::shared_ptr<const domain::catalogue> offers) {
  if (const auto copied = persistence::write_catalogue(store_->dsn, *offers); !copied)
    return std::unexpected("the tables of plans and blueprints: " + copied.error().message);
  offers_ = offers;
  engine_->offers = offers;
  caf::anon_send(allocator_, actors::new_offers{std::move(offers)});
  return {};
}

actors::reconciler_actor
engine_room::start_upkeep(const actors::engine_ptr& engine,
                          const std::shared_ptr<actors::engine_handles>& handles,
                          const actors::directory_actor& directory) {
  const auto tables = actors::spawn_upkeep_store(*system_, store_->dsn);
  ends_.push_back(caf::actor_cast<caf::actor>(tables));
  ends_.push_back(caf::actor_cast<caf::actor>(actors::spawn_backup_schedule(
      *system_, engine, handles, tables, directory, settings_.backup.tick)));
  if (settings_.health.interval.count() > 0)
    ends_.push_back(caf::actor_cast<caf::actor>(actors::spawn_health_sweep(
        *system_, engine, handles, tables, directory, settings_.health.interval)));
  const auto reconciler = actors::spawn_reconciler(
      *system_, engine, handles, tables, directory,
      {settings_.reconcile.interval,
       settings_.reconcile.on_guest_shutdown == config::guest_shutdown::restart});
  ends_.push_back(caf::actor_cast<caf::actor>(reconciler));
  return reconciler;
}

actors::focalpilot_actor engine_room::start_focalpilot(const actors::engine_ptr& engine,
                                                       const actors::handles_ptr& handles,
                                                       const actors::directory_actor& directory) {
  actors::focalpilot_parts parts;
  parts.handles = handles;
  parts.directory = directory;
  parts.dsn = store_->dsn;
  parts.watches = settings_.focalpilot.enabled;
  for (const auto& each : settings_.focalpilot.auto_apply)
    if (const auto type = domain::from_text<domain::advice>(each))
      parts.automatic.insert(*type);
  parts.health_interval = settings_.health.interval;
  const auto made = actors::spawn_focalpilot(*system_, engine, std::move(parts));
  ends_.push_back(caf::actor_cast<caf::actor>(made));
  return made;
}

void engine_room::drain(std::chrono::seconds grace) {
  const auto until = std::chrono::steady_clock::now() + grace;
  while (*running_ > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
}

} // namespace cloudpods::daemon
