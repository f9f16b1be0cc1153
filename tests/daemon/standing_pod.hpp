#pragma once

#include <set>
#include <string>
#include <vector>

#include "daemon/chaos_site.hpp"

namespace cloudpods::tests {

/// What may be asked of a pod that stands (contract 6).
enum class deed {
  stop,
  start,
  reboot,
  suspend,
  resume,
  scale,
  snapshot,
  rollback,
  delete_snapshot,
  backup,
  restore,
  sync,
  health
};

std::string name_of(deed what);

/// Deeds that follow each other round and round: after the last one the first can be asked again.
using deed_cycle = std::vector<deed>;

/// What a pod is, as its tenant and the node see it.
struct pod_image {
  bool running = true;
  bool suspended = false;
  std::int64_t cores = 0;
  std::int64_t memory_mb = 0;
  std::int64_t disk_gb = 0;
  std::set<std::string> snapshots;
  std::size_t backups = 0;

  friend bool operator==(const pod_image&, const pod_image&) = default;
};

/// The only pod of a tenant. It asks over the API only, so that it may do so beside the thread that
/// watches the database. It remembers what was asked for and done, and so what has to be.
class standing_pod {
public:
  standing_pod(chaos_site& site, std::string blueprint, std::string tenant = "acme");

  /// Orders it and waits until it is active.
  void make();

  /// Asks for what has to be before the deed makes sense, such as a stop before a start.
  void prepare(deed what);
  /// Asks with the patience of a caller who repeats what is not answered; the job's last status.
  std::string ask(deed what);
  /// Asks again for a restore, where one has broken the pod.
  std::string mend();
  /// Asks for a stop and a start: "" where both were done.
  std::string use();

  /// Where API, quota or node say something else than what was done; "" where all agree. An archive
  /// whose command told nobody of its end may be left on the node: nobody may claim or remove it.
  std::string wrong(bool with_unknown_archives = false);
  /// The same, of what API and node say to each other, whatever was done; adopts it.
  std::string disagreement();

  const accepted_work& ordered() const { return made_; }
  const std::string& tenant() const { return tenant_; }
  const pod_image& wanted() const { return wanted_; }
  /// The number of the pod's last event, from the database.
  std::int64_t version();
  /// The last job's error, as the API tells it.
  std::string last_error();

private:
  struct request {
    std::string method = "POST";
    std::string path = {};
    std::string body = {};
  };

  void must(deed what);
  request request_of(deed what) const;
  std::string next_snapshot() const;
  std::string send(deed what);
  void note_done(deed what);
  pod_image as_told();
  pod_image as_on_node(std::string& wrong);
  std::string held_otherwise(const pod_image& told);

  chaos_site& site_;
  std::string blueprint_;
  std::string tenant_;
  accepted_work made_;
  pod_image wanted_;
  int asked_ = 0;
  int snapshots_made_ = 0;
  std::string newest_backup_;
  std::string last_job_;
};

std::string text_of(const pod_image& image);

/// Lets two hours pass for the directories of attempts on the node, and another daemon come: what
/// it leaves of those, one line each.
std::string left_attempts(chaos_site& site);

} // namespace cloudpods::tests
