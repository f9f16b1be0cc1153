#include "persistence/log_writer.hpp"

#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "persistence/batch.hpp"
#include "persistence/session.hpp"
#include "persistence/writer_session.hpp"

namespace cloudpods::persistence {

namespace {

/// How often a batch is sent and its fate found out within one call.
constexpr int most_rounds = 3;

/// What `cloud_pod_log_advance` raises where the epoch or the seq is not the writer's.
constexpr std::string_view fenced_state = "CP001";

connection_settings session_settings(const writer_settings& from) {
  connection_settings settings;
  settings.dsn = from.dsn;
  settings.application_name = "cloudpodsd writer";
  settings.connect_timeout_s = from.connect_timeout_s;
  settings.statement_timeout_ms = from.statement_timeout_ms;
  settings.lock_timeout_ms = from.lock_timeout_ms;
  // Every statement finds its rows by key. Plans are made while tables are small, so the planner is
  // kept from one that would read all of them when they have grown.
  settings.session = {{"plan_cache_mode", "force_generic_plan"},
                      {"enable_seqscan", "off"},
                      {"enable_hashjoin", "off"},
                      {"enable_mergejoin", "off"}};
  return settings;
}

/// No event, and no answer to keep either.
bool states_nothing(const decision& it) { return it.events.empty() && !it.idempotency; }

/// Decisions under way: some may be in the log, one batch may be open, the rest waits.
struct open_work {
  std::vector<decision> decisions;
  domain::instant now;
  std::vector<decision_outcome> outcomes; ///< of the first ones
  bool one_by_one = false;
  std::optional<batch> made; ///< of the next ones
  bool fate_is_open = false; ///< `made` was sent, and nobody answered

  [[nodiscard]] bool is_done() const { return outcomes.size() == decisions.size(); }

  /// The decisions of the next batch.
  [[nodiscard]] std::span<const decision> next() const {
    const std::span rest = std::span{decisions}.subspan(outcomes.size());
    return one_by_one ? rest.first(1) : rest;
  }
};

} // namespace

struct log_writer::state {
  writer_settings settings;
  writer_session session;
  log_head head;
  domain::instant last_time;
  bool leading = false;
  event_names known_names;
  counters count;
  hash_chain chain;
  std::optional<open_work> work;

  explicit state(writer_settings from)
      : settings(std::move(from)), session(session_settings(settings)),
        count(settings.counters_kept) {}

  stored<lead_answer> take_lead();
  stored<void> start_leading(connection& link);
  append_result finish();
  append_result look_for_another();

private:
  std::optional<append_result> recover_session();
  std::optional<append_result> advance_work();
  std::optional<append_result> make_next(connection& link);
  std::optional<append_result> judge(const fault& why);
  void accept();
  void refuse(const fault& why);
  append_result away(fault why);
  append_result lost(std::string message);
};

stored<lead_answer> log_writer::state::take_lead() {
  if (leading)
    return lead_answer{true, head};
  const auto link = session.link();
  if (!link)
    return std::unexpected(link.error());
  const auto locked = try_lock(**link, writer_lock);
  if (!locked)
    return std::unexpected(locked.error());
  if (!*locked)
    return lead_answer{};
  if (auto started = start_leading(**link); !started) {
    session.close();
    return std::unexpected(started.error());
  }
  leading = true;
  return lead_answer{true, head};
}

stored<void> log_writer::state::start_leading(connection& link) {
  if (auto readable = read_head(link); !readable)
    return std::unexpected(readable.error());
  if (auto known = check_known_events(link); !known)
    return known;
  auto raised = raise_epoch(link);
  if (!raised)
    return std::unexpected(raised.error());
  head = *std::move(raised);
  const auto last = link.run("SELECT created_at FROM cloud_pod_events WHERE seq = $1",
                             parameters{}.add(head.seq));
  if (!last)
    return std::unexpected(last.error());
  last_time = last->empty() ? domain::instant{} : last->time(0, 0);
  known_names.clear();
  count.forget();
  return {};
}

append_result log_writer::state::away(fault why) {
  session.close();
  const bool some_may_have_happened = work && (work->fate_is_open || !work->outcomes.empty());
  if (!some_may_have_happened) {
    work.reset();
    count.discard();
  }
  return store_away{some_may_have_happened, std::move(why)};
}

append_result log_writer::state::lost(std::string message) {
  leading = false;
  work.reset();
  session.close();
  return lead_lost{std::move(message)};
}

/// Connects anew and settles the fate of the batch that was sent last.
std::optional<append_result> log_writer::state::recover_session() {
  // A batch of answers alone moves no head that could tell: it is sent again.
  const bool open = work && work->fate_is_open && work->made->after.seq != head.seq;
  commit_recovery machine{head, open ? std::optional{work->made->after} : std::nullopt};
  for (auto action = machine.begin(); action != recovery_action::stop;)
    action = machine.resume(session.perform(action));
  switch (machine.verdict()) {
  case recovery_verdict::away:
    return away(machine.why());
  case recovery_verdict::lead_lost:
    return lost(machine.why().message);
  case recovery_verdict::committed:
    accept();
    break;
  case recovery_verdict::not_committed:
    if (work)
      work->fate_is_open = false;
    break;
  }
  head = machine.found();
  return std::nullopt;
}

std::optional<append_result> log_writer::state::make_next(connection& link) {
  if (work->made)
    return std::nullopt;
  const auto next = work->next();
  if (states_nothing(next.front()) && next.size() == 1) {
    refuse({fault_kind::refused, "22000", "a decision states at least one event"});
    return std::nullopt;
  }
  if (auto loaded = count.load(link, next); !loaded)
    return judge(loaded.error());
  for (const auto& each : next)
    if (states_nothing(each)) {
      work->one_by_one = true;
      return std::nullopt;
    }
  work->made =
      make_batch(next, {head, last_time, known_names}, work->now, count, chain, settings.random);
  return std::nullopt;
}

/// What follows from a fault before or after sending; nothing: go on.
std::optional<append_result> log_writer::state::judge(const fault& why) {
  if (why.sql_state == fenced_state)
    return lost("another daemon has become the writer");
  if (why.is_of_content()) {
    refuse(why);
    return std::nullopt;
  }
  if (why.kind == fault_kind::lost && work->made)
    work->fate_is_open = true;
  if (why.kind == fault_kind::lost || why.kind == fault_kind::away) {
    session.close();
    return std::nullopt;
  }
  return away(why);
}

void log_writer::state::refuse(const fault& why) {
  const bool is_culprit = work->next().size() == 1;
  work->made.reset();
  count.discard();
  if (is_culprit)
    work->outcomes.emplace_back(std::unexpected(why));
  work->one_by_one = true;
}

void log_writer::state::accept() {
  auto& made = *work->made;
  count.confirm();
  last_time = made.last_time;
  head.seq = made.after.seq;
  head.hash = made.after.hash;
  known_names.merge(made.new_names);
  for (auto& each : made.decisions)
    work->outcomes.emplace_back(std::move(each));
  work->made.reset();
  work->fate_is_open = false;
}

/// Writes the next batch of the work; nothing: go on.
std::optional<append_result> log_writer::state::advance_work() {
  const auto link = session.link();
  if (!link)
    return away(link.error());
  if (auto stopped = make_next(**link); stopped || !work->made)
    return stopped;
  auto& statements = work->made->statements;
  statements.insert(statements.begin(), work->made->advance(head));
  const auto written = (*link)->run_transaction(statements);
  statements.erase(statements.begin());
  if (!written)
    return judge(written.error());
  accept();
  return std::nullopt;
}

append_result log_writer::state::finish() {
  for (int rounds = 0; work && !work->is_done();) {
    if (!session.is_open()) {
      if (++rounds > most_rounds)
        return away({fault_kind::away, "", "the connection breaks again and again"});
      if (auto stopped = recover_session())
        return *std::move(stopped);
      continue;
    }
    if (auto stopped = advance_work())
      return *std::move(stopped);
  }
  appended all;
  if (work)
    all.decisions = std::move(work->outcomes);
  work.reset();
  return all;
}

/// With nothing to write: whether the lead still is ours.
append_result log_writer::state::look_for_another() {
  if (session.is_open()) {
    const auto link = session.link();
    const auto now = link ? read_head(**link) : stored<log_head>{std::unexpected(link.error())};
    if (now && (now->epoch != head.epoch || !now->ends_as(head)))
      return lost("another daemon has become the writer");
    if (now)
      return appended{};
    session.close();
  }
  if (auto stopped = recover_session())
    return *std::move(stopped);
  return appended{};
}

log_writer::log_writer(writer_settings settings)
    : state_(std::make_unique<state>(std::move(settings))) {}
log_writer::~log_writer() = default;
log_writer::log_writer(log_writer&&) noexcept = default;
log_writer& log_writer::operator=(log_writer&&) noexcept = default;

stored<lead_answer> log_writer::take_lead() { return state_->take_lead(); }

append_result log_writer::append(std::vector<decision> decisions, domain::instant now) {
  if (!state_->leading)
    return lead_lost{"this process is not the writer"};
  if (state_->work)
    return store_away{true, {fault_kind::lost, "", "decisions from before are open: recover"}};
  state_->work.emplace(open_work{std::move(decisions), now, {}, false, std::nullopt, false});
  return state_->finish();
}

append_result log_writer::recover() {
  if (!state_->leading)
    return lead_lost{"this process is not the writer"};
  return state_->work ? state_->finish() : state_->look_for_another();
}

void log_writer::resign() {
  state_->leading = false;
  state_->session.close();
}

const log_head& log_writer::head() const { return state_->head; }
bool log_writer::is_leading() const { return state_->leading; }

} // namespace cloudpods::persistence
