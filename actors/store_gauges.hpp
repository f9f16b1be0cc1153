#pragma once

#include <string>

#include "domain/catalogue.hpp"
#include "domain/platform.hpp"

namespace cloudpods::actors {

/// The gauges that the store tells of, as text for Prometheus (contract 18).
std::string text_of(const domain::platform_gauges& all, const domain::catalogue& offers,
                    domain::instant now);

} // namespace cloudpods::actors
