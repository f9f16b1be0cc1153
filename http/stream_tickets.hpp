#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/instant.hpp"
#include "domain/problem.hpp"
#include "http/caller.hpp"

namespace cloudpods::http {

/// What a browser opens a stream with, in place of a token.
struct stream_ticket {
  std::string text;
  domain::instant expires;
};

/// The tickets that wait to be used, over all io threads (contract 9): each is good once, for 30 s
/// and no longer than the token that it was asked for with. Only digests are kept.
class stream_tickets {
public:
  /// A ticket that stands for `who`. Fails with `rate_limited` where the tenant has too many unused
  /// ones, with `overloaded` where all have.
  domain::expected<stream_ticket> issue(std::shared_ptr<const caller> who, domain::instant now);
  /// Whom the ticket stands for; null where it is none, has been used or has expired.
  std::shared_ptr<const caller> redeem(std::string_view text, domain::instant now);

private:
  struct entry {
    std::string digest;
    std::string holder;
    std::shared_ptr<const caller> who;
    domain::instant issued;
    domain::instant expires;
  };
  using entries = std::list<entry>;

  void forget(entries::iterator which);
  void forget_old(domain::instant now);

  std::mutex mutex_;
  entries by_age_; ///< guarded by `mutex_`, as are the others
  std::unordered_map<std::string, entries::iterator> by_digest_;
  std::unordered_map<std::string, std::size_t> held_;
};

} // namespace cloudpods::http
