#pragma once

#include <future>
#include <string>

#include "daemon/chaos_site.hpp"

namespace cloudpods::tests {

/// What one pod's whole life showed, beside what broke in it: "" where it went as it should.
struct lived {
  std::string wrong;
  accepted_work create;
  accepted_work destroy;
};

/// Orders a pod, waits until it is active, looks at its guest, destroys it, waits until it is
/// gone: with the patience of a caller who repeats what is not answered.
lived live(chaos_site& site, const std::string& name, const std::string& blueprint = vm_blueprint,
           const std::string& tenant = "acme");

/// The same beside what the test does meanwhile.
std::future<lived> begin_living(chaos_site& site, const std::string& name,
                                const std::string& blueprint = vm_blueprint,
                                const std::string& tenant = "acme");

} // namespace cloudpods::tests
