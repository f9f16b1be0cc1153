#include "node_sim/options.hpp"

#include "node_sim/system.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace cloudpods::node_sim {

namespace {

bool all_of(std::string_view text, std::string_view extra) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || extra.find(c) != extra.npos;
  });
}

bool is_dns_name(std::string_view text) {
  for (const auto& label : split(text, '.'))
    if (!all_of(label, "-") || label.front() == '-' || label.back() == '-')
      return false;
  return true;
}

std::vector<std::string> split_tags(std::string_view text) {
  std::string spaced{text};
  std::replace_if(
      spaced.begin(), spaced.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
  return words(spaced);
}

bool are_tags(std::string_view text) {
  const auto tags = split_tags(text);
  return std::all_of(tags.begin(), tags.end(), [](const std::string& tag) {
    return all_of(tag, "_+.-") &&
           std::string_view{"+.-"}.find(tag.front()) == std::string_view::npos;
  });
}

bool is_size(std::string_view text) {
  if (text.starts_with('+'))
    text.remove_prefix(1);
  return parse_size(text).has_value() && text.find_first_of("eE-") == text.npos;
}

std::string range_fault(const option& option, std::int64_t number) {
  if (number < option.min)
    return cat("value must have a minimum value of ", option.min);
  if (option.max != 0 && number > option.max)
    return cat("value must have a maximum value of ", option.max);
  return {};
}

std::string number_fault(const option& option, const std::string& value) {
  const auto number = to_number(value);
  if (number)
    return range_fault(option, *number);
  const auto whole = to_number(value.substr(0, value.find('.')));
  if (option.kind == value_kind::number && whole)
    return range_fault(option, *whole);
  return cat("type check ('", option.kind == value_kind::number ? "number" : "integer",
             "') failed - got '", value, "'");
}

/// What is wrong with a value, or "".
std::string fault_of(const option& option, const std::string& value) {
  switch (option.kind) {
  case value_kind::integer:
  case value_kind::number:
    return number_fault(option, value);
  case value_kind::vmid: {
    const auto number = to_number(value);
    if (number && *number >= 100 && *number <= 999'999'999 && value.front() != '0')
      return {};
    return number ? cat("value must have a minimum value of 100")
                  : cat("type check ('integer') failed - got '", value, "'");
  }
  case value_kind::dns_name:
    return is_dns_name(value) ? "" : "invalid format - value does not look like a valid DNS name";
  case value_kind::size:
    return is_size(value) ? "" : "value does not match the regex pattern";
  case value_kind::storage_id:
    return value.size() >= 2 && all_of(value, "-_.") &&
                   std::isalpha(static_cast<unsigned char>(value.front()))
               ? ""
               : cat("invalid format - storage ID '", value, "' contains illegal characters");
  case value_kind::pool:
    return all_of(value, "._-/") ? ""
                                 : "invalid format - value does not look like a valid pool name";
  case value_kind::tags:
    return are_tags(value) ? "" : "invalid format - invalid characters in tag";
  case value_kind::choice: {
    const auto choices = words(option.choices);
    for (const auto& choice : choices)
      if (value == choice)
        return {};
    return cat("value '", value, "' does not have a value in the enumeration '",
               join(choices, ", "), "'");
  }
  case value_kind::snapshot_name:
    if (value == "current" || value == "pending")
      return cat("unable to use reserved name '", value, "'");
    return value.size() >= 2 && value.size() <= 40 && all_of(value, "_-") &&
                   std::isalpha(static_cast<unsigned char>(value.front()))
               ? ""
               : "invalid format - invalid configuration ID '" + value + "'";
  case value_kind::boolean:
    return {};
  case value_kind::text:
    break;
  }
  return option.max != 0 && value.size() > static_cast<std::size_t>(option.max)
             ? cat("value may only be ", option.max, " characters long")
             : "";
}

const option* find_option(const command_shape& shape, const std::string& name) {
  const auto end = name.find_last_not_of("0123456789");
  const bool numbered = end != name.npos && end + 1 < name.size();
  const auto row = numbered ? name.substr(0, end + 1) + '#' : std::string{};
  for (const auto& option : shape.options)
    if (option.name == name || option.name == row)
      return &option;
  return nullptr;
}

std::string boolean_value(const std::string& value) {
  for (const auto word : {"1", "on", "yes", "true"})
    if (lower(value) == word)
      return "1";
  for (const auto word : {"0", "off", "no", "false"})
    if (lower(value) == word)
      return "0";
  throw failure{"400 unable to parse boolean option"};
}

class reader {
public:
  reader(const command_shape& shape, const std::vector<std::string>& all)
      : shape_{shape}, words_{all} {}

  arguments read() {
    while (next_ < words_.size()) {
      const auto& word = words_[next_++];
      if (shape_.takes_rest && (word == "--" || positionals_.size() == shape_.positionals.size())) {
        found_.rest.assign(words_.begin() + static_cast<long>(next_) - (word == "--" ? 0 : 1),
                           words_.end());
        break;
      }
      if (word.size() > 1 && word.front() == '-')
        read_option(word.substr(word.find_first_not_of('-') == 1 ? 1 : 2));
      else
        positionals_.push_back(word);
    }
    place_positionals();
    check();
    return std::move(found_);
  }

private:
  [[noreturn]] void refuse(std::string text) const {
    throw failure{cat(text, "\n", usage(shape_))};
  }

  void read_option(std::string name) {
    std::optional<std::string> value;
    if (const auto equals = name.find('='); equals != name.npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const auto* option = find_option(shape_, name);
    if (!option)
      refuse(cat("Unknown option: ", name, "\n400 unable to parse option"));
    const bool more = next_ < words_.size() && !words_[next_].starts_with('-');
    if (!value && more)
      value = words_[next_++];
    if (option->kind == value_kind::boolean)
      value = boolean(value.value_or("1"));
    if (!value)
      refuse(cat("Option ", name, " requires an argument\n400 unable to parse option"));
    found_.values[name] = *value;
  }

  std::string boolean(const std::string& value) const {
    try {
      return boolean_value(value);
    } catch (const failure& error) {
      refuse(error.text);
    }
  }

  void place_positionals() {
    if (positionals_.size() < shape_.positionals.size())
      refuse("400 not enough arguments");
    if (positionals_.size() > shape_.positionals.size())
      refuse("400 too many arguments");
    for (std::size_t i = 0; i < positionals_.size(); ++i)
      found_.values[std::string{shape_.positionals[i].name}] = positionals_[i];
  }

  void check() {
    std::string faults;
    for (const auto& [name, value] : found_.values) {
      const auto* option = find_option(shape_, name);
      for (const auto& positional : shape_.positionals)
        if (positional.name == name)
          option = &positional;
      if (const auto fault = fault_of(*option, value); !fault.empty())
        faults += cat(name, ": ", fault, "\n");
    }
    if (!faults.empty())
      refuse(cat("400 Parameter verification failed.\n", trim(faults)));
  }

  const command_shape& shape_;
  const std::vector<std::string>& words_;
  std::size_t next_ = 0;
  std::vector<std::string> positionals_;
  arguments found_;
};

} // namespace

std::optional<std::string> arguments::find(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional{found->second};
}

std::string arguments::text(const std::string& name, std::string_view usual) const {
  return find(name).value_or(std::string{usual});
}

std::int64_t arguments::integer(const std::string& name, std::int64_t usual) const {
  return to_number(text(name)).value_or(usual);
}

bool arguments::flag(const std::string& name, bool usual) const {
  return has(name) ? text(name) == "1" : usual;
}

arguments parse(const command_shape& shape, const std::vector<std::string>& all) {
  return reader{shape, all}.read();
}

std::string usage(const command_shape& shape) {
  std::string text{shape.name};
  for (const auto& positional : shape.positionals)
    text += cat(" <", positional.name, ">");
  return shape.options.empty() ? text : text + " [OPTIONS]";
}

std::string normal_tags(std::string_view text) {
  std::set<std::string> tags;
  for (const auto& tag : split_tags(text))
    tags.insert(lower(tag));
  return join({tags.begin(), tags.end()}, ";");
}

} // namespace cloudpods::node_sim
