#include "client/progress.hpp"

#include <algorithm>

#include "client/text.hpp"

namespace cloudpods::client {

job_progress progress_of(const json::value& job) {
  const auto& progress = member(job, "progress");
  return {
      .status = text_at(job, "status"),
      .percent = std::clamp<std::int64_t>(whole_at(progress, "percent").value_or(0), 0, 100),
      .step = printable(text_at(progress, "step")),
      .message = printable(text_at(progress, "message")),
      .waiting_on = printable(text_at(job, "waitingOn")),
      .queue_position = whole_at(job, "queuePosition"),
      .eta_s = whole_at(job, "etaS"),
  };
}

std::string activity_text(const job_progress& progress) {
  std::string text;
  if (!progress.waiting_on.empty()) {
    auto subject = progress.waiting_on;
    std::ranges::replace(subject, ':', ' ');
    text = "waits for " + subject;
    if (progress.queue_position)
      text += ", position " + std::to_string(*progress.queue_position);
  } else if (progress.step.empty() && progress.message.empty()) {
    text = progress.status;
  } else {
    const bool both = !progress.step.empty() && !progress.message.empty();
    text = progress.step + (both ? ": " : "") + progress.message;
  }
  if (progress.eta_s && *progress.eta_s > 0)
    text += ", about " + duration_text(std::chrono::seconds{*progress.eta_s}) + " left";
  return text;
}

std::string bar_line(const job_progress& progress, std::size_t width) {
  constexpr std::size_t longest_bar = 30;
  const auto length = std::clamp<std::size_t>(width / 3, 4, longest_bar);
  const auto done = length * static_cast<std::size_t>(progress.percent) / 100;
  std::string bar(done, '=');
  if (done < length)
    bar += '>' + std::string(length - done - 1, ' ');
  const auto number = std::to_string(progress.percent);
  const auto line = '[' + bar + "] " + std::string(3 - number.size(), ' ') + number + "%  " +
                    activity_text(progress);
  // A line that fills the last column would wrap, and then could not be drawn over.
  return cut(line, width > 1 ? width - 1 : 1);
}

progress_display::~progress_display() { clear(); }

void progress_display::show(const job_progress& progress) {
  if (is_silent_)
    return;
  if (around_.shows_bar) {
    around_.err << '\r' << bar_line(progress, around_.width) << "\x1b[K" << std::flush;
    is_drawn_ = true;
    return;
  }
  auto line = std::to_string(progress.percent) + "% " + activity_text(progress);
  if (line != last_)
    around_.err << line << std::endl;
  last_ = std::move(line);
}

void progress_display::say(const std::string& line) {
  if (is_silent_ || line == last_)
    return;
  clear();
  around_.err << line << std::endl;
  last_ = line;
}

void progress_display::clear() {
  if (is_drawn_)
    around_.err << "\r\x1b[K" << std::flush;
  is_drawn_ = false;
}

} // namespace cloudpods::client
