#pragma once

#include <optional>
#include <string>
#include <vector>

#include "persistence/commit_recovery.hpp"
#include "persistence/connection.hpp"

namespace cloudpods::persistence {

/// The writer's session with Postgres, and every earlier one that may still live on the server.
/// Does what `commit_recovery` asks for.
class writer_session {
public:
  explicit writer_session(connection_settings settings) : settings_(std::move(settings)) {}

  /// Does `action` and says what came of it.
  recovery_event perform(recovery_action action);

  /// The link, made where there is none.
  stored<connection*> link();
  [[nodiscard]] bool is_open() const { return link_ && link_->is_usable(); }
  void close();

private:
  recovery_event connect();
  recovery_event end_old_sessions();
  recovery_event take_lock();
  recovery_event refused_by_whom();
  [[nodiscard]] bool is_ours(const session_identity& session) const;

  connection_settings settings_;
  std::optional<connection> link_;
  std::vector<session_identity> ours_; ///< oldest first, the present one included
};

} // namespace cloudpods::persistence
