#include <cstdio>
#include <exception>
#include <map>
#include <set>
#include <string>

#include <sys/resource.h>

#include "loads.hpp"

namespace {

using namespace cloudpods::bench;

struct load {
  const char* name;
  figures (*run)(const amounts&);
};

constexpr load all_loads[] = {
    {"reads", reads},   {"orders", orders},   {"provisioning", provisioning},
    {"turns", turns},   {"backlog", backlog}, {"fan_out", fan_out},
    {"memory", memory}, {"replay", replay},   {"appends", appends}};

/// A thousand streams need a descriptor each, here and in the daemon, which inherits this.
void allow_many_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int usage() {
  std::fputs("usage: cloudpods_bench [--smoke] [LOAD…]\nloads:", stderr);
  for (const auto& each : all_loads)
    std::fprintf(stderr, " %s", each.name);
  std::fputs("\n", stderr);
  return 2;
}

bool is_load(const std::string& name) {
  for (const auto& each : all_loads)
    if (name == each.name)
      return true;
  return false;
}

} // namespace

int main(int count, char** words) {
  amounts size;
  std::set<std::string> wanted;
  for (int i = 1; i < count; ++i) {
    const std::string word{words[i]};
    if (word == "--smoke")
      size.is_smoke = true;
    else if (is_load(word))
      wanted.insert(word);
    else
      return usage();
  }
  allow_many_files();
  figures rows;
  try {
    for (const auto& each : all_loads) {
      if (!wanted.empty() && !wanted.contains(each.name))
        continue;
      std::fprintf(stderr, "%s …\n", each.name);
      for (auto& row : each.run(size))
        rows.push_back(std::move(row));
    }
  } catch (const std::exception& why) {
    std::fprintf(stderr, "cloudpods_bench: %s\n", why.what());
    return 1;
  }
  std::fputs(markdown(rows).c_str(), stdout);
  return 0;
}
