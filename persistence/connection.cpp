#include "persistence/connection.hpp"

#include <array>
#include <cerrno>
#include <string_view>

#include <poll.h>

namespace cloudpods::persistence {

namespace {

/// What a call may take beyond the statement's own time-out before the server counts as hung.
constexpr std::chrono::milliseconds patience_margin{5'000};

/// Statements kept prepared; past it all are let go.
constexpr std::size_t most_prepared = 500;

void swallow_notice(void*, const PGresult*) {}

std::string trimmed(const char* message) {
  std::string text = message == nullptr ? "" : message;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text;
}

/// What the server says without its DETAIL, which shows rows, secrets among them.
std::string sentence_of(const PGresult* answer) {
  const char* sentence = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
  const char* constraint = PQresultErrorField(answer, PG_DIAG_CONSTRAINT_NAME);
  std::string text = sentence == nullptr ? trimmed(PQresultErrorMessage(answer)) : sentence;
  if (constraint != nullptr)
    text += std::string{" ("} + constraint + ")";
  return text;
}

bool is_error(const PGresult* answer) {
  switch (PQresultStatus(answer)) {
  case PGRES_COMMAND_OK:
  case PGRES_TUPLES_OK:
  case PGRES_EMPTY_QUERY:
  case PGRES_PIPELINE_SYNC:
    return false;
  default:
    return true;
  }
}

} // namespace

stored<connection> connection::open(const connection_settings& settings) {
  const auto timeout = std::to_string(settings.connect_timeout_s);
  // Later keywords win over what the DSN says.
  const std::array keywords{"dbname",
                            "application_name",
                            "client_encoding",
                            "connect_timeout",
                            "keepalives",
                            "keepalives_idle",
                            "keepalives_interval",
                            "keepalives_count",
                            "tcp_user_timeout",
                            static_cast<const char*>(nullptr)};
  const std::array values{settings.dsn.c_str(),
                          settings.application_name.c_str(),
                          "UTF8",
                          timeout.c_str(),
                          "1",
                          "10",
                          "5",
                          "3",
                          "30000",
                          static_cast<const char*>(nullptr)};
  connection made{PQconnectdbParams(keywords.data(), values.data(), 1)};
  if (!made.link_ || PQstatus(made.link_.get()) != CONNECTION_OK)
    return faulty(fault_kind::away, trimmed(PQerrorMessage(made.link_.get())));
  PQsetNoticeReceiver(made.link_.get(), swallow_notice, nullptr);
  if (PQsetnonblocking(made.link_.get(), 1) != 0)
    return faulty(fault_kind::away, trimmed(PQerrorMessage(made.link_.get())));
  if (auto ready = made.set_up(settings); !ready)
    return std::unexpected(ready.error());
  if (auto good = made.check_server(); !good)
    return std::unexpected(good.error());
  return made;
}

stored<void> connection::set_up(const connection_settings& settings) {
  patience_ = std::chrono::milliseconds{settings.statement_timeout_ms} + patience_margin;
  auto session = settings.session;
  session.insert(session.end(),
                 {{"statement_timeout", std::to_string(settings.statement_timeout_ms)},
                  {"lock_timeout", std::to_string(settings.lock_timeout_ms)},
                  {"idle_in_transaction_session_timeout", "60000"},
                  {"TimeZone", "UTC"},
                  {"DateStyle", "ISO"},
                  {"bytea_output", "hex"},
                  {"synchronous_commit", "on"},
                  // So that the server, too, notices a machine that vanished, and frees its lock.
                  {"tcp_keepalives_idle", "10"},
                  {"tcp_keepalives_interval", "5"},
                  {"tcp_keepalives_count", "3"},
                  {"tcp_user_timeout", "30000"},
                  {"jit", "off"},
                  {"cloudpods.session", settings.application_name}});
  array_parameter names{wire_type::text};
  array_parameter wanted{wire_type::text};
  for (const auto& [name, value] : session) {
    names.push(name);
    wanted.push(value);
  }
  parameters all;
  all.add(names).add(wanted);
  const auto set =
      run("SELECT set_config(name, value, false) FROM unnest($1, $2) AS s(name, value)", all);
  if (!set)
    return std::unexpected(set.error());
  return {};
}

stored<void> connection::check_server() {
  auto facts = run("SELECT pg_backend_pid(), backend_start, current_setting('server_encoding'), "
                   "current_setting('server_version_num')::int, pg_is_in_recovery(), "
                   "current_setting('cloudpods.session', true) IS NOT NULL "
                   "FROM pg_stat_get_activity(pg_backend_pid())");
  if (!facts)
    return std::unexpected(facts.error());
  if (facts->empty())
    return faulty(fault_kind::unusable, "the server does not show our own session");
  identity_ = {facts->integer(0, 0), std::string{facts->text(0, 1)}};
  if (identity_.pid != PQbackendPID(link_.get()) || !facts->boolean(0, 5))
    return faulty(fault_kind::unusable,
                  "a connection pooler stands before Postgres; connect to the server itself");
  if (facts->integer(0, 3) < 150'000)
    return faulty(fault_kind::unusable, "Postgres 15 or later is needed");
  if (facts->text(0, 2) != "UTF8")
    return faulty(fault_kind::unusable, "the database's encoding must be UTF8");
  if (facts->boolean(0, 4))
    return faulty(fault_kind::away, "the server is a read-only standby");
  return {};
}

bool connection::is_usable() const { return link_ && PQstatus(link_.get()) == CONNECTION_OK; }

void connection::begin_call() { deadline_ = clock::now() + patience_; }

fault connection::lost() const {
  return {fault_kind::lost, "", trimmed(PQerrorMessage(link_.get()))};
}

fault connection::judged(const PGresult* answer) const {
  const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  const char* severity = PQresultErrorField(answer, PG_DIAG_SEVERITY_NONLOCALIZED);
  const bool ends_session = severity != nullptr && std::string_view{severity} != "ERROR";
  const bool spoke = state != nullptr && !ends_session && is_usable();
  // 08 and 40003: the server itself does not know what became of the statement.
  const std::string_view code = state == nullptr ? "" : state;
  const bool open = code.starts_with("08") || code == "40003";
  return {spoke && !open ? fault_kind::refused : fault_kind::lost, std::string{code},
          sentence_of(answer)};
}

stored<void> connection::wait_for(short what) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - clock::now());
  pollfd socket{PQsocket(link_.get()), what, 0};
  const int ready = left.count() <= 0 ? 0 : ::poll(&socket, 1, static_cast<int>(left.count()) + 1);
  if (ready == 0)
    return faulty(fault_kind::lost, "the server does not answer");
  if (ready < 0 && errno != EINTR)
    return faulty(fault_kind::lost, "the connection cannot be waited for");
  if ((socket.revents & ~POLLOUT) != 0 && PQconsumeInput(link_.get()) == 0)
    return std::unexpected(lost());
  return {};
}

stored<void> connection::flush() {
  for (;;) {
    const int left = PQflush(link_.get());
    if (left == 0)
      return {};
    if (left < 0)
      return std::unexpected(lost());
    // Answers are taken in meanwhile, or both sides could wait for the other to read.
    if (auto waited = wait_for(POLLIN | POLLOUT); !waited)
      return waited;
  }
}

stored<std::unique_ptr<PGresult, result_deleter>> connection::next_result() {
  while (PQisBusy(link_.get()) != 0)
    if (auto waited = wait_for(POLLIN); !waited)
      return std::unexpected(waited.error());
  return std::unique_ptr<PGresult, result_deleter>{PQgetResult(link_.get())};
}

stored<result> connection::receive_last() {
  if (auto sent = flush(); !sent)
    return std::unexpected(sent.error());
  result last;
  std::optional<fault> first_fault;
  for (;;) {
    auto next = next_result();
    if (!next)
      return std::unexpected(next.error());
    if (!*next)
      break;
    if (is_error(next->get()) && !first_fault)
      first_fault = judged(next->get());
    last = result{next->release()};
  }
  if (first_fault)
    return std::unexpected(*first_fault);
  return last;
}

stored<result> connection::run(const std::string& sql) {
  begin_call();
  if (!is_usable() || PQsendQuery(link_.get(), sql.c_str()) == 0)
    return faulty(fault_kind::away, trimmed(PQerrorMessage(link_.get())));
  return receive_last();
}

stored<result> connection::run(const std::string& sql, const parameters& values) {
  begin_call();
  if (!is_usable() || PQsendQueryParams(link_.get(), sql.c_str(), values.size(),
                                        values.types().data(), values.values().data(),
                                        values.lengths().data(), values.formats().data(), 0) == 0)
    return faulty(fault_kind::away, trimmed(PQerrorMessage(link_.get())));
  return receive_last();
}

stored<std::string> connection::prepared_name(const statement& it) {
  if (const auto known = prepared_.find(it.sql); known != prepared_.end())
    return known->second;
  if (prepared_.size() >= most_prepared) {
    if (auto freed = run("DEALLOCATE ALL"); !freed)
      return std::unexpected(freed.error());
    prepared_.clear();
  }
  begin_call();
  auto name = "s" + std::to_string(prepared_.size());
  if (!is_usable() || PQsendPrepare(link_.get(), name.c_str(), it.sql.c_str(), it.values.size(),
                                    it.values.types().data()) == 0)
    return faulty(fault_kind::away, trimmed(PQerrorMessage(link_.get())));
  if (auto made = receive_last(); !made)
    return std::unexpected(made.error());
  prepared_.emplace(it.sql, name);
  return name;
}

stored<result> connection::run_prepared(const statement& it) {
  const auto name = prepared_name(it);
  if (!name)
    return std::unexpected(name.error());
  begin_call();
  const auto& values = it.values;
  if (PQsendQueryPrepared(link_.get(), name->c_str(), values.size(), values.values().data(),
                          values.lengths().data(), values.formats().data(), 0) == 0)
    return faulty(fault_kind::away, trimmed(PQerrorMessage(link_.get())));
  return receive_last();
}

stored<std::vector<result>> connection::run_transaction(std::span<const statement> all) {
  std::vector<std::string> names;
  for (const auto& each : all) {
    auto name = prepared_name(each);
    if (!name) {
      // Only plans were made so far: whatever broke, nothing of the transaction was sent.
      if (name.error().kind == fault_kind::lost)
        name.error().kind = fault_kind::away;
      return std::unexpected(name.error());
    }
    names.push_back(*std::move(name));
  }
  begin_call();
  if (auto sent = send_transaction(names, all); !sent)
    return std::unexpected(sent.error());
  auto answers = receive_transaction(all.size());
  if (!answers && answers.error().kind == fault_kind::refused)
    if (auto back = run("ROLLBACK"); !back && !is_usable())
      return answers; // the session is gone, and the transaction with it
  return answers;
}

stored<void> connection::send_transaction(std::span<const std::string> names,
                                          std::span<const statement> all) {
  auto* link = link_.get();
  if (!is_usable() || PQenterPipelineMode(link) == 0)
    return faulty(fault_kind::away, trimmed(PQerrorMessage(link)));
  bool sent = PQsendQueryParams(link, "BEGIN", 0, nullptr, nullptr, nullptr, nullptr, 0) != 0;
  for (std::size_t i = 0; sent && i < all.size(); ++i) {
    const auto& values = all[i].values;
    sent = PQsendQueryPrepared(link, names[i].c_str(), values.size(), values.values().data(),
                               values.lengths().data(), values.formats().data(), 0) != 0;
  }
  sent = sent && PQsendQueryParams(link, "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 0) != 0 &&
         PQpipelineSync(link) != 0;
  // libpq sends by itself once its buffer is long, so a part may be on its way.
  if (!sent)
    return std::unexpected(lost());
  return flush();
}

stored<std::vector<result>> connection::receive_transaction(std::size_t count) {
  std::vector<result> answers;
  std::optional<fault> first_fault;
  // BEGIN, the statements, COMMIT: each ends with a null result; then the sync.
  for (std::size_t ended = 0; ended < count + 2;) {
    auto next = next_result();
    if (!next)
      return std::unexpected(next.error());
    if (!*next) {
      if (!is_usable())
        return std::unexpected(lost());
      ++ended;
      continue;
    }
    const auto status = PQresultStatus(next->get());
    if (status == PGRES_PIPELINE_ABORTED)
      continue;
    if (is_error(next->get())) {
      if (!first_fault)
        first_fault = judged(next->get());
      if (first_fault->kind == fault_kind::lost)
        return std::unexpected(*first_fault);
      continue;
    }
    if (ended > 0 && ended <= count)
      answers.emplace_back(next->release());
  }
  auto synced = next_result();
  if (!synced)
    return std::unexpected(synced.error());
  if (PQexitPipelineMode(link_.get()) == 0)
    return std::unexpected(lost());
  if (first_fault)
    return std::unexpected(*first_fault);
  return answers;
}

} // namespace cloudpods::persistence
