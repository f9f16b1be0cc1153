#pragma once

#include <memory>
#include <optional>

#include "domain/platform.hpp"
#include "domain/recount.hpp"
#include "persistence/fault.hpp"
#include "persistence/log_reader.hpp"

namespace cloudpods::persistence {

/// A tenant's events and rows, of one snapshot.
struct tenant_sources {
  history events;
  domain::tenant_projection rows;
};

/// Reads what operators ask of all tenants together (contract 8, 12, 18); never writes. Each answer
/// is of one snapshot. Blocks; belongs to one thread. A connection that breaks is made again by the
/// next call.
class platform_reader {
public:
  explicit platform_reader(reader_settings settings);
  ~platform_reader();
  platform_reader(platform_reader&&) noexcept;
  platform_reader& operator=(platform_reader&&) noexcept;

  /// What there is now; what ended, of the day before `now`.
  stored<domain::platform_figures> figures(domain::instant now);
  /// At most `most` tenants.
  stored<domain::platform_gauges> gauges(int most);
  /// At most `limit` tenants after that one, by their ids.
  stored<domain::tenant_page> tenants(const std::optional<domain::tenant_id>& after, int limit);
  stored<tenant_sources> sources_of(const domain::tenant_id& tenant);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::persistence
