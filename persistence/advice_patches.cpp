#include "persistence/fact_patches.hpp"
#include "persistence/patch_values.hpp"

#include "domain/recommendation.hpp"

namespace cloudpods::persistence {

namespace {

using namespace domain;

/// What an event of the platform's stream does to the row of its recommendation.
struct advice_patch {
  const event& fact;
  std::vector<row_patch>& out;

  void operator()(const recommendation_opened& opened) const {
    auto& row = out.emplace_back(recommendations_table(), opened.recommendation, presence::made);
    row.set("tenant_id", id_or_null(fact.tenant)).set("pod_id", id_or_null(fact.pod));
    row.set("vmid", fact.guest ? sql_value{std::int64_t{*fact.guest}} : sql_value{});
    row.set("node", opened.node ? id_or_null(*opened.node) : sql_value{});
    row.set("rule", opened.rule).set("subject", opened.subject);
    row.set("severity", word(opened.severity)).set("issue", opened.issue);
    row.set("recommended_actions", json_of(opened.actions));
    row.set("evidence", json_of(opened.evidence));
    row.set("job_ids", std::string{"[]"}).set("automatic", false);
    row.set("opened_seq", fact.seq).set("created_at", fact.at);
    close(row, recommendation_status::open);
  }

  void operator()(const recommendation_applied& applied) const {
    auto& row = out.emplace_back(recommendations_table(), applied.recommendation);
    row.set("job_ids", json_of(applied.jobs)).set("automatic", applied.automatic);
    close(row, recommendation_status::applied);
  }

  void operator()(const recommendation_dismissed& dismissed) const {
    auto& row = out.emplace_back(recommendations_table(), dismissed.recommendation);
    row.set("reason", text_or_null(dismissed.reason));
    close(row, recommendation_status::dismissed);
  }

  void operator()(const recommendation_expired& expired) const {
    auto& row = out.emplace_back(recommendations_table(), expired.recommendation);
    row.set("reason", text_or_null(expired.reason));
    close(row, recommendation_status::expired);
  }

  template <class Other>
  void operator()(const Other&) const {}

  void close(row_patch& row, recommendation_status status) const {
    row.set("status", word(status)).set("updated_at", fact.at);
  }
};

} // namespace

void patch_recommendation(const event& fact, std::vector<row_patch>& out) {
  std::visit(advice_patch{fact, out}, fact.payload);
}

} // namespace cloudpods::persistence
