#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/event.hpp"

namespace cloudpods::persistence {

/// The answer to a request that came with an `Idempotency-Key` (contract 5).
struct idempotency_entry {
  domain::tenant_id tenant; ///< whose keys these are
  std::string key;
  std::string request_hash;
  int status = 200;
  domain::pod_id pod;                    ///< empty: none
  domain::job_id job;                    ///< empty: none
  domain::deployment_id deployment = {}; ///< empty: none
};

/// Bytes that stand in no event, answer or log line (contract 13, `cloud_pod_secrets`).
struct pod_secret {
  domain::pod_id pod;
  std::string name;
  std::string bytes;
};

/// What one actor decided: appended as a whole or not at all. It states at least one event, or only
/// the answer that is kept where nothing had to be done.
struct decision {
  std::vector<domain::new_event> events;
  domain::event_actor actor;
  domain::request_id request;
  std::optional<idempotency_entry> idempotency;
  std::vector<pod_secret> secrets;
};

/// A durable event with the exact bytes of its `data`.
struct stored_event {
  domain::event event;
  std::string data;
};

} // namespace cloudpods::persistence
