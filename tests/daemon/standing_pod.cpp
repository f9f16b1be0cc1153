#include "daemon/standing_pod.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>

#include <boost/json/serialize.hpp>
#include <poll.h>

#include "support/files.hpp"

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

constexpr std::array names{"stop",    "start",    "reboot",   "suspend",         "resume",
                           "scale",   "snapshot", "rollback", "delete_snapshot", "backup",
                           "restore", "sync",     "health"};

/// "30" of "clients-main:vm-100000-disk-0,size=30G".
std::int64_t gigabytes_of(const std::string& disk) {
  const auto at = disk.find("size=");
  return at == std::string::npos ? 0 : std::stoll(disk.substr(at + 5));
}

std::int64_t number_in(const std::map<std::string, std::string>& config, const char* key) {
  const auto found = config.find(key);
  return found == config.end() ? 0 : std::stoll(found->second);
}

std::map<std::string, std::string> config_of(const std::string& text) {
  std::map<std::string, std::string> found;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    if (const auto colon = line.find(": "); colon != std::string::npos)
      found[line.substr(0, colon)] = line.substr(colon + 2);
  return found;
}

std::set<std::string> snapshots_of(const std::string& listing) {
  std::set<std::string> found;
  std::istringstream lines{listing};
  for (std::string line; std::getline(lines, line);) {
    const auto arrow = line.find("`-> ");
    if (arrow == std::string::npos)
      continue;
    const auto name = line.substr(arrow + 4, line.find(' ', arrow + 4) - arrow - 4);
    if (name != "current")
      found.insert(name);
  }
  return found;
}

} // namespace

std::string name_of(deed what) { return names[static_cast<std::size_t>(what)]; }

std::string text_of(const pod_image& image) {
  std::string text = std::string{image.running ? "running" : "stopped"} +
                     (image.suspended ? ", suspended" : "") + ", " + std::to_string(image.cores) +
                     " cores, " + std::to_string(image.memory_mb) + " MB, " +
                     std::to_string(image.disk_gb) + " GB, " + std::to_string(image.backups) +
                     " backups, snapshots:";
  for (const auto& each : image.snapshots)
    text += " " + each;
  return text;
}

standing_pod::standing_pod(chaos_site& site, std::string blueprint, std::string tenant)
    : site_(site), blueprint_(std::move(blueprint)), tenant_(std::move(tenant)) {}

void standing_pod::make() {
  made_ = site_.order("pod-of-" + tenant_, blueprint_, tenant_);
  if (const auto end = site_.end_of(made_.job, tenant_); end != "success")
    throw std::runtime_error{"the create ended as '" + end + "'"};
  wanted_ = as_told();
}

std::int64_t standing_pod::version() {
  return std::stoll(site_.store().value(
      "SELECT max(stream_version) FROM cloud_pod_events WHERE stream = 'pod:" + made_.pod + "'"));
}

standing_pod::request standing_pod::request_of(deed what) const {
  switch (what) {
  case deed::stop:
    return {.path = "/stop", .body = R"({"timeoutS":20})"};
  case deed::suspend:
    return {.path = "/suspend", .body = R"({"reason":"unpaid"})"};
  case deed::scale: {
    const auto cores = wanted_.cores == 1 ? 2 : 1;
    return {.path = "/scale",
            .body = R"({"reboot":true,"cpuCores":)" + std::to_string(cores) + R"(,"memoryMb":)" +
                    std::to_string(cores * 1024) + R"(,"diskGb":)" +
                    std::to_string(wanted_.disk_gb + 1) + "}"};
  }
  case deed::snapshot:
    return {.path = "/snapshots", .body = R"({"name":")" + next_snapshot() + R"("})"};
  case deed::rollback:
    return {.path = "/snapshots/" + *wanted_.snapshots.rbegin() + "/rollback"};
  case deed::delete_snapshot:
    return {.method = "DELETE", .path = "/snapshots/" + *wanted_.snapshots.rbegin()};
  case deed::backup:
    return {.path = "/backup", .body = R"({"mode":"snapshot"})"};
  case deed::restore:
    return {.path = "/restore", .body = R"({"backupId":")" + newest_backup_ + R"("})"};
  default:
    return {.path = "/" + name_of(what)};
  }
}

std::string standing_pod::next_snapshot() const {
  constexpr int as_many_digits = 1000;
  return "s" + std::to_string(as_many_digits + snapshots_made_);
}

std::string standing_pod::send(deed what) {
  const auto path = "/api/cloud-pods/" + made_.pod;
  const bool by_operator = what == deed::suspend || what == deed::resume;
  const auto by = by_operator ? std::string{} : tenant_;
  const auto key = "deed-" + tenant_ + "-" + std::to_string(++asked_);
  const std::chrono::seconds patience{40};
  if (what == deed::health) {
    const auto told = site_.insist(by, path + "/health?refresh=true", {}, key, patience, "GET");
    if (told.status != 200)
      throw std::runtime_error{"health: " + told.text};
    return text_of(told.json(), "refreshJobId");
  }
  const auto wish = request_of(what);
  const auto told = site_.insist(by, path + wish.path, wish.body, key, patience, wish.method);
  if (told.status != 202)
    throw std::runtime_error{name_of(what) + " is not accepted: " + told.text};
  return text_of(told.json().at("job"), "id");
}

std::string standing_pod::ask(deed what) {
  last_job_ = send(what);
  auto end = site_.end_of(last_job_, tenant_);
  if (end == "success")
    note_done(what);
  if (what == deed::suspend || what == deed::resume)
    wanted_.suspended = what == deed::suspend;
  if (what == deed::snapshot)
    ++snapshots_made_;
  return end;
}

void standing_pod::note_done(deed what) {
  switch (what) {
  case deed::stop:
  case deed::suspend:
    wanted_.running = false;
    break;
  case deed::start:
  case deed::reboot:
  case deed::resume:
    wanted_.running = true;
    break;
  case deed::scale:
    wanted_.cores = wanted_.cores == 1 ? 2 : 1;
    wanted_.memory_mb = wanted_.cores * 1024;
    ++wanted_.disk_gb;
    break;
  case deed::snapshot:
    wanted_.snapshots.insert(next_snapshot());
    break;
  case deed::delete_snapshot:
    wanted_.snapshots.erase(std::prev(wanted_.snapshots.end()));
    break;
  case deed::backup:
    ++wanted_.backups;
    break;
  default:
    break;
  }
}

void standing_pod::must(deed what) {
  if (const auto end = ask(what); end != "success")
    throw std::runtime_error{name_of(what) + " ended as '" + end + "': " + last_error()};
}

void standing_pod::prepare(deed what) {
  if (wanted_.suspended && what != deed::resume)
    must(deed::resume);
  if (what == deed::resume && !wanted_.suspended)
    must(deed::suspend);
  const bool uses_snapshot = what == deed::rollback || what == deed::delete_snapshot;
  if (uses_snapshot && wanted_.snapshots.empty())
    must(deed::snapshot);
  if (what == deed::restore && wanted_.backups == 0) {
    must(deed::backup);
    as_told();
  }
  if (what == deed::start && wanted_.running)
    must(deed::stop);
  else if (what != deed::start && what != deed::resume && !wanted_.running)
    must(deed::start);
}

std::string standing_pod::mend() {
  const auto told = site_.pod(made_.pod, tenant_);
  if (text_of(told, "status") == "active")
    return {};
  if (told.at("error").is_null() || text_of(told.at("error"), "code") != "RESTORE_FAILED")
    return "it is " + text_of(told, "status") + ": " + json::serialize(told.at("error")) + "\n";
  const auto end = ask(deed::restore);
  return end == "success" ? ""
                          : "the second restore ended as '" + end + "': " + last_error() + "\n";
}

std::string standing_pod::use() {
  std::string wrong;
  for (const auto what : {deed::stop, deed::start})
    if (const auto end = ask(what); end != "success")
      wrong += name_of(what) + " ended as '" + end + "': " + last_error() + "\n";
  return wrong;
}

std::string standing_pod::last_error() {
  const auto told = site_.client(tenant_).get("/api/cloud-pods/jobs/" + last_job_).json();
  return json::serialize(told.at("error"));
}

pod_image standing_pod::as_told() {
  const auto told = site_.pod(made_.pod, tenant_);
  pod_image image;
  image.running = text_of(told, "powerState") == "running";
  image.suspended = !told.at("suspended").is_null();
  image.cores = told.at("cpuCores").as_int64();
  image.memory_mb = told.at("memoryMb").as_int64();
  image.disk_gb = told.at("diskGb").as_int64();
  const auto caller = site_.client(tenant_);
  const auto path = "/api/cloud-pods/" + made_.pod;
  const auto snapshots = caller.get(path + "/snapshots").json();
  for (const auto& each : snapshots.at("items").as_array())
    image.snapshots.insert(text_of(each, "name"));
  const auto backups = caller.get(path + "/backups?limit=500").json();
  image.backups = backups.at("items").as_array().size();
  if (image.backups > 0)
    newest_backup_ = text_of(backups.at("items").at(0), "id");
  return image;
}

pod_image standing_pod::as_on_node(std::string& wrong) {
  pod_image image;
  const auto guest = site_.node().guest(made_.vmid);
  if (!guest) {
    wrong += "the guest is gone\n";
    return image;
  }
  const auto vmid = std::to_string(made_.vmid);
  const bool is_vm = guest->type == "qemu";
  const std::string tool = is_vm ? "qm" : "pct";
  // With what waits for a restart: it counts from the change on (contract 10).
  auto config = config_of(site_.node().run({tool, "config", vmid}).out);
  if (const auto lock = config.find("lock"); lock != config.end())
    wrong += "the guest is locked: " + lock->second + "\n";
  image.running = guest->running;
  image.cores = number_in(config, "cores");
  image.memory_mb = number_in(config, "memory");
  image.disk_gb = gigabytes_of(config[is_vm ? "scsi0" : "rootfs"]);
  image.snapshots = snapshots_of(site_.node().run({tool, "listsnapshot", vmid}).out);
  image.backups = 0;
  for (const auto& [name, size] : site_.node().volumes("vzdump-backups"))
    image.backups += name.find("-" + vmid + "-") != std::string::npos ? 1U : 0U;
  return image;
}

std::string standing_pod::held_otherwise(const pod_image& told) {
  const auto quota = site_.client(tenant_).get("/api/cloud-pods/my-quota").json();
  const auto& used = quota.at("used");
  const auto& reserved = quota.at("reserved");
  const bool as_pod = used.at("pods").as_int64() == 1 &&
                      used.at("cpuCores").as_int64() == told.cores &&
                      used.at("memoryMb").as_int64() == told.memory_mb &&
                      used.at("diskGb").as_int64() == told.disk_gb;
  bool nothing_more = true;
  for (const auto* each : {"pods", "cpuCores", "memoryMb", "diskGb"})
    nothing_more = nothing_more && reserved.at(each).as_int64() == 0;
  return as_pod && nothing_more ? ""
                                : "the quota holds another size: " + json::serialize(quota) + "\n";
}

std::string standing_pod::wrong(bool with_unknown_archives) {
  std::string wrong;
  const auto told = as_told();
  auto there = as_on_node(wrong);
  if (with_unknown_archives)
    there.backups = std::min(there.backups, wanted_.backups);
  there.suspended = wanted_.suspended;
  if (told != wanted_)
    wrong += "told is: " + text_of(told) + "\nwanted:  " + text_of(wanted_) + "\n";
  if (there != wanted_)
    wrong += "there is: " + text_of(there) + "\nwanted:   " + text_of(wanted_) + "\n";
  return wrong + held_otherwise(told);
}

std::string standing_pod::disagreement() {
  std::string wrong;
  const auto told = as_told();
  auto there = as_on_node(wrong);
  there.suspended = told.suspended;
  there.backups = std::min(there.backups, told.backups);
  if (there != told)
    wrong += "told is:  " + text_of(told) + "\nthere is: " + text_of(there) + "\n";
  wrong += held_otherwise(told);
  wanted_ = told;
  return wrong;
}

namespace {

std::vector<std::filesystem::path> attempts_on(const support::simulated_node& node) {
  std::vector<std::filesystem::path> found;
  std::error_code none;
  for (const auto& each : std::filesystem::directory_iterator{node.home() / ".cloudpods", none})
    if (each.path().filename().string().starts_with("q-"))
      found.push_back(each.path());
  return found;
}

} // namespace

std::string left_attempts(chaos_site& site) {
  const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours{2};
  for (const auto& each : attempts_on(site.node())) {
    std::error_code swept; // just now, as it should be
    for (const auto& file : std::filesystem::directory_iterator{each, swept})
      std::filesystem::last_write_time(file, long_ago, swept);
    std::filesystem::last_write_time(each, long_ago, swept);
  }
  site.restart();
  std::vector<std::filesystem::path> left;
  for (int tries = 0; tries < 200 && !(left = attempts_on(site.node())).empty(); ++tries)
    ::poll(nullptr, 0, 20);
  std::string names;
  for (const auto& each : left)
    names += each.filename().string() + " is left on the node\n";
  return names;
}

} // namespace cloudpods::tests
