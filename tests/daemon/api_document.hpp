#pragma once

#include <set>
#include <string>

#include <boost/json/value.hpp>

#include "daemon/api_client.hpp"

namespace cloudpods::tests {

/// The OpenAPI document that a daemon serves, as a measure for what it answers.
class api_document {
public:
  explicit api_document(boost::json::value document) : document_(std::move(document)) {}

  /// Every operation, under the path of each of its servers: "GET /api/cloud-pods/{ref}".
  std::set<std::string> operations() const;

  /// What an answer holds: a text where it is not JSON, null where there is nothing.
  static boost::json::value content_of(const api_answer& answer);

  /// What of an answer is not as the operation's document has it, one line each; "" where all is:
  /// status, media type, every member. A member that the document does not know is a fault too.
  std::string faults_of(const std::string& operation, const api_answer& answer) const;

  /// The same of one value and one schema.
  std::string faults_of(const boost::json::value& schema, const boost::json::value& value) const;

private:
  const boost::json::value& item_of(const std::string& path) const;

  boost::json::value document_;
};

} // namespace cloudpods::tests
