#pragma once

#include <string>

namespace cloudpods::http {

/// `docs/openapi.yaml` as JSON; made from it at build.
std::string openapi_document();

} // namespace cloudpods::http
