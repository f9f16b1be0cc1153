#include "persistence/drift_store.hpp"

#include <algorithm>

#include "persistence/connection.hpp"

namespace cloudpods::persistence {

namespace {

constexpr std::string_view pod_columns =
    "SELECT p.id, p.tenant_id, p.kind, p.blueprint, p.vmid, p.node, p.region, p.status, "
    "p.power_state, p.power_wanted, p.suspended_at IS NOT NULL, p.cpu_cores, p.memory_mb, "
    "p.swap_mb, p.disk_gb, host(p.ip_address), p.pending_reboot, p.error ->> 'code', "
    "p.cleanup_pending, p.version, p.updated_at, EXISTS (SELECT FROM cloud_pod_queue q "
    "WHERE q.pod_id = p.id AND q.status IN ('queued', 'running')), p.name FROM cloud_pods p ";

/// $1 the pods.
constexpr std::string_view told_sql =
    "SELECT pod_id, kind, expected, found, job_id, status, detected_at FROM cloud_pod_drift "
    "WHERE pod_id = ANY($1) AND tenant_id IS NOT NULL AND status <> 'resolved' "
    "ORDER BY pod_id, kind";

constexpr std::string_view entry_columns =
    "SELECT id, kind, status, tenant_id, pod_id, node, vmid, guest_kind, name, expected, found, "
    "message, job_id, reason, resolution, detected_at, resolved_at, updated_at "
    "FROM cloud_pod_drift ";

template <class Word>
Word word_in(const result& rows, int row, int column, Word otherwise) {
  return domain::from_text<Word>(rows.text(row, column)).value_or(otherwise);
}

std::string text_in(const result& rows, int row, int column) {
  return std::string{rows.text(row, column)};
}

void read_order(const result& rows, int row, domain::pod_ordered& order) {
  order.kind = word_in(rows, row, 2, order.kind);
  order.blueprint = domain::blueprint_code{rows.optional_text(row, 3).value_or(std::string{})};
  order.guest = static_cast<domain::vmid>(rows.integer(row, 4));
  order.node = domain::node_name{text_in(rows, row, 5)};
  order.region = rows.optional_text(row, 6).value_or(std::string{});
  order.cpu_cores = rows.integer(row, 11);
  order.memory_mb = rows.integer(row, 12);
  order.swap_mb = rows.integer(row, 13);
  order.disk_gb = rows.integer(row, 14);
  order.ip_address = rows.optional_text(row, 15);
  order.name = text_in(rows, row, 22);
}

compared_pod pod_of(const result& rows, int row) {
  compared_pod made;
  auto& pod = made.record.pod;
  pod.id = domain::pod_id{text_in(rows, row, 0)};
  pod.tenant = domain::tenant_id{text_in(rows, row, 1)};
  read_order(rows, row, pod.order);
  pod.status = word_in(rows, row, 7, pod.status);
  pod.power = word_in(rows, row, 8, pod.power);
  pod.wanted = rows.is_null(row, 9) ? domain::power_state::unknown
                                    : word_in(rows, row, 9, domain::power_state::unknown);
  if (rows.boolean(row, 10))
    pod.suspended.emplace();
  pod.pending_reboot = rows.boolean(row, 16);
  if (!rows.is_null(row, 17))
    pod.error = domain::pod_error{
        word_in(rows, row, 17, domain::pod_fault::create_failed), {}, rows.boolean(row, 18)};
  pod.version = rows.integer(row, 19);
  pod.updated_at = rows.time(row, 20);
  if (rows.boolean(row, 21))
    made.record.jobs.emplace_back();
  return made;
}

void read_told(const result& rows, std::vector<compared_pod>& into) {
  for (int row = 0; row < rows.rows(); ++row) {
    const auto id = text_in(rows, row, 0);
    const auto place = std::ranges::find_if(
        into, [&](const compared_pod& each) { return each.record.pod.id.value == id; });
    if (place == into.end())
      continue;
    auto& told = place->record.pod.drifts.emplace_back();
    told.kind = word_in(rows, row, 1, told.kind);
    told.expected = rows.optional_text(row, 2).value_or(std::string{});
    told.found = rows.optional_text(row, 3).value_or(std::string{});
    told.job = rows.optional_text(row, 4);
    told.ignored = rows.text(row, 5) == "ignored";
    told.told_at = rows.time(row, 6);
  }
}

domain::drift_entry entry_of(const result& rows, int row) {
  domain::drift_entry made;
  made.id = text_in(rows, row, 0);
  made.kind = word_in(rows, row, 1, made.kind);
  made.status = word_in(rows, row, 2, made.status);
  made.tenant = rows.optional_text(row, 3);
  made.pod = rows.optional_text(row, 4);
  made.node = domain::node_name{text_in(rows, row, 5)};
  if (!rows.is_null(row, 6))
    made.guest = static_cast<domain::vmid>(rows.integer(row, 6));
  if (!rows.is_null(row, 7))
    made.guest_is = word_in(rows, row, 7, domain::guest_kind::vm);
  made.name = rows.optional_text(row, 8);
  made.expected = rows.optional_text(row, 9);
  made.found = rows.optional_text(row, 10);
  made.message = text_in(rows, row, 11);
  made.job = rows.optional_text(row, 12);
  made.reason = rows.optional_text(row, 13);
  made.resolution = rows.optional_text(row, 14);
  made.detected_at = rows.time(row, 15);
  if (!rows.is_null(row, 16))
    made.resolved_at = rows.time(row, 16);
  made.updated_at = rows.time(row, 17);
  return made;
}

template <class Word>
array_parameter words_of(const std::vector<Word>& words) {
  array_parameter made{wire_type::text};
  for (const auto each : words)
    made.push(std::string{domain::text(each)});
  return made;
}

} // namespace

struct drift_store::state {
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

drift_store::drift_store(std::string dsn) : state_(std::make_unique<state>()) {
  state_->settings.dsn = std::move(dsn);
  state_->settings.application_name = "cloudpodsd drift";
  state_->settings.session = {{"default_transaction_read_only", "on"}};
}
drift_store::~drift_store() = default;
drift_store::drift_store(drift_store&&) noexcept = default;
drift_store& drift_store::operator=(drift_store&&) noexcept = default;

stored<std::vector<compared_pod>> drift_store::compared(const domain::pod_id& after, int limit) {
  statement pods{std::string{pod_columns} +
                     "WHERE p.id > $1 AND p.deleted_at IS NULL ORDER BY p.id LIMIT $2",
                 {}};
  pods.values.add(after.value).add(limit);
  const auto rows = state_->run(pods);
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<compared_pod> out;
  array_parameter ids{wire_type::text};
  for (int row = 0; row < rows->rows(); ++row) {
    out.push_back(pod_of(*rows, row));
    ids.push(out.back().record.pod.id.value);
  }
  statement told{std::string{told_sql}, {}};
  told.values.add(ids);
  const auto known = state_->run(told);
  if (!known)
    return std::unexpected(known.error());
  read_told(*known, out);
  return out;
}

stored<std::optional<compared_pod>> drift_store::find_pod(const domain::pod_id& pod) {
  statement it{std::string{pod_columns} + "WHERE p.id = $1", {}};
  it.values.add(pod.value);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  if (rows->empty())
    return std::optional<compared_pod>{};
  return std::optional{pod_of(*rows, 0)};
}

stored<std::vector<domain::node_drift>> drift_store::told_of_nodes() {
  const auto rows =
      state_->run({"SELECT kind, node, vmid, guest_kind, name, status FROM cloud_pod_drift "
                   "WHERE tenant_id IS NULL AND status <> 'resolved' ORDER BY id",
                   {}});
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<domain::node_drift> out;
  for (int row = 0; row < rows->rows(); ++row) {
    auto& made = out.emplace_back();
    made.kind = word_in(*rows, row, 0, made.kind);
    made.node = domain::node_name{text_in(*rows, row, 1)};
    made.guest = static_cast<domain::vmid>(rows->integer(row, 2));
    made.guest_is = word_in(*rows, row, 3, made.guest_is);
    made.name = rows->optional_text(row, 4).value_or(std::string{});
    made.ignored = rows->text(row, 5) == "ignored";
  }
  return out;
}

stored<std::optional<domain::drift_entry>> drift_store::find(const std::string& id) {
  statement it{std::string{entry_columns} + "WHERE id = $1", {}};
  it.values.add(id);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  if (rows->empty())
    return std::optional<domain::drift_entry>{};
  return std::optional{entry_of(*rows, 0)};
}

stored<domain::drift_page> drift_store::list(const domain::drift_filter& filter) {
  statement it{std::string{entry_columns} +
                   "WHERE id > $1 AND (cardinality($2::text[]) = 0 OR kind = ANY($2)) "
                   "AND (cardinality($3::text[]) = 0 OR status = ANY($3)) "
                   "AND ($4 = '' OR node = $4) AND ($5 = '' OR tenant_id = $5) "
                   "AND ($6 = '' OR pod_id = $6) ORDER BY id LIMIT $7",
               {}};
  it.values.add(filter.after.value_or(std::string{})).add(words_of(filter.kinds));
  it.values.add(words_of(filter.statuses)).add(filter.node.value_or(std::string{}));
  it.values.add(filter.tenant.value_or(std::string{})).add(filter.pod.value_or(std::string{}));
  it.values.add(filter.limit + 1);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  domain::drift_page page;
  page.has_more = rows->rows() > filter.limit;
  for (int row = 0; row < std::min(rows->rows(), filter.limit); ++row)
    page.items.push_back(entry_of(*rows, row));
  return page;
}

} // namespace cloudpods::persistence
