#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace cloudpods::client {

/// Rows under a head, in columns as wide as their longest text; numbers stand to the right.
class table {
public:
  explicit table(std::vector<std::string> head);

  /// As many texts as the head has; control characters are left out.
  void add(std::vector<std::string> row);

  void write(std::ostream& out) const;

private:
  std::vector<std::vector<std::string>> rows_; ///< the first is the head
};

/// Names and values, one a line, the values below each other. Pairs without a value are left out.
class listing {
public:
  void add(std::string name, std::string value);
  void write(std::ostream& out) const;

private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

} // namespace cloudpods::client
