#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "domain/event.hpp"
#include "domain/fields.hpp"

namespace cloudpods::wire::samples {

/// Values of any kind by chance, the awkward ones often.
class any_values {
public:
  explicit any_values(std::uint64_t seed) : chance_(seed) {}

  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(chance_);
  }
  std::int64_t number() {
    using limit = std::numeric_limits<std::int64_t>;
    constexpr std::array odd{limit::min(), limit::max(), std::int64_t{-1}, std::int64_t{0}};
    return below(3) == 0 ? odd[below(odd.size())] : static_cast<std::int64_t>(chance_());
  }
  int small_number() {
    using limit = std::numeric_limits<int>;
    constexpr std::array odd{limit::min(), limit::max(), -1, 0};
    return below(3) == 0 ? odd[below(odd.size())] : static_cast<int>(below(1000));
  }
  bool yes() { return below(2) == 0; }
  bool present() { return yes(); }
  std::size_t length() { return below(4); }
  /// Well-formed UTF-8: controls, quotes, and sequences of every length.
  std::string text() {
    static const std::vector<std::string> odd{"\"",     "\\",     "/",          "\u00fc",
                                              "\u2028", "\u2029", "\U0001f600", "\x7f",
                                              "\ud7ff", "\ufffd", "b"};
    std::string made;
    for (auto left = below(12); left > 0; --left)
      made +=
          below(3) == 0 ? std::string(1, static_cast<char>(below(0x20))) : odd[below(odd.size())];
    return made;
  }
  std::string document() {
    static const std::vector<std::string> some{"null", "{}", "[1,-2,\"x\"]",
                                               R"({"a":{"b":[true,false,null]},"c":"\u0001\b\n"})"};
    return some[below(some.size())];
  }
  domain::instant time() {
    constexpr std::int64_t last = 253'402'300'799'999; // 9999-12-31T23:59:59.999Z
    return domain::instant{std::chrono::milliseconds{
        std::uniform_int_distribution<std::int64_t>{-62'167'219'200'000, last}(chance_)}};
  }
  std::size_t word(std::size_t words) { return below(words); }

private:
  std::mt19937_64 chance_;
};

/// The same values each time, none of them a default.
class fixed_values {
public:
  std::int64_t number() { return 1000 + ++count_; }
  int small_number() { return 100 + ++count_; }
  static bool yes() { return true; }
  static bool present() { return true; }
  static std::size_t length() { return 2; }
  std::string text() { return "text-" + std::to_string(++count_); }
  static std::string document() { return R"({"a":[1,"x"]})"; }
  static domain::instant time() {
    return domain::instant{std::chrono::milliseconds{1'767'268'800'123}};
  }
  static std::size_t word(std::size_t words) { return words - 1; }

private:
  int count_ = 0;
};

template <class Values>
class filler {
public:
  explicit filler(Values& from) : from_(from) {}

  void fill(std::string& to) { to = from_.text(); }
  void fill(bool& to) { to = from_.yes(); }
  void fill(int& to) { to = from_.small_number(); }
  void fill(std::int64_t& to) { to = from_.number(); }
  void fill(domain::instant& to) { to = from_.time(); }
  void fill(domain::json_text& to) { to.value = from_.document(); }
  template <class Tag>
  void fill(domain::text_id<Tag>& to) {
    fill(to.value);
  }
  template <domain::has_words Enum>
  void fill(Enum& to) {
    to = static_cast<Enum>(from_.word(domain::words<Enum>::values.size()));
  }
  template <class T>
  void fill(std::optional<T>& to) {
    to.reset();
    if (from_.present())
      fill(to.emplace());
  }
  template <class T>
  void fill(std::vector<T>& to) {
    for (auto left = from_.length(); left > 0; --left)
      fill(to.emplace_back());
  }
  template <class T>
  void fill(std::map<std::string, T>& to) {
    for (auto left = from_.length(); left > 0; --left)
      fill(to[from_.text()]);
  }
  template <domain::has_fields T>
  void fill(T& to) {
    domain::for_each_field(to, [&](std::string_view, auto& member) { fill(member); });
  }

private:
  Values& from_;
};

template <class Payload, class Values>
Payload made_from(Values& values) {
  Payload made;
  filler<Values>{values}.fill(made);
  return made;
}

/// Calls `visit` with a default of each payload.
template <class Visit, std::size_t Index = 0>
void for_each_payload(Visit&& visit) {
  if constexpr (Index < std::variant_size_v<domain::event_payload>) {
    visit(std::variant_alternative_t<Index, domain::event_payload>{});
    for_each_payload<Visit, Index + 1>(std::forward<Visit>(visit));
  }
}

} // namespace cloudpods::wire::samples
