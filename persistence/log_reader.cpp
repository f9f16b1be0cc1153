#include "persistence/log_reader.hpp"

#include <algorithm>
#include <utility>

#include "persistence/connection.hpp"
#include "persistence/event_query.hpp"
#include "persistence/event_row.hpp"
#include "persistence/holdings.hpp"
#include "persistence/session.hpp"

namespace cloudpods::persistence {

namespace {

connection_settings session_settings(const reader_settings& from) {
  connection_settings settings;
  settings.dsn = from.dsn;
  settings.application_name = "cloudpodsd reader";
  settings.connect_timeout_s = from.connect_timeout_s;
  settings.statement_timeout_ms = from.statement_timeout_ms;
  settings.lock_timeout_ms = from.statement_timeout_ms;
  settings.session = {{"default_transaction_read_only", "on"},
                      // Tenants differ in size by orders of magnitude: each query has its own plan.
                      {"plan_cache_mode", "force_custom_plan"}};
  return settings;
}

/// The events of one tenant or stream, each row after the head.
constexpr std::string_view history_start = "SELECT h.seq, ";

stored<history> history_of(const result& rows) {
  history out;
  if (rows.empty())
    return faulty(fault_kind::unusable, "the log's head row is missing");
  out.head = rows.integer(0, 0);
  for (int row = 0; row < rows.rows() && !rows.is_null(row, 1); ++row) {
    auto event = event_of_row(rows, row, 1);
    if (!event)
      return std::unexpected(event.error());
    out.events.push_back(*std::move(event));
  }
  return out;
}

statement history_query(std::string_view condition, std::string_view order,
                        std::string_view subject, std::optional<std::int64_t> up_to) {
  statement it{std::string{history_start} + std::string{event_columns} +
                   " FROM cloud_pod_log_head h LEFT JOIN cloud_pod_events e ON " +
                   std::string{condition} + " = $1 AND e.seq <= $2 ORDER BY " + std::string{order},
               {}};
  it.values.add(subject).add(up_to.value_or(std::numeric_limits<std::int64_t>::max()));
  return it;
}

idempotency_entry entry_of(const result& rows, int row, const domain::tenant_id& tenant) {
  idempotency_entry entry;
  entry.tenant = tenant;
  entry.key = rows.text(row, 0);
  entry.request_hash = rows.text(row, 1);
  entry.status = static_cast<int>(rows.integer(row, 2));
  entry.pod = domain::pod_id{std::string{rows.text(row, 3)}};
  entry.job = domain::job_id{std::string{rows.text(row, 4)}};
  entry.deployment = domain::deployment_id{std::string{rows.text(row, 7)}};
  return entry;
}

} // namespace

struct log_reader::state {
  connection_settings settings;
  std::optional<connection> link;

  stored<connection*> open() {
    if (link && link->is_usable())
      return &*link;
    link.reset();
    auto made = connection::open(settings);
    if (!made)
      return std::unexpected(made.error());
    link = *std::move(made);
    return &*link;
  }

  /// Runs `use` with the link. A read changes nothing, so where the link turns out to be broken it
  /// is done once more with a new one.
  template <class Use>
  auto with_link(Use use) -> decltype(use(std::declval<connection&>())) {
    const bool was_open = link.has_value();
    auto opened = open();
    if (!opened)
      return std::unexpected(opened.error());
    auto answer = use(**opened);
    if (answer || (*opened)->is_usable())
      return answer;
    link.reset();
    if (!was_open)
      return std::unexpected(unread(answer.error()));
    opened = open();
    if (!opened)
      return std::unexpected(opened.error());
    answer = use(**opened);
    if (!answer)
      return std::unexpected(unread(answer.error()));
    return answer;
  }

  /// Nothing is open about a read that was not answered.
  static fault unread(fault why) {
    if (why.kind == fault_kind::lost)
      why.kind = fault_kind::away;
    return why;
  }

  stored<result> rows_of(const statement& it) {
    return with_link([&](connection& to) { return to.run_prepared(it); });
  }

  stored<std::optional<std::string>> one_text(const statement& it) {
    const auto rows = rows_of(it);
    if (!rows)
      return std::unexpected(rows.error());
    if (rows->empty())
      return std::optional<std::string>{};
    return rows->optional_text(0, 0);
  }

  stored<std::optional<domain::tenant_id>> owner(const statement& it) {
    auto found = one_text(it);
    if (!found)
      return std::unexpected(found.error());
    if (!*found)
      return std::optional<domain::tenant_id>{};
    return std::optional{domain::tenant_id{**std::move(found)}};
  }
};

log_reader::log_reader(reader_settings settings)
    : state_(std::make_unique<state>(state{session_settings(settings), std::nullopt})) {}
log_reader::~log_reader() = default;
log_reader::log_reader(log_reader&&) noexcept = default;
log_reader& log_reader::operator=(log_reader&&) noexcept = default;

stored<log_head> log_reader::head() {
  return state_->with_link([](connection& link) { return read_head(link); });
}

stored<event_page> log_reader::events_after(std::int64_t seq, const event_filter& filter,
                                            int limit) {
  const auto rows = state_->rows_of(page_query(seq, filter, limit));
  if (!rows)
    return std::unexpected(rows.error());
  return page_of(*rows, limit);
}

stored<history> log_reader::tenant_history(const domain::tenant_id& tenant,
                                           std::optional<std::int64_t> up_to) {
  const auto rows =
      state_->rows_of(history_query("e.tenant_id", "e.tenant_id, e.seq", tenant.value, up_to));
  if (!rows)
    return std::unexpected(rows.error());
  return history_of(*rows);
}

stored<history> log_reader::pod_history(const domain::pod_id& pod,
                                        std::optional<std::int64_t> up_to) {
  const auto rows = state_->rows_of(
      history_query("e.stream", "e.stream, e.stream_version", domain::pod_stream(pod), up_to));
  if (!rows)
    return std::unexpected(rows.error());
  return history_of(*rows);
}

stored<domain::node_record> log_reader::node_record(const domain::node_name& node) {
  // The last of each name, by an index of nodes' streams: they may have millions of lines.
  statement it{"SELECT " + std::string{event_columns} +
                   " FROM unnest(ARRAY['node.unreachable', 'node.reachable', "
                   "'node.circuit_opened', 'node.circuit_closed', 'node.drained', 'node.resumed', "
                   "'node.log']) AS n(word) CROSS JOIN LATERAL (SELECT * FROM cloud_pod_events c "
                   "WHERE c.stream = $1 AND c.stream LIKE 'node:%' AND c.name = n.word "
                   "ORDER BY c.stream_version DESC LIMIT 1) e",
               {}};
  it.values.add(domain::node_stream(node));
  const auto rows = state_->rows_of(it);
  if (!rows)
    return std::unexpected(rows.error());
  auto events = events_of_rows(*rows);
  if (!events)
    return std::unexpected(events.error());
  std::ranges::sort(*events, {}, [](const stored_event& each) { return each.event.seq; });
  domain::node_record known;
  for (const auto& each : *events)
    domain::evolve(known, each.event.payload);
  return known;
}

stored<std::vector<domain::item_id>>
log_reader::ended_of(const std::vector<domain::item_id>& items) {
  array_parameter ids{wire_type::text};
  for (const auto& each : items)
    ids.push(each.value);
  statement it{"SELECT id FROM cloud_pod_queue WHERE id = ANY($1) AND status IN "
               "('success', 'failed')",
               {}};
  it.values.add(ids);
  const auto rows = state_->rows_of(it);
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<domain::item_id> out;
  for (int row = 0; row < rows->rows(); ++row)
    out.emplace_back(std::string{rows->text(row, 0)});
  return out;
}

stored<std::optional<domain::tenant_id>> log_reader::owner_of(domain::vmid guest) {
  statement it{"SELECT tenant_id FROM cloud_pods WHERE vmid = $1 AND deleted_at IS NULL", {}};
  it.values.add(guest);
  return state_->owner(it);
}

stored<std::optional<domain::tenant_id>> log_reader::owner_of(const domain::pod_id& pod) {
  statement it{"SELECT tenant_id FROM cloud_pods WHERE id = $1", {}};
  it.values.add(pod.value);
  return state_->owner(it);
}

stored<std::optional<domain::tenant_id>> log_reader::owner_of(const domain::job_id& job) {
  statement it{"SELECT tenant_id FROM cloud_pod_jobs WHERE id = $1", {}};
  it.values.add(job.value);
  return state_->owner(it);
}

stored<std::optional<domain::tenant_id>>
log_reader::owner_of(const domain::deployment_id& deployment) {
  statement it{"SELECT tenant_id FROM cloud_pod_deployments WHERE id = $1", {}};
  it.values.add(deployment.value);
  return state_->owner(it);
}

stored<std::vector<domain::stack_blueprint>> log_reader::stack_blueprints() {
  // The last of each slug.
  statement it{"SELECT DISTINCT ON (e.data ->> 'slug') " + std::string{event_columns} +
                   " FROM cloud_pod_events e WHERE e.stream = $1 AND e.name = $2 "
                   "ORDER BY e.data ->> 'slug', e.stream_version DESC",
               {}};
  it.values.add(domain::platform_stream).add(domain::blueprint_put::event_name);
  const auto rows = state_->rows_of(it);
  if (!rows)
    return std::unexpected(rows.error());
  auto events = events_of_rows(*rows);
  if (!events)
    return std::unexpected(events.error());
  std::vector<domain::stack_blueprint> out;
  for (const auto& each : *events)
    if (const auto* put = std::get_if<domain::blueprint_put>(&each.event.payload))
      out.push_back({put->slug, put->definition});
  return out;
}

stored<std::optional<domain::instant>> log_reader::health_checked_at(const domain::pod_id& pod) {
  statement it{"SELECT last_health_checked FROM cloud_pods WHERE id = $1", {}};
  it.values.add(pod.value);
  const auto rows = state_->rows_of(it);
  if (!rows)
    return std::unexpected(rows.error());
  if (rows->empty() || rows->is_null(0, 0))
    return std::optional<domain::instant>{};
  return std::optional{rows->time(0, 0)};
}

stored<std::vector<kept_answer>> log_reader::idempotency_of(const domain::tenant_id& tenant,
                                                            domain::instant now) {
  statement it{"SELECT key, request_hash, status, pod_id, job_id, seq, expires_at, deployment_id "
               "FROM cloud_pod_idempotency WHERE tenant_id = $1 AND expires_at > $2 "
               "ORDER BY tenant_id, key",
               {}};
  it.values.add(tenant.value).add(now);
  const auto rows = state_->rows_of(it);
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<kept_answer> out;
  for (int row = 0; row < rows->rows(); ++row)
    out.push_back({entry_of(*rows, row, tenant), rows->integer(row, 5), rows->time(row, 6)});
  return out;
}

stored<open_tenants> log_reader::tenants_with_open_work() {
  const statement it{
      "SELECT tenant_id, bool_or(begun) FROM ("
      "SELECT p.tenant_id, q.status = 'running' OR q.retry_count > 0 OR q.action = 'cleanup' "
      "AS begun FROM cloud_pod_queue q JOIN cloud_pods p ON p.id = q.pod_id "
      "WHERE q.status IN ('queued', 'running') "
      "UNION ALL SELECT tenant_id, status = 'running' FROM cloud_pod_jobs "
      "WHERE status IN ('pending', 'running') "
      "UNION ALL SELECT tenant_id, status <> 'pending' OR cleanup_pending FROM cloud_pods "
      "WHERE deleted_at IS NULL "
      "AND (status IN ('pending', 'provisioning', 'deleting') OR cleanup_pending)) AS open "
      "GROUP BY tenant_id ORDER BY tenant_id",
      {}};
  const auto rows = state_->rows_of(it);
  if (!rows)
    return std::unexpected(rows.error());
  open_tenants out;
  for (int row = 0; row < rows->rows(); ++row)
    (rows->boolean(row, 1) ? out.begun : out.waiting).emplace_back(std::string{rows->text(row, 0)});
  return out;
}

stored<allocator_view> log_reader::holdings_for_allocator(domain::instant now,
                                                          std::chrono::seconds quarantine) {
  return state_->with_link([&](connection& link) { return read_holdings(link, now - quarantine); });
}

stored<std::optional<std::string>> log_reader::secret(const domain::pod_id& pod,
                                                      const std::string& name) {
  statement it{"SELECT encode(value, 'hex') FROM cloud_pod_secrets WHERE pod_id = $1 AND name = $2",
               {}};
  it.values.add(pod.value).add(name);
  auto hex = state_->one_text(it);
  if (!hex || !*hex)
    return hex;
  return std::optional{bytes_from_hex(**hex)};
}

} // namespace cloudpods::persistence
