#include "persistence/advice_store.hpp"

#include <algorithm>
#include <array>

#include "persistence/advice_queries.hpp"
#include "persistence/connection.hpp"
#include "persistence/event_row.hpp"
#include "wire/field_codec.hpp"

namespace cloudpods::persistence {

namespace {

constexpr int stretch_length = 20'000;
constexpr int most_findings = 500;

constexpr std::string_view recommendation_columns =
    "r.id, r.rule, r.subject, r.tenant_id, r.pod_id, r.vmid, r.node, r.severity, r.issue, "
    "r.recommended_actions, r.evidence, r.status, r.job_ids, r.automatic, r.reason, r.created_at, "
    "r.updated_at";

/// $1 after, $2 up to. The job tells its kind, the pod its node.
constexpr std::string_view failures_sql =
    "SELECT e.seq, e.created_at, j.type, e.tenant_id, e.pod_id, e.vmid, p.node "
    "FROM cloud_pod_events e JOIN cloud_pod_jobs j ON j.id = e.job_id "
    "LEFT JOIN cloud_pods p ON p.id = e.pod_id "
    "WHERE e.seq > $1 AND e.seq <= $2 AND e.name = 'job.failed' ORDER BY e.seq";

template <class Tag>
domain::text_id<Tag> id_at(const result& rows, int row, int column) {
  return domain::text_id<Tag>{std::string{rows.text(row, column)}};
}

template <class Word>
Word word_at(const result& rows, int row, int column) {
  return domain::from_text<Word>(rows.text(row, column)).value_or(Word{});
}

std::optional<domain::vmid> guest_at(const result& rows, int row, int column) {
  if (rows.is_null(row, column))
    return std::nullopt;
  return static_cast<domain::vmid>(rows.integer(row, column));
}

/// A column that a projection wrote; what it wrote can be read.
template <class Value>
Value document_at(const result& rows, int row, int column) {
  Value made{};
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  const auto text = rows.text(row, column);
  if (!text.empty() && parser.parse(text.data(), text.size()).get(document) == simdjson::SUCCESS)
    wire::decode_value(document, made);
  return made;
}

domain::recommendation recommendation_at(const result& rows, int row) {
  domain::recommendation made;
  made.id = rows.text(row, 0);
  made.rule = rows.text(row, 1);
  made.subject = rows.text(row, 2);
  made.about.tenant = id_at<domain::tenant_tag>(rows, row, 3);
  made.about.pod = id_at<domain::pod_tag>(rows, row, 4);
  made.about.guest = guest_at(rows, row, 5);
  if (!rows.is_null(row, 6))
    made.about.node = id_at<domain::node_tag>(rows, row, 6);
  made.severity = word_at<domain::severity>(rows, row, 7);
  made.issue = rows.text(row, 8);
  made.actions = document_at<std::vector<domain::recommended_action>>(rows, row, 9);
  made.evidence = document_at<std::vector<std::int64_t>>(rows, row, 10);
  made.status = word_at<domain::recommendation_status>(rows, row, 11);
  made.jobs = document_at<std::vector<domain::job_id>>(rows, row, 12);
  made.automatic = rows.boolean(row, 13);
  made.reason = rows.text(row, 14);
  made.created_at = rows.time(row, 15);
  made.updated_at = rows.time(row, 16);
  return made;
}

std::vector<domain::recommendation> recommendations_of(const result& rows) {
  std::vector<domain::recommendation> all;
  for (int row = 0; row < rows.rows(); ++row)
    all.push_back(recommendation_at(rows, row));
  return all;
}

std::optional<domain::recommendation> first_of(const result& rows) {
  if (rows.empty())
    return std::nullopt;
  return recommendation_at(rows, 0);
}

statement selecting(std::string_view rest) {
  return {"SELECT " + std::string{recommendation_columns} + " FROM cloud_pod_recommendations r " +
              std::string{rest},
          {}};
}

std::int64_t seq_of(const std::variant<domain::job_failure, domain::event>& fact) {
  return std::visit([](const auto& each) { return each.seq; }, fact);
}

void add_failures(const result& rows, advice_stretch& to) {
  for (int row = 0; row < rows.rows(); ++row) {
    domain::job_failure made;
    made.seq = rows.integer(row, 0);
    made.at = rows.time(row, 1);
    made.kind = word_at<domain::job_type>(rows, row, 2);
    made.tenant = id_at<domain::tenant_tag>(rows, row, 3);
    made.pod = id_at<domain::pod_tag>(rows, row, 4);
    made.guest = guest_at(rows, row, 5);
    made.node = id_at<domain::node_tag>(rows, row, 6);
    to.facts.emplace_back(std::move(made));
  }
}

void add_rules(parameters& to, const std::vector<upkeep_rule>& rules) {
  array_parameter names{wire_type::text};
  array_parameter hours{wire_type::integer};
  for (const auto& each : rules) {
    names.push(each.name);
    hours.push(each.every_hours);
  }
  to.add(names).add(hours);
}

} // namespace

struct advice_store::state {
  connection_settings settings;
  std::optional<connection> link;

  stored<void> connect() {
    if (link && link->is_usable())
      return {};
    link.reset();
    auto made = connection::open(settings);
    if (!made)
      return std::unexpected(made.error());
    link = *std::move(made);
    return {};
  }

  stored<result> run(const statement& it) {
    if (auto open = connect(); !open)
      return std::unexpected(open.error());
    return link->run_prepared(it);
  }

  stored<std::vector<result>> run_all(std::span<const statement> all) {
    if (auto open = connect(); !open)
      return std::unexpected(open.error());
    return link->run_transaction(all);
  }
};

advice_store::advice_store(std::string dsn) : state_(std::make_unique<state>()) {
  state_->settings.dsn = std::move(dsn);
  state_->settings.application_name = "cloudpodsd focalpilot";
  // All of a stretch is of one snapshot.
  state_->settings.session = {{"default_transaction_isolation", "repeatable read"},
                              {"plan_cache_mode", "force_custom_plan"}};
}
advice_store::~advice_store() = default;
advice_store::advice_store(advice_store&&) noexcept = default;
advice_store& advice_store::operator=(advice_store&&) noexcept = default;

stored<std::int64_t> advice_store::seq_before(domain::instant then) {
  statement it{"SELECT seq FROM cloud_pod_events WHERE created_at < $1 ORDER BY seq DESC LIMIT 1",
               {}};
  it.values.add(then);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  return rows->empty() ? 0 : rows->integer(0, 0);
}

stored<advice_stretch> advice_store::follow(std::int64_t seq) {
  std::array all{
      statement{"SELECT seq FROM cloud_pod_log_head", {}},
      statement{std::string{failures_sql}, {}},
      statement{"SELECT " + std::string{event_columns} +
                    " FROM cloud_pod_events e WHERE e.seq > $1 AND e.seq <= $2 "
                    "AND e.stream = 'platform' AND e.name LIKE 'recommendation.%' ORDER BY e.seq",
                {}},
  };
  for (auto each = all.begin() + 1; each != all.end(); ++each)
    each->values.add(seq).add(seq + stretch_length);
  const auto rows = state_->run_all(all);
  if (!rows)
    return std::unexpected(rows.error());
  if (rows->front().empty())
    return faulty(fault_kind::unusable, "the log's head row is missing");
  advice_stretch made;
  made.head = rows->front().integer(0, 0);
  made.looked_up_to = std::min(made.head, seq + stretch_length);
  add_failures((*rows)[1], made);
  auto told = events_of_rows((*rows)[2]);
  if (!told)
    return std::unexpected(told.error());
  for (auto& each : *told)
    made.facts.emplace_back(std::move(each.event));
  std::ranges::sort(made.facts, {}, seq_of);
  return made;
}

stored<std::vector<domain::recommendation>> advice_store::open() {
  const auto rows = state_->run(selecting("WHERE r.status = 'open' ORDER BY r.id"));
  if (!rows)
    return std::unexpected(rows.error());
  return recommendations_of(*rows);
}

stored<std::optional<domain::recommendation>> advice_store::find(const std::string& id) {
  auto it = selecting("WHERE r.id = $1");
  it.values.add(id);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  return first_of(*rows);
}

stored<std::optional<domain::recommendation>> advice_store::opened_by(std::int64_t seq) {
  auto it = selecting("WHERE r.opened_seq = $1");
  it.values.add(seq);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  return first_of(*rows);
}

stored<std::vector<domain::recommendation>> advice_store::list(const recommendation_filter& which) {
  array_parameter statuses{wire_type::text};
  for (const auto each : domain::words<domain::recommendation_status>::values)
    if (which.statuses.empty() ||
        std::ranges::find(which.statuses, *domain::from_text<domain::recommendation_status>(
                                              each)) != which.statuses.end())
      statuses.push(each);
  auto it = selecting("WHERE ($1 = '' OR r.tenant_id = $1) AND r.status = ANY($2) "
                      "AND ($3 = '' OR r.id < $3) ORDER BY r.id DESC LIMIT $4");
  it.values.add(which.tenant ? which.tenant->value : std::string{}).add(statuses);
  it.values.add(which.before.value_or(std::string{})).add(which.limit + 1);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  return recommendations_of(*rows);
}

stored<std::optional<kept_answer>>
advice_store::answer(const std::string& owner, const std::string& key, domain::instant now) {
  statement it{"SELECT request_hash, status, seq, expires_at FROM cloud_pod_idempotency "
               "WHERE tenant_id = $1 AND key = $2 AND expires_at > $3",
               {}};
  it.values.add(owner).add(key).add(now);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  if (rows->empty())
    return std::nullopt;
  kept_answer made;
  made.entry.tenant = domain::tenant_id{owner};
  made.entry.key = key;
  made.entry.request_hash = rows->text(0, 0);
  made.entry.status = static_cast<int>(rows->integer(0, 1));
  made.seq = rows->integer(0, 2);
  made.expires_at = rows->time(0, 3);
  return made;
}

stored<void> advice_store::note_loads(const std::vector<domain::guest_load>& loads,
                                      domain::instant at) {
  array_parameter guests{wire_type::integer};
  array_parameter nodes{wire_type::text};
  array_parameter high{wire_type::boolean};
  array_parameter idle{wire_type::boolean};
  for (const auto& each : loads) {
    guests.push(std::int64_t{each.guest});
    nodes.push(each.node.value);
    high.push(each.high);
    idle.push(each.idle);
  }
  std::array all{
      statement{"DELETE FROM cloud_pod_loads l USING cloud_pods p "
                "WHERE p.id = l.pod_id AND p.status = 'deleted'",
                {}},
      statement{std::string{loads_sql}, {}},
  };
  all[1].values.add(guests).add(nodes).add(high).add(idle).add(at);
  all[1].values.add(at - std::chrono::minutes{10}).add(at - std::chrono::days{1});
  if (const auto done = state_->run_all(all); !done)
    return std::unexpected(done.error());
  return {};
}

stored<std::vector<domain::loaded_pod>> advice_store::loaded(domain::instant now) {
  statement it{std::string{loaded_sql}, {}};
  it.values.add(now - domain::high_for).add(now - domain::idle_for).add(most_findings);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<domain::loaded_pod> all;
  for (int row = 0; row < rows->rows(); ++row) {
    auto& made = all.emplace_back();
    made.tenant = id_at<domain::tenant_tag>(*rows, row, 0);
    made.pod = id_at<domain::pod_tag>(*rows, row, 1);
    made.guest = static_cast<domain::vmid>(rows->integer(row, 2));
    made.kind = word_at<domain::guest_kind>(*rows, row, 3);
    made.cpu_cores = rows->integer(row, 4);
    made.memory_mb = rows->integer(row, 5);
    made.high = rows->boolean(row, 6);
  }
  return all;
}

stored<std::vector<domain::unhealthy_pod>>
advice_store::unhealthy(std::chrono::seconds between_checks) {
  statement it{std::string{unhealthy_sql}, {}};
  // The first of them is the one that told it; some of the last one's time is spent on looking.
  it.values.add((domain::checks_that_count - 1) * between_checks.count() * 9 / 10);
  it.values.add(most_findings);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<domain::unhealthy_pod> all;
  for (int row = 0; row < rows->rows(); ++row)
    all.push_back({id_at<domain::tenant_tag>(*rows, row, 0), id_at<domain::pod_tag>(*rows, row, 1),
                   static_cast<domain::vmid>(rows->integer(row, 2)), rows->integer(row, 3)});
  return all;
}

stored<std::vector<domain::overdue_pod>>
advice_store::overdue(const std::vector<upkeep_rule>& plans,
                      const std::vector<upkeep_rule>& tenant_plans, domain::instant now) {
  statement it{std::string{overdue_sql}, {}};
  add_rules(it.values, plans);
  add_rules(it.values, tenant_plans);
  it.values.add(now).add(most_findings);
  const auto rows = state_->run(it);
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<domain::overdue_pod> all;
  for (int row = 0; row < rows->rows(); ++row)
    all.push_back({id_at<domain::tenant_tag>(*rows, row, 0), id_at<domain::pod_tag>(*rows, row, 1),
                   static_cast<domain::vmid>(rows->integer(row, 2)), rows->integer(row, 3)});
  return all;
}

stored<std::vector<std::string>> advice_store::about_deleted() {
  const auto rows = state_->run(
      {"SELECT r.id FROM cloud_pod_recommendations r JOIN cloud_pods p ON p.id = r.pod_id "
       "WHERE r.status = 'open' AND p.status = 'deleted' ORDER BY r.id",
       {}});
  if (!rows)
    return std::unexpected(rows.error());
  std::vector<std::string> all;
  for (int row = 0; row < rows->rows(); ++row)
    all.emplace_back(rows->text(row, 0));
  return all;
}

} // namespace cloudpods::persistence
