#include <string>
#include <vector>

#include "persistence/maintenance.hpp"
#include "persistence/schema.hpp"
#include "persistence/session.hpp"

namespace cloudpods::persistence {

namespace {

/// The schema's version, 0 where there is none yet.
stored<int> present_version(connection& link) {
  const auto made = link.run("CREATE TABLE IF NOT EXISTS cloud_pod_schema_migrations ("
                             "version integer PRIMARY KEY, name text NOT NULL, "
                             "applied_at timestamptz NOT NULL DEFAULT now())");
  if (!made)
    return std::unexpected(made.error());
  const auto version =
      link.run("SELECT coalesce(max(version), 0) FROM cloud_pod_schema_migrations");
  if (!version)
    return std::unexpected(version.error());
  return static_cast<int>(version->integer(0, 0));
}

stored<void> apply(connection& link, const migration& step) {
  if (auto done = link.run(std::string{step.sql}); !done)
    return std::unexpected(done.error());
  parameters row;
  row.add(step.version).add(step.name);
  const auto noted =
      link.run("INSERT INTO cloud_pod_schema_migrations (version, name) VALUES ($1, $2)", row);
  if (!noted)
    return std::unexpected(noted.error());
  return {};
}

/// Inside one transaction: all of it or nothing.
stored<int> bring_up_to_date(connection& link) {
  // Held until the transaction ends: who comes second finds nothing left to do.
  const auto locked = link.run("SELECT pg_advisory_xact_lock($1)", parameters{}.add(schema_lock));
  if (!locked)
    return std::unexpected(locked.error());
  const auto present = present_version(link);
  if (!present)
    return present;
  const int wanted = migrations().back().version;
  if (*present > wanted)
    return faulty(fault_kind::unusable, "the schema's version " + std::to_string(*present) +
                                            " is newer than this program's " +
                                            std::to_string(wanted));
  for (const auto& step : migrations())
    if (step.version > *present)
      if (auto done = apply(link, step); !done)
        return std::unexpected(done.error());
  return wanted;
}

} // namespace

stored<int> migrate(const std::string& dsn) {
  auto link = connection::open(patient_settings(dsn, "cloudpods migrate"));
  if (!link)
    return std::unexpected(link.error());
  if (auto begun = link->run("BEGIN"); !begun)
    return std::unexpected(begun.error());
  auto version = bring_up_to_date(*link);
  if (!version)
    return version; // the session ends here, and the transaction with it
  if (auto done = link->run("COMMIT"); !done)
    return std::unexpected(done.error());
  return version;
}

} // namespace cloudpods::persistence
