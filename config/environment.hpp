#pragma once

#include <functional>
#include <map>
#include <string>

namespace cloudpods::config {

/// Variables by name; handed in, so that tests need not touch the process.
using environment = std::map<std::string, std::string, std::less<>>;

/// The variables of this process.
environment process_environment();

} // namespace cloudpods::config
