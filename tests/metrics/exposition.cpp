#include "metrics/exposition.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

namespace cloudpods::tests {

namespace {

[[noreturn]] void refuse(const std::string& why, const std::string& line) {
  throw std::runtime_error{why + ": " + line};
}

/// Reads a sample from its left to its right.
class sample_reader {
public:
  explicit sample_reader(const std::string& line) : line_(line) {}

  exposed_sample read() {
    exposed_sample made;
    made.name = name(true);
    if (take('{'))
      made.labels = labels();
    if (!take(' '))
      refuse("a blank is missing before the value", line_);
    made.value = value();
    return made;
  }

private:
  bool take(char wanted) {
    if (at_ >= line_.size() || line_[at_] != wanted)
      return false;
    ++at_;
    return true;
  }

  std::string name(bool with_colon) {
    const auto from = at_;
    while (at_ < line_.size() && (std::isalnum(static_cast<unsigned char>(line_[at_])) != 0 ||
                                  line_[at_] == '_' || (with_colon && line_[at_] == ':')))
      ++at_;
    if (at_ == from || std::isdigit(static_cast<unsigned char>(line_[from])) != 0)
      refuse("no name", line_);
    return line_.substr(from, at_ - from);
  }

  label_set labels() {
    label_set made;
    do {
      auto label = name(false);
      if (!take('=') || !take('"'))
        refuse("no label value", line_);
      if (!made.emplace(std::move(label), quoted()).second)
        refuse("a label comes twice", line_);
    } while (take(','));
    if (!take('}'))
      refuse("the labels do not end", line_);
    return made;
  }

  std::string quoted() {
    std::string made;
    while (at_ < line_.size() && line_[at_] != '"') {
      char each = line_[at_++];
      if (each == '\\') {
        const char escaped = at_ < line_.size() ? line_[at_++] : '\0';
        if (escaped != '\\' && escaped != '"' && escaped != 'n')
          refuse("an unknown escape", line_);
        each = escaped == 'n' ? '\n' : escaped;
      }
      made += each;
    }
    if (!take('"'))
      refuse("a label value does not end", line_);
    return made;
  }

  double value() {
    const auto text = line_.substr(at_);
    if (text == "+Inf")
      return std::numeric_limits<double>::infinity();
    char* end = nullptr;
    const double made = std::strtod(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size() || !std::isfinite(made))
      refuse("no number", line_);
    return made;
  }

  const std::string& line_;
  std::size_t at_ = 0;
};

std::string base_of(const std::string& name, const std::string& type) {
  if (type == "histogram")
    for (const std::string suffix : {"_bucket", "_sum", "_count"})
      if (name.ends_with(suffix))
        return name.substr(0, name.size() - suffix.size());
  return name;
}

} // namespace

exposition::exposition(const std::string& text) {
  if (!text.empty() && !text.ends_with('\n'))
    refuse("the last line does not end", text.substr(text.rfind('\n') + 1));
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    read(line);
  check_histograms();
}

void exposition::read(const std::string& line) {
  if (line.starts_with('#'))
    read_comment(line);
  else
    read_sample(line);
}

void exposition::read_comment(const std::string& line) {
  static const std::regex help{"# HELP ([a-z_]+) (.+)"};
  static const std::regex type{"# TYPE ([a-z_]+) (counter|gauge|histogram)"};
  std::smatch found;
  if (std::regex_match(line, found, help)) {
    current_ = found[1];
    if (!all_.emplace(current_, exposed_metric{found[2], "", {}}).second)
      refuse("a metric comes twice", line);
  } else if (std::regex_match(line, found, type)) {
    if (current_ != found[1] || !all_.at(current_).type.empty())
      refuse("TYPE does not follow its HELP", line);
    all_.at(current_).type = found[2];
    if ((found[2] == "counter") != current_.ends_with("_total"))
      refuse("a counter's name, and no other, ends in _total", line);
  } else {
    refuse("an unknown comment", line);
  }
}

void exposition::read_sample(const std::string& line) {
  auto made = sample_reader{line}.read();
  const auto metric = all_.find(current_);
  if (metric == all_.end() || metric->second.type.empty() ||
      base_of(made.name, metric->second.type) != current_)
    refuse("a sample stands outside its metric", line);
  auto& samples = metric->second.samples;
  if (metric->second.type != "gauge" && made.value < 0)
    refuse("a count is negative", line);
  samples.push_back(std::move(made));
}

void exposition::check_histograms() const {
  for (const auto& [name, metric] : all_) {
    std::set<std::pair<std::string, label_set>> seen;
    std::map<label_set, std::pair<double, double>> last; // bound and count
    for (const auto& each : metric.samples) {
      if (!seen.emplace(each.name, each.labels).second)
        refuse("a sample comes twice", each.name);
      if (metric.type != "histogram")
        continue;
      auto labels = each.labels;
      if (each.name.ends_with("_bucket")) {
        const auto text = labels.at("le");
        labels.erase("le");
        const double bound =
            text == "+Inf" ? std::numeric_limits<double>::infinity() : std::stod(text);
        const auto before = last.find(labels);
        if (before != last.end() &&
            (before->second.first >= bound || before->second.second > each.value))
          refuse("buckets do not rise", name);
        last[labels] = {bound, each.value};
      } else if (each.name.ends_with("_count")) {
        if (!std::isinf(last.at(labels).first) || last.at(labels).second != each.value)
          refuse("a count differs from its last bucket", name);
      }
    }
  }
}

const exposed_metric* exposition::find(const std::string& name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? nullptr : &found->second;
}

std::optional<double> exposition::value(const std::string& name, const label_set& labels) const {
  for (const auto& [metric, what] : all_) {
    const auto found = std::ranges::find_if(what.samples, [&](const exposed_sample& each) {
      return each.name == name && each.labels == labels;
    });
    if (found != what.samples.end())
      return found->value;
  }
  return std::nullopt;
}

} // namespace cloudpods::tests
