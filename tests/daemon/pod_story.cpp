#include "daemon/pod_story.hpp"

namespace cloudpods::tests {

namespace {

void expect(lived& story, bool is_so, const std::string& claim) {
  if (!is_so)
    story.wrong += claim + "\n";
}

} // namespace

lived live(chaos_site& site, const std::string& name, const std::string& blueprint,
           const std::string& tenant) {
  lived story;
  try {
    story.create = site.order(name, blueprint, tenant);
    const auto made = site.end_of(story.create.job, tenant);
    expect(story, made == "success", "the create ended as '" + made + "'");
    const auto guest = site.node().guest(story.create.vmid);
    expect(story, guest && guest->running, "no guest runs");
    story.destroy = site.destroy(story.create.pod, tenant);
    const auto gone = site.end_of(story.destroy.job, tenant);
    expect(story, gone == "success", "the destroy ended as '" + gone + "'");
    expect(story, !site.node().guest(story.create.vmid), "the guest is still there");
  } catch (const std::exception& why) {
    story.wrong += why.what();
  }
  return story;
}

std::future<lived> begin_living(chaos_site& site, const std::string& name,
                                const std::string& blueprint, const std::string& tenant) {
  return std::async(std::launch::async, [&site, name, blueprint, tenant] {
    return live(site, name, blueprint, tenant);
  });
}

} // namespace cloudpods::tests
