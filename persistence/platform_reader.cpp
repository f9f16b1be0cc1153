#include "persistence/platform_reader.hpp"

#include <array>
#include <utility>

#include "persistence/connection.hpp"
#include "persistence/event_row.hpp"

namespace cloudpods::persistence {

namespace {

using answers = std::vector<result>;

constexpr std::string_view open_items =
    "SELECT status, count(*), min(created_at) FROM cloud_pod_queue "
    "WHERE status IN ('queued', 'running') GROUP BY status";
constexpr std::string_view quota_columns =
    "q.max_pods, q.max_cpu_cores, q.max_memory_mb, q.max_disk_gb, q.used_pods, q.used_cpu_cores, "
    "q.used_memory_mb, q.used_disk_gb, q.reserved_pods, q.reserved_cpu_cores, "
    "q.reserved_memory_mb, q.reserved_disk_gb";

connection_settings session_settings(const reader_settings& from) {
  connection_settings settings;
  settings.dsn = from.dsn;
  settings.application_name = "cloudpodsd platform reader";
  settings.connect_timeout_s = from.connect_timeout_s;
  settings.statement_timeout_ms = from.statement_timeout_ms;
  settings.lock_timeout_ms = from.statement_timeout_ms;
  settings.session = {{"default_transaction_read_only", "on"},
                      // All of an answer is of one snapshot.
                      {"default_transaction_isolation", "repeatable read"},
                      {"plan_cache_mode", "force_custom_plan"}};
  return settings;
}

std::optional<std::int64_t> maybe_integer(const result& rows, int row, int column) {
  if (rows.is_null(row, column))
    return std::nullopt;
  return rows.integer(row, column);
}

domain::resources resources_at(const result& rows, int row, int column) {
  return {rows.integer(row, column), rows.integer(row, column + 1), rows.integer(row, column + 2),
          rows.integer(row, column + 3)};
}

/// A row's `quota_columns`, from `column` on.
domain::quota_changed limits_at(const result& rows, int row, int column) {
  return {maybe_integer(rows, row, column), maybe_integer(rows, row, column + 1),
          maybe_integer(rows, row, column + 2), maybe_integer(rows, row, column + 3)};
}

domain::holdings holdings_at(const result& rows, int row, int column) {
  return {resources_at(rows, row, column + 4), resources_at(rows, row, column + 8)};
}

domain::counts counts_of(const result& rows) {
  domain::counts made;
  for (int row = 0; row < rows.rows(); ++row)
    made[std::string{rows.text(row, 0)}] += rows.integer(row, 1);
  return made;
}

domain::queue_figures queue_of(const result& rows) {
  domain::queue_figures made;
  made.by_status = counts_of(rows);
  for (int row = 0; row < rows.rows(); ++row)
    if (rows.text(row, 0) == "queued")
      made.oldest_queued = rows.time(row, 2);
  return made;
}

domain::platform_figures figures_of(const answers& all) {
  domain::platform_figures made;
  made.tenants = all[0].integer(0, 0);
  for (int row = 0; row < all[1].rows(); ++row) {
    made.pods_by_status[std::string{all[1].text(row, 0)}] += all[1].integer(row, 2);
    made.pods_by_plan[std::string{all[1].text(row, 1)}] += all[1].integer(row, 2);
    made.monthly_cents += all[1].integer(row, 3);
  }
  made.queue = queue_of(all[2]);
  made.provisioned = all[3].integer(0, 0);
  made.jobs_succeeded = all[3].integer(0, 1);
  made.jobs_failed = all[3].integer(0, 2);
  made.held = resources_at(all[4], 0, 0);
  made.last_seq = all[5].integer(0, 0);
  return made;
}

domain::platform_gauges gauges_of(const answers& all) {
  domain::platform_gauges made;
  made.pods_by_status = counts_of(all[0]);
  made.queue = queue_of(all[1]);
  std::map<std::string_view, domain::counts> pods;
  for (int row = 0; row < all[3].rows(); ++row)
    pods[all[3].text(row, 0)][std::string{all[3].text(row, 1)}] = all[3].integer(row, 2);
  for (int row = 0; row < all[2].rows(); ++row) {
    auto& each = made.tenants.emplace_back();
    each.id = domain::tenant_id{std::string{all[2].text(row, 0)}};
    each.plan = all[2].optional_text(row, 1);
    each.own_limits = limits_at(all[2], row, 2);
    each.held = holdings_at(all[2], row, 2);
    if (const auto found = pods.find(all[2].text(row, 0)); found != pods.end())
      each.pods_by_status = std::move(found->second);
  }
  return made;
}

domain::tenant_entry entry_of(const result& rows, int row) {
  const auto text = [&](int column) { return std::string{rows.text(row, column)}; };
  domain::tenant_entry made;
  made.id = domain::tenant_id{text(0)};
  made.said.name = text(1);
  made.said.slug = rows.optional_text(row, 2);
  made.said.plan = rows.optional_text(row, 3);
  if (!rows.is_null(row, 4))
    made.said.owner = domain::tenant_owner{text(4), text(5), text(6)};
  made.said.region = rows.optional_text(row, 7);
  made.created_at = rows.time(row, 8);
  return made;
}

domain::tenant_projection projection_of(const result& quotas, const result& pods) {
  domain::tenant_projection made;
  if (!quotas.empty()) {
    made.own_limits = limits_at(quotas, 0, 0);
    made.held = holdings_at(quotas, 0, 0);
  }
  for (int row = 0; row < pods.rows(); ++row) {
    auto& each = made.pods.emplace_back();
    each.id = domain::pod_id{std::string{pods.text(row, 0)}};
    each.status = pods.text(row, 1);
    if (const auto guest = maybe_integer(pods, row, 2))
      each.guest = static_cast<domain::vmid>(*guest);
    each.size = {1, pods.integer(row, 3), pods.integer(row, 4), pods.integer(row, 5)};
  }
  return made;
}

} // namespace

struct platform_reader::state {
  connection_settings settings;
  std::optional<connection> link;

  /// All in one snapshot. A read changes nothing, so it is done once more where the link was
  /// broken.
  stored<answers> read(std::span<const statement> all) {
    for (bool was_open = link.has_value() && link->is_usable();; was_open = false) {
      if (!was_open) {
        auto made = connection::open(settings);
        if (!made)
          return std::unexpected(made.error());
        link = *std::move(made);
      }
      auto rows = link->run_transaction(all);
      if (rows)
        return rows;
      const bool is_gone = !link->is_usable() || was_ended(rows.error());
      if (is_gone)
        link.reset();
      if (!is_gone || !was_open)
        return unless_lost(std::move(rows));
    }
  }

  /// The server's last words in a session that it ends; the socket may not know yet.
  static bool was_ended(const fault& why) { return why.sql_state.starts_with("57P"); }

  /// Nothing is open about a read that was not answered.
  static stored<answers> unless_lost(stored<answers> rows) {
    if (rows.error().kind == fault_kind::lost || was_ended(rows.error()))
      rows.error().kind = fault_kind::away;
    return rows;
  }
};

platform_reader::platform_reader(reader_settings settings)
    : state_(std::make_unique<state>(state{session_settings(settings), std::nullopt})) {}
platform_reader::~platform_reader() = default;
platform_reader::platform_reader(platform_reader&&) noexcept = default;
platform_reader& platform_reader::operator=(platform_reader&&) noexcept = default;

stored<domain::platform_figures> platform_reader::figures(domain::instant now) {
  std::array all{
      statement{"SELECT count(*) FROM cloud_pod_tenants", {}},
      statement{"SELECT status, coalesce(plan_code, 'none'), count(*), coalesce(sum(CASE WHEN "
                "status <> 'error' THEN (plan_snapshot->>'priceMonthlyCents')::bigint END), "
                "0)::bigint FROM cloud_pods WHERE deleted_at IS NULL GROUP BY 1, 2",
                {}},
      statement{std::string{open_items}, {}},
      statement{"SELECT count(*) FILTER (WHERE type = 'provision' AND status = 'success'), "
                "count(*) FILTER (WHERE status = 'success'), "
                "count(*) FILTER (WHERE status = 'failed') "
                "FROM cloud_pod_jobs WHERE finished_at > $1",
                {}},
      statement{"SELECT coalesce(sum(used_pods + reserved_pods), 0)::bigint, "
                "coalesce(sum(used_cpu_cores + reserved_cpu_cores), 0)::bigint, "
                "coalesce(sum(used_memory_mb + reserved_memory_mb), 0)::bigint, "
                "coalesce(sum(used_disk_gb + reserved_disk_gb), 0)::bigint FROM cloud_pod_quotas",
                {}},
      statement{"SELECT seq FROM cloud_pod_log_head", {}},
  };
  all[3].values.add(now - std::chrono::days{1});
  const auto rows = state_->read(all);
  if (!rows)
    return std::unexpected(rows.error());
  if (rows->back().empty())
    return faulty(fault_kind::unusable, "the log's head row is missing");
  return figures_of(*rows);
}

stored<domain::platform_gauges> platform_reader::gauges(int most) {
  std::array all{
      statement{"SELECT status, count(*) FROM cloud_pods WHERE deleted_at IS NULL GROUP BY 1", {}},
      statement{std::string{open_items}, {}},
      statement{"SELECT t.id, t.plan_id, " + std::string{quota_columns} +
                    " FROM cloud_pod_tenants t LEFT JOIN cloud_pod_quotas q ON q.tenant_id = t.id "
                    "ORDER BY t.id LIMIT $1",
                {}},
      statement{"SELECT tenant_id, status, count(*) FROM cloud_pods WHERE deleted_at IS NULL "
                "AND tenant_id IN (SELECT id FROM cloud_pod_tenants ORDER BY id LIMIT $1) "
                "GROUP BY 1, 2",
                {}},
  };
  all[2].values.add(most);
  all[3].values.add(most);
  const auto rows = state_->read(all);
  if (!rows)
    return std::unexpected(rows.error());
  return gauges_of(*rows);
}

stored<domain::tenant_page> platform_reader::tenants(const std::optional<domain::tenant_id>& after,
                                                     int limit) {
  std::array all{statement{"SELECT t.id, t.name, t.slug, t.plan_id, t.owner_id, u.email, u.name, "
                           "t.region, t.created_at FROM cloud_pod_tenants t "
                           "LEFT JOIN cloud_pod_users u ON u.id = t.owner_id "
                           "WHERE t.id > $1 ORDER BY t.id LIMIT $2",
                           {}}};
  all[0].values.add(after ? after->value : std::string{}).add(limit + 1);
  const auto rows = state_->read(all);
  if (!rows)
    return std::unexpected(rows.error());
  domain::tenant_page page;
  page.has_more = rows->front().rows() > limit;
  for (int row = 0; row < std::min(rows->front().rows(), limit); ++row)
    page.items.push_back(entry_of(rows->front(), row));
  return page;
}

stored<tenant_sources> platform_reader::sources_of(const domain::tenant_id& tenant) {
  std::array all{
      statement{"SELECT seq FROM cloud_pod_log_head", {}},
      statement{"SELECT " + std::string{event_columns} +
                    " FROM cloud_pod_events e WHERE e.tenant_id = $1 ORDER BY e.tenant_id, e.seq",
                {}},
      statement{"SELECT " + std::string{quota_columns} +
                    " FROM cloud_pod_quotas q WHERE q.tenant_id = $1",
                {}},
      statement{"SELECT id, status, vmid, cpu_cores, memory_mb, disk_gb FROM cloud_pods "
                "WHERE tenant_id = $1",
                {}},
  };
  for (auto each = all.begin() + 1; each != all.end(); ++each)
    each->values.add(tenant.value);
  const auto rows = state_->read(all);
  if (!rows)
    return std::unexpected(rows.error());
  auto events = events_of_rows((*rows)[1]);
  if (!events)
    return std::unexpected(events.error());
  return tenant_sources{{*std::move(events), rows->front().integer(0, 0)},
                        projection_of((*rows)[2], (*rows)[3])};
}

} // namespace cloudpods::persistence
