#include "persistence/log_fold.hpp"
#include "persistence/row_patch.hpp"

namespace cloudpods::persistence {

namespace {

std::string name_of(const table& it) { return std::string{it.name}; }

/// The rows that the log is compared with and may replace.
std::string where_folded(const table& it) {
  return it.only_rows.empty() ? std::string{} : " WHERE " + std::string{it.only_rows};
}

/// The row of `t` as one document, without what is no fold of the log.
std::string document_of(const table& it) {
  std::string sql = "to_jsonb(t)";
  for (const auto& each : it.unfolded)
    sql += " - '" + std::string{each} + "'";
  return sql;
}

std::string compare_sql(const table& it, const std::string& schema) {
  const std::string key{it.key};
  const auto rows = [&](const std::string& from) {
    return "(SELECT t." + key + " AS k, " + document_of(it) + " AS j FROM " + from + "." +
           name_of(it) + " t" + where_folded(it) + ")";
  };
  return "SELECT k, s.j IS NULL, f.j IS NULL, "
         "(SELECT string_agg(c.key || ' is ' || left(c.value::text, 200) || ' instead of ' || "
         "left((f.j -> c.key)::text, 200), '; ' ORDER BY c.key) FROM jsonb_each(s.j) c "
         "WHERE c.value IS DISTINCT FROM f.j -> c.key) FROM " +
         rows(schema) + " s FULL JOIN " + rows("pg_temp") +
         " f USING (k) WHERE s.j IS DISTINCT FROM f.j ORDER BY k LIMIT 1";
}

std::string difference_text(const table& it, const result& row) {
  const auto subject = name_of(it) + " " + std::string{row.text(0, 0)} + ": ";
  if (row.boolean(0, 1))
    return subject + "the log has this row, the table lacks it";
  if (row.boolean(0, 2))
    return subject + "the table has this row, the log does not";
  return subject + std::string{row.text(0, 3)};
}

/// Keeps what is no fold of the log.
std::string keep_sql(const table& it, const std::string& schema) {
  std::string sql;
  const std::string key{it.key};
  for (const auto& each : it.unfolded) {
    const std::string column{each};
    sql += "UPDATE pg_temp." + name_of(it) + " f SET " + column + " = t." + column + " FROM " +
           schema + "." + name_of(it) + " t WHERE t." + key + " = f." + key + "; ";
  }
  return sql;
}

} // namespace

stored<std::string> make_shadows(connection& link) {
  const auto found = link.run("SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n "
                              "ON n.oid = c.relnamespace WHERE c.oid = 'cloud_pods'::regclass");
  if (!found)
    return std::unexpected(found.error());
  const std::string schema{found->text(0, 0)};
  for (const auto* each : projections())
    if (auto made = link.run("CREATE TEMP TABLE " + name_of(*each) + " (LIKE " + schema + "." +
                             name_of(*each) + " INCLUDING ALL) ON COMMIT DROP");
        !made)
      return std::unexpected(made.error());
  return schema;
}

stored<log_difference> compare_shadows(connection& link, const std::string& schema) {
  for (const auto* each : projections()) {
    const auto row = link.run(compare_sql(*each, schema));
    if (!row)
      return std::unexpected(row.error());
    if (!row->empty())
      return log_difference{difference_text(*each, *row)};
  }
  return log_difference{};
}

stored<void> replace_from_shadows(connection& link, const std::string& schema) {
  for (const auto* each : projections()) {
    const auto real = schema + "." + name_of(*each);
    if (auto done = link.run(keep_sql(*each, schema) + "DELETE FROM " + real + where_folded(*each) +
                             "; INSERT INTO " + real + " SELECT * FROM pg_temp." + name_of(*each));
        !done)
      return std::unexpected(done.error());
  }
  return {};
}

} // namespace cloudpods::persistence
