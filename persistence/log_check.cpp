#include <utility>

#include "persistence/event_row.hpp"
#include "persistence/log_fold.hpp"
#include "persistence/maintenance.hpp"
#include "persistence/session.hpp"

namespace cloudpods::persistence {

namespace {

stored<connection> open_snapshot(const std::string& dsn) {
  auto link = connection::open(patient_settings(dsn, "cloudpods verify-log"));
  if (!link)
    return link;
  if (auto begun = link->run("BEGIN ISOLATION LEVEL REPEATABLE READ"); !begun)
    return std::unexpected(begun.error());
  return link;
}

struct checkpoint {
  std::int64_t seq = 0;
  std::string hash;
};

stored<checkpoint> read_checkpoint(connection& link) {
  const auto row = link.run("SELECT seq, hash FROM cloud_pod_log_checkpoint");
  if (!row)
    return std::unexpected(row.error());
  if (row->empty())
    return checkpoint{0, hash_chain::origin()};
  return checkpoint{row->integer(0, 0), row->bytes(0, 1)};
}

log_difference compare_head(const log_head& head, const chain_check& seen) {
  if (head.seq != seen.seq())
    return "the head says " + std::to_string(head.seq) + ", the last event is " +
           std::to_string(seen.seq());
  if (head.hash != seen.hash())
    return "the head's hash is not the last event's";
  return std::nullopt;
}

/// The checkpoint must lie on the chain.
stored<log_difference> compare_checkpoint(connection& link) {
  const auto row = link.run("SELECT c.seq FROM cloud_pod_log_checkpoint c LEFT JOIN "
                            "cloud_pod_events e ON e.seq = c.seq WHERE c.seq > 0 "
                            "AND c.hash IS DISTINCT FROM e.hash");
  if (!row)
    return std::unexpected(row.error());
  if (row->empty())
    return log_difference{};
  return log_difference{"the checkpoint at " + std::to_string(row->integer(0, 0)) +
                        " is not on the chain"};
}

stored<log_difference> compare_names(connection& link) {
  const auto row =
      link.run("SELECT coalesce(t.name, e.name) FROM cloud_pod_event_names t FULL JOIN "
               "(SELECT name, version, min(seq) AS first_seq FROM cloud_pod_events "
               "GROUP BY name, version) e ON e.name = t.name AND e.version = t.version "
               "WHERE e.first_seq IS DISTINCT FROM t.first_seq ORDER BY 1 LIMIT 1");
  if (!row)
    return std::unexpected(row.error());
  if (row->empty())
    return log_difference{};
  return log_difference{"cloud_pod_event_names " + std::string{row->text(0, 0)} +
                        ": not as the log has it"};
}

/// Everything, in the order in which a difference explains those after it.
stored<log_difference> first_difference(connection& link, const log_head& head) {
  auto schema = make_shadows(link);
  if (!schema)
    return std::unexpected(schema.error());
  chain_check seen{0, hash_chain::origin(), chain_scope::all_numbers};
  auto wrong = fold_into_shadows(link, seen, *schema);
  if (!wrong || *wrong)
    return wrong;
  if (auto off = compare_head(head, seen))
    return off;
  if (wrong = compare_checkpoint(link); !wrong || *wrong)
    return wrong;
  if (wrong = compare_names(link); !wrong || *wrong)
    return wrong;
  return compare_shadows(link, *schema);
}

stored<void> move_checkpoint(connection& link, const log_head& head) {
  parameters to;
  to.add(head.seq).add_bytes(head.hash);
  const auto moved = link.run("INSERT INTO cloud_pod_log_checkpoint (seq, hash) VALUES ($1, $2) "
                              "ON CONFLICT (one) DO UPDATE SET seq = EXCLUDED.seq, "
                              "hash = EXCLUDED.hash",
                              to);
  if (!moved)
    return std::unexpected(moved.error());
  if (auto done = link.run("COMMIT"); !done)
    return std::unexpected(done.error());
  return {};
}

} // namespace

stored<log_report> verify_log(const std::string& dsn) {
  auto link = open_snapshot(dsn);
  if (!link)
    return std::unexpected(link.error());
  const auto head = read_head(*link);
  if (!head)
    return std::unexpected(head.error());
  auto wrong = first_difference(*link, *head);
  if (!wrong)
    return std::unexpected(wrong.error());
  return log_report{1, head->seq, *std::move(wrong)};
}

stored<log_report> check_tail(const std::string& dsn) {
  auto link = open_snapshot(dsn);
  if (!link)
    return std::unexpected(link.error());
  const auto head = read_head(*link);
  if (!head)
    return std::unexpected(head.error());
  auto from = read_checkpoint(*link);
  if (!from)
    return std::unexpected(from.error());
  log_report report{from->seq + 1, head->seq, std::nullopt};
  auto on_chain = compare_checkpoint(*link);
  if (!on_chain)
    return std::unexpected(on_chain.error());
  if ((report.difference = *std::move(on_chain)))
    return report;
  chain_check seen{from->seq, std::move(from->hash), chain_scope::chain_only};
  auto wrong = walk_log(*link, seen, [](const result&) -> stored<void> { return {}; });
  if (!wrong)
    return std::unexpected(wrong.error());
  report.difference = *wrong ? *std::move(wrong) : compare_head(*head, seen);
  if (!report.difference)
    if (auto moved = move_checkpoint(*link, *head); !moved)
      return std::unexpected(moved.error());
  return report;
}

} // namespace cloudpods::persistence
