#include "metrics/text_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace cloudpods::metrics {

namespace {

constexpr std::array kinds{std::string_view{"counter"}, std::string_view{"gauge"},
                           std::string_view{"histogram"}};

void append_escaped(std::string& to, std::string_view text, bool quotes) {
  for (const char each : text)
    if (each == '\\')
      to += "\\\\";
    else if (each == '\n')
      to += "\\n";
    else if (each == '"' && quotes)
      to += "\\\"";
    else
      to += each;
}

std::string number(double value) {
  if (std::isinf(value))
    return value > 0 ? "+Inf" : "-Inf";
  if (std::isnan(value))
    return "NaN";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

std::vector<label> labels_of(const std::vector<std::string_view>& names,
                             const std::vector<std::string>& values) {
  std::vector<label> made;
  for (std::size_t i = 0; i < names.size(); ++i)
    made.emplace_back(names[i], values[i]);
  return made;
}

} // namespace

void text_writer::begin(const description& what, kind type) {
  name_ = what.name;
  text_.append("# HELP ").append(name_).append(" ");
  append_escaped(text_, what.help, false);
  text_.append("\n# TYPE ").append(name_).append(" ");
  text_.append(kinds[static_cast<std::size_t>(type)]).append("\n");
}

void text_writer::line(std::string_view suffix, std::span<const label> labels,
                       std::string_view value) {
  text_.append(name_).append(suffix);
  char before = '{';
  for (const auto& [name, text] : labels) {
    text_ += before;
    before = ',';
    text_.append(name).append("=\"");
    append_escaped(text_, text, true);
    text_ += '"';
  }
  text_.append(labels.empty() ? " " : "} ").append(value).append("\n");
}

void text_writer::sample(std::initializer_list<label> labels, std::int64_t value) {
  line("", {labels.begin(), labels.size()}, std::to_string(value));
}

void text_writer::sample(std::initializer_list<label> labels, double value) {
  line("", {labels.begin(), labels.size()}, number(value));
}

/// The count is the sum of what was read: a histogram that is being written to stays consistent.
void text_writer::buckets(std::span<const label> labels, const histogram& one) {
  std::vector<label> all{labels.begin(), labels.end()};
  std::uint64_t total = 0;
  for (std::size_t at = 0; at <= one.bounds().size(); ++at) {
    total += one.count(at);
    const auto bound = at < one.bounds().size() ? number(one.bounds()[at]) : std::string{"+Inf"};
    all.emplace_back("le", bound);
    line("_bucket", all, std::to_string(total));
    all.pop_back();
  }
  line("_sum", labels, number(one.sum()));
  line("_count", labels, std::to_string(total));
}

void text_writer::write(const family<counter>& all) {
  begin(all.what(), kind::counter);
  all.each([&](const auto& values, const counter& one) {
    line("", labels_of(all.labels(), values), std::to_string(one.value()));
  });
}

void text_writer::write(const family<histogram>& all) {
  begin(all.what(), kind::histogram);
  all.each([&](const auto& values, const histogram& one) {
    buckets(labels_of(all.labels(), values), one);
  });
}

void text_writer::write(const description& what, const histogram& one) {
  begin(what, kind::histogram);
  buckets({}, one);
}

} // namespace cloudpods::metrics
