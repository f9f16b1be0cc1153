#include "persistence/log_fold.hpp"
#include "persistence/maintenance.hpp"
#include "persistence/session.hpp"

namespace cloudpods::persistence {

namespace {

/// Inside one transaction: all of it or nothing.
stored<void> rebuild_all(connection& link) {
  auto schema = make_shadows(link);
  if (!schema)
    return std::unexpected(schema.error());
  chain_check seen{0, hash_chain::origin(), chain_scope::all_numbers};
  const auto wrong = fold_into_shadows(link, seen, *schema);
  if (!wrong)
    return std::unexpected(wrong.error());
  if (*wrong)
    return faulty(fault_kind::unusable, **wrong);
  return replace_from_shadows(link, *schema);
}

} // namespace

stored<void> rebuild(const std::string& dsn) {
  auto link = connection::open(patient_settings(dsn, "cloudpods rebuild"));
  if (!link)
    return std::unexpected(link.error());
  const auto alone = try_lock(*link, writer_lock);
  if (!alone)
    return std::unexpected(alone.error());
  if (!*alone)
    return faulty(fault_kind::busy, "the daemon is running");
  if (auto readable = read_head(*link); !readable)
    return std::unexpected(readable.error());
  if (auto begun = link->run("BEGIN ISOLATION LEVEL REPEATABLE READ"); !begun)
    return std::unexpected(begun.error());
  if (auto done = rebuild_all(*link); !done)
    return done;
  if (auto kept = link->run("COMMIT"); !kept)
    return std::unexpected(kept.error());
  return {};
}

} // namespace cloudpods::persistence
