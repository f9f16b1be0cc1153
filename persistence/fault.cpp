#include "persistence/fault.hpp"

namespace cloudpods::persistence {

bool fault::is_of_content() const {
  // 22: data exception, 23: constraint violation, 54: a row or value past what Postgres can hold.
  return kind == fault_kind::refused &&
         (sql_state.starts_with("22") || sql_state.starts_with("23") ||
          sql_state.starts_with("54"));
}

domain::problem as_problem(const fault& why) {
  if (why.is_of_content())
    return {domain::problem_code::internal_error, "The store refused what was to be written."};
  domain::problem away{domain::problem_code::store_unavailable, "The store is not available."};
  away.outcome_unknown = why.kind == fault_kind::lost;
  return away;
}

} // namespace cloudpods::persistence
