#include "persistence/upkeep.hpp"

#include "persistence/connection.hpp"

namespace cloudpods::persistence {

namespace {

/// $2 to $4 the rules of plans, $5 to $7 those of tenants' plans.
constexpr std::string_view rules_sql =
    "WITH by_plan AS (SELECT * FROM unnest($2, $3, $4) AS r(name, hours, days)), "
    "by_tier AS (SELECT * FROM unnest($5, $6, $7) AS r(name, hours, days)), ";

/// $1 now, $8 nodes, $9 pods to leave out, $10 since when a failure counts, $11 how many, $12 of
/// these open at once on a node.
constexpr std::string_view backups_sql =
    "busy AS (SELECT p.node, count(*) AS items FROM cloud_pod_queue q "
    "JOIN cloud_pods p ON p.id = q.pod_id WHERE q.status IN ('queued', 'running') "
    "AND q.action = 'backup' AND q.payload ? 'policy' GROUP BY p.node), "
    "due AS (SELECT p.id, p.tenant_id, p.node, l.at, r.hours, l.at + r.hours * interval '1 hour' "
    "AS latest, row_number() OVER (PARTITION BY p.node "
    "ORDER BY l.at + r.hours * interval '1 hour' NULLS FIRST, p.id) AS place FROM cloud_pods p "
    "LEFT JOIN cloud_pod_tenants t ON t.id = p.tenant_id "
    "LEFT JOIN by_plan a ON a.name = p.plan_code LEFT JOIN by_tier b ON b.name = t.plan_id "
    "CROSS JOIN LATERAL (SELECT coalesce(a.hours, b.hours) AS hours) r "
    "LEFT JOIN LATERAL (SELECT c.created_at AS at FROM cloud_pod_backups c "
    "WHERE c.pod_id = p.id AND c.by_policy AND c.status = 'available' "
    "ORDER BY c.created_at DESC LIMIT 1) l ON true "
    "WHERE p.status = 'active' AND r.hours IS NOT NULL AND p.node = ANY($8) AND NOT p.id = ANY($9) "
    "AND (l.at IS NULL OR l.at + r.hours * interval '54 minutes' <= $1) "
    "AND NOT EXISTS (SELECT FROM cloud_pod_queue q WHERE q.pod_id = p.id "
    "AND q.status IN ('queued', 'running') "
    "AND q.action IN ('backup', 'destroy', 'restore', 'rollback')) "
    "AND NOT EXISTS (SELECT FROM cloud_pod_jobs j WHERE j.pod_id = p.id AND j.type = 'backup' "
    "AND j.status IN ('failed', 'cancelled') AND j.payload ? 'policy' AND j.finished_at > $10)) "
    "SELECT d.id, d.tenant_id, d.at, d.hours FROM due d LEFT JOIN busy b ON b.node = d.node "
    "WHERE d.place + coalesce(b.items, 0) <= $12 ORDER BY d.latest NULLS FIRST, d.id LIMIT $11";

/// $12 for how many days where no rule says so.
constexpr std::string_view removals_sql =
    "kept AS (SELECT DISTINCT pod_id FROM cloud_pod_backups WHERE status = 'available') "
    "SELECT p.id, p.tenant_id FROM kept k JOIN cloud_pods p ON p.id = k.pod_id "
    "LEFT JOIN cloud_pod_tenants t ON t.id = p.tenant_id "
    "LEFT JOIN by_plan a ON a.name = p.plan_code LEFT JOIN by_tier b ON b.name = t.plan_id "
    "WHERE p.status = 'deleted' AND p.node = ANY($8) AND NOT p.id = ANY($9) "
    "AND p.deleted_at + coalesce(a.days, b.days, $12) * interval '1 day' <= $1 "
    "AND NOT EXISTS (SELECT FROM cloud_pod_queue q WHERE q.pod_id = p.id "
    "AND q.status IN ('queued', 'running')) "
    "AND NOT EXISTS (SELECT FROM cloud_pod_jobs j WHERE j.pod_id = p.id AND j.type = 'backup' "
    "AND j.status IN ('failed', 'cancelled') AND j.finished_at > $10) "
    "ORDER BY p.deleted_at, p.id LIMIT $11";

constexpr std::string_view watched_sql =
    "SELECT p.id, p.tenant_id, p.kind, p.vmid, p.node, p.power_wanted, "
    "p.suspended_at IS NOT NULL, p.last_health_status, p.last_health_power, "
    "p.last_health_reachable FROM cloud_pods p WHERE p.id > $1 AND p.status = 'active' "
    "AND NOT EXISTS (SELECT FROM cloud_pod_queue q WHERE q.pod_id = p.id "
    "AND q.status IN ('queued', 'running')) ORDER BY p.id LIMIT $2";

/// Whoever waits for a row while it holds others can be in a circle with the writer: this waits for
/// none.
constexpr std::string_view checked_sql =
    "WITH free AS (SELECT id FROM cloud_pods WHERE id = ANY($2) ORDER BY id "
    "FOR NO KEY UPDATE SKIP LOCKED) "
    "UPDATE cloud_pods p SET last_health_checked = $1 FROM free WHERE p.id = free.id";

void add_rules(parameters& to, const std::vector<upkeep_rule>& rules) {
  array_parameter names{wire_type::text};
  array_parameter hours{wire_type::integer};
  array_parameter days{wire_type::integer};
  for (const auto& each : rules) {
    names.push(each.name);
    hours.push(each.every_hours);
    days.push(each.keep_days);
  }
  to.add(names).add(hours).add(days);
}

template <class Id>
array_parameter array_of(const std::vector<Id>& ids) {
  array_parameter made{wire_type::text};
  for (const auto& each : ids)
    made.push(each.value);
  return made;
}

statement asking(std::string_view rest, const upkeep_question& question, std::int64_t last) {
  statement it{std::string{rules_sql} + std::string{rest}, {}};
  it.values.add(question.now);
  add_rules(it.values, question.plans);
  add_rules(it.values, question.tenant_plans);
  it.values.add(array_of(question.nodes)).add(array_of(question.besides));
  it.values.add(question.failed_before).add(question.limit).add(last);
  return it;
}

due_pod due_of(const result& rows, int row, bool removal) {
  due_pod made;
  made.pod = domain::pod_id{std::string{rows.text(row, 0)}};
  made.tenant = domain::tenant_id{std::string{rows.text(row, 1)}};
  made.removal = removal;
  if (removal)
    return made;
  if (!rows.is_null(row, 2))
    made.last_good = rows.time(row, 2);
  made.every_hours = rows.integer(row, 3);
  return made;
}

template <class Word>
Word word_in(const result& rows, int row, int column, Word otherwise) {
  return domain::from_text<Word>(rows.text(row, column)).value_or(otherwise);
}

domain::pod pod_of(const result& rows, int row) {
  domain::pod made;
  made.id = domain::pod_id{std::string{rows.text(row, 0)}};
  made.tenant = domain::tenant_id{std::string{rows.text(row, 1)}};
  made.order.kind = word_in(rows, row, 2, made.order.kind);
  made.order.guest = static_cast<domain::vmid>(rows.integer(row, 3));
  made.order.node = domain::node_name{std::string{rows.text(row, 4)}};
  made.status = domain::pod_status::active;
  made.wanted = word_in(rows, row, 5, domain::power_state::unknown);
  if (rows.boolean(row, 6))
    made.suspended.emplace();
  if (!rows.is_null(row, 7)) {
    auto& told = made.health.emplace().reading;
    told.status = word_in(rows, row, 7, told.status);
    told.power = word_in(rows, row, 8, told.power);
    told.reachable = rows.boolean(row, 9);
  }
  return made;
}

} // namespace

struct upkeep_store::state {
  connection_settings settings;
  std::optional<connection> link;

  stored<result> run(const statement& it) {
    if (!link || !link->is_usable()) {
      link.reset();
      auto made = connection::open(settings);
      if (!made)
        return std::unexpected(made.error());
      link = *std::move(made);
    }
    return link->run_prepared(it);
  }
};

upkeep_store::upkeep_store(std::string dsn) : state_(std::make_unique<state>()) {
  state_->settings.dsn = std::move(dsn);
  state_->settings.application_name = "cloudpodsd upkeep";
  // The rules that are asked with differ from tick to tick only by a reload.
  state_->settings.session = {{"plan_cache_mode", "force_custom_plan"}};
}
upkeep_store::~upkeep_store() = default;
upkeep_store::upkeep_store(upkeep_store&&) noexcept = default;
upkeep_store& upkeep_store::operator=(upkeep_store&&) noexcept = default;

stored<std::vector<due_pod>> upkeep_store::due(const upkeep_question& question) {
  const auto removals = state_->run(asking(removals_sql, question, question.days_without_policy));
  if (!removals)
    return std::unexpected(removals.error());
  const auto backups = state_->run(asking(backups_sql, question, question.most_open));
  if (!backups)
    return std::unexpected(backups.error());
  std::vector<due_pod> out;
  for (int row = 0; row < removals->rows(); ++row)
    out.push_back(due_of(*removals, row, true));
  for (int row = 0; row < backups->rows(); ++row)
    out.push_back(due_of(*backups, row, false));
  return out;
}

stored<std::vector<domain::pod>> upkeep_store::watched(const domain::pod_id& after, int limit) {
  statement it{std::string{watched_sql}, {}};
  it.values.add(after.value).add(limit);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<domain::pod> out;
  for (int row = 0; row < rows->rows(); ++row)
    out.push_back(pod_of(*rows, row));
  return out;
}

stored<void> upkeep_store::note_checked(const std::vector<domain::pod_id>& pods,
                                        domain::instant at) {
  statement it{std::string{checked_sql}, {}};
  it.values.add(at).add(array_of(pods));
  if (const auto done = state_->run(it); !done)
    return std::unexpected(done.error());
  return {};
}

} // namespace cloudpods::persistence
