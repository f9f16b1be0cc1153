#include "ssh/report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace cloudpods::ssh {

namespace {

constexpr std::string_view header_mark = "\n@@cloudpods ";
constexpr std::string_view closing_mark = "\n@@end\n";
/// Noise without an end is not kept: a header is never this long.
constexpr std::size_t longest_header = 256;

struct state_word {
  std::string_view word;
  report_state state;
};

constexpr std::array state_words{
    state_word{"ended", report_state::ended},
    state_word{"running", report_state::running},
    state_word{"never", report_state::never},
    state_word{"vanished", report_state::vanished},
    state_word{"fenced", report_state::fenced},
    state_word{"locked", report_state::locked},
    state_word{"broken", report_state::broken},
    state_word{"short", report_state::short_input},
    state_word{"announced", report_state::announced},
};

std::string_view next_word(std::string_view& line) {
  const auto end = std::min(line.find(' '), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

template <class Number>
bool read_number(std::string_view& line, Number& number) {
  const auto word = next_word(line);
  const auto end = word.data() + word.size();
  const auto [stop, fault] = std::from_chars(word.data(), end, number);
  return fault == std::errc{} && stop == end;
}

bool read_state(std::string_view word, report_state& state) {
  const auto found = std::ranges::find(state_words, word, &state_word::word);
  if (found == state_words.end())
    return false;
  state = found->state;
  return true;
}

bool read_exit_code(std::string_view& line, attempt_report& report) {
  if (report.state != report_state::ended)
    return next_word(line) == "-";
  int code = 0;
  if (!read_number(line, code) || code < 0 || code > 255)
    return false;
  report.exit_code = code;
  return true;
}

} // namespace

std::optional<domain::attempt_state> attempt_report::attempt() const {
  switch (state) {
  case report_state::ended:
    return domain::attempt_state::ended;
  case report_state::running:
    return domain::attempt_state::running;
  case report_state::never:
    return domain::attempt_state::never;
  case report_state::vanished:
    return domain::attempt_state::vanished;
  default:
    return std::nullopt;
  }
}

void report_reader::feed(std::string_view bytes) {
  // A report may be the very first thing in the channel.
  if (buffer_.empty() && phase_ == phase::header)
    buffer_ = "\n";
  if (phase_ != phase::done)
    buffer_ += bytes;
  for (bool went_on = true; went_on;)
    went_on = phase_ == phase::header ? read_header() : phase_ == phase::body && read_body();
}

bool report_reader::read_header() {
  const auto start = buffer_.find(header_mark);
  if (start == std::string::npos) {
    if (buffer_.size() > longest_header)
      buffer_.erase(0, buffer_.size() - header_mark.size());
    return false;
  }
  buffer_.erase(0, start);
  const auto end = buffer_.find('\n', 1);
  if (end == std::string::npos) {
    if (buffer_.size() <= longest_header)
      return false;
    buffer_.erase(0, 1);
    return true;
  }
  std::string_view line{buffer_};
  line = line.substr(header_mark.size(), end - header_mark.size());
  draft_ = {};
  const bool is_whole = read_state(next_word(line), draft_.state) && read_exit_code(line, draft_) &&
                        read_number(line, draft_.out_total) && read_number(line, out_size_) &&
                        read_number(line, draft_.err_total) && read_number(line, err_size_) &&
                        out_size_ <= kept_of_output && err_size_ <= kept_of_output;
  buffer_.erase(0, is_whole ? end + 1 : 1);
  phase_ = is_whole ? phase::body : phase::header;
  return true;
}

bool report_reader::read_body() {
  const auto size = out_size_ + err_size_;
  if (buffer_.size() < size + closing_mark.size())
    return false;
  if (std::string_view{buffer_}.substr(size, closing_mark.size()) != closing_mark) {
    phase_ = phase::header; // a length that is not true: not our report
    return true;
  }
  draft_.out = buffer_.substr(0, out_size_);
  draft_.err = buffer_.substr(out_size_, err_size_);
  report_ = std::move(draft_);
  phase_ = phase::done;
  buffer_.clear();
  return false;
}

std::optional<attempt_report> report_of(const exec_result& result) {
  report_reader reader;
  reader.feed(result.out.text());
  return reader.report();
}

} // namespace cloudpods::ssh
