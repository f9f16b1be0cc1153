#include "persistence/holdings.hpp"

#include "domain/pod.hpp"
#include "persistence/event_row.hpp"
#include "persistence/session.hpp"

namespace cloudpods::persistence {

namespace {

/// What a pod has of what no other may have.
struct possession {
  std::optional<domain::vmid> guest;
  std::optional<std::string> address;
  std::string region;
};

possession possession_of(const domain::pod& pod) {
  if (pod.id.empty())
    return {};
  // A backup of a deleted pod is keyed by its vmid.
  if (!pod.is_live() && !pod.backups.empty())
    return {pod.order.guest, std::nullopt, pod.order.region};
  if (!pod.is_live())
    return {std::nullopt, std::nullopt, pod.order.region};
  return {pod.order.guest, pod.order.ip_address, pod.order.region};
}

void note_released(const possession& before, const possession& after, domain::instant at,
                   allocator_view& out) {
  if (before.guest && before.guest != after.guest)
    out.vmids.push_back({*before.guest, before.region, at});
  if (before.address && before.address != after.address)
    out.addresses.push_back({*before.address, before.region, at});
}

stored<result> select_pods(connection& link) {
  return link.run("SELECT id, tenant_id, vmid, node, region, host(ip_address), "
                  // A clean failed create keeps its vmid only, as the allocator folds it.
                  "CASE WHEN clean THEN 0 ELSE memory_mb END, "
                  "CASE WHEN clean THEN 0 ELSE disk_gb END, status, storage FROM (SELECT *, "
                  "status = 'error' AND NOT cleanup_pending AND error->>'code' IN "
                  "('CREATE_FAILED', 'CANCELLED') AS clean FROM cloud_pods "
                  "WHERE deleted_at IS NULL) p ORDER BY id");
}

pod_holding holding_of(const result& rows, int row) {
  const auto text = [&](int column) { return std::string{rows.text(row, column)}; };
  pod_holding out;
  out.pod = domain::pod_id{text(0)};
  out.tenant = domain::tenant_id{text(1)};
  if (!rows.is_null(row, 2))
    out.guest = static_cast<domain::vmid>(rows.integer(row, 2));
  out.node = domain::node_name{text(3)};
  out.region = text(4);
  out.ip_address = rows.optional_text(row, 5);
  out.memory_mb = rows.integer(row, 6);
  out.disk_gb = rows.integer(row, 7);
  out.status = domain::from_text<domain::pod_status>(rows.text(row, 8)).value_or(out.status);
  out.storage = domain::storage_name{text(9)};
  return out;
}

/// Whole streams of the pods that changed since then: a fold needs the beginning too.
stored<result> select_changed_streams(connection& link, domain::instant since) {
  return link.run("SELECT " + std::string{event_columns} +
                      " FROM cloud_pods p JOIN cloud_pod_events e ON e.stream = 'pod:' || p.id "
                      "WHERE p.updated_at > $1 ORDER BY e.stream, e.stream_version",
                  parameters{}.add(since));
}

stored<void> fill(connection& link, domain::instant since, allocator_view& view) {
  const auto head = read_head(link);
  if (!head)
    return std::unexpected(head.error());
  view.head = head->seq;
  const auto pods = select_pods(link);
  if (!pods)
    return std::unexpected(pods.error());
  for (int row = 0; row < pods->rows(); ++row)
    view.pods.push_back(holding_of(*pods, row));
  const auto kept =
      link.run("SELECT vmid, id FROM cloud_pod_backups WHERE deleted_at IS NULL AND vmid > 0");
  if (!kept)
    return std::unexpected(kept.error());
  for (int row = 0; row < kept->rows(); ++row)
    view.backups.emplace_back(static_cast<domain::vmid>(kept->integer(row, 0)),
                              std::string{kept->text(row, 1)});
  const auto changed = select_changed_streams(link, since);
  if (!changed)
    return std::unexpected(changed.error());
  const auto events = events_of_rows(*changed);
  if (!events)
    return std::unexpected(events.error());
  find_released(*events, since, view);
  return {};
}

} // namespace

void find_released(const std::vector<stored_event>& events, domain::instant since,
                   allocator_view& out) {
  domain::pod_record record;
  const std::string* stream = nullptr;
  for (const auto& [fact, data] : events) {
    if (stream == nullptr || *stream != fact.stream)
      record = {};
    stream = &fact.stream;
    const auto before = possession_of(record.pod);
    domain::evolve(record, fact);
    domain::forget_closed_jobs(record);
    if (fact.at > since)
      note_released(before, possession_of(record.pod), fact.at, out);
  }
}

stored<allocator_view> read_holdings(connection& link, domain::instant since) {
  if (auto begun = link.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); !begun)
    return std::unexpected(begun.error());
  allocator_view view;
  const auto filled = fill(link, since, view);
  const auto ended = link.run("COMMIT");
  if (!filled)
    return std::unexpected(filled.error());
  if (!ended)
    return std::unexpected(ended.error());
  return view;
}

} // namespace cloudpods::persistence
