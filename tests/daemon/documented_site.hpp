#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/api_document.hpp"
#include "daemon/chaos_site.hpp"

namespace cloudpods::tests {

using words = std::vector<std::string>;

/// A site whose answers are compared with the document that it serves.
struct documented_site : chaos_site {
  std::optional<api_document> document;
  std::set<std::string> answered; ///< operations that have told what they tell where all is well

  /// Starts it; with a tenant plan `cloud-basic`.
  documented_site();

  /// Asks for the operation, its path's parameters being `values` in order, compares the answer
  /// with the document and gives what it holds.
  boost::json::value ask(int status, const std::string& operation, const words& values = {},
                         const std::string& body = {}, const std::string& query = {},
                         const std::string& by = "acme");

  /// Fails where an operation of the family was not asked for, or never answered well. Streams
  /// answer with no document: their frames are told by docs/api.md.
  void check_all_answered(const std::function<bool(const std::string& path)>& is_of_family);
};

/// Contract 7: `/internal/…`, and the same under `/api`.
bool is_platforms(const std::string& path);

} // namespace cloudpods::tests
