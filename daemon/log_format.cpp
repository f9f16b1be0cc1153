#include "daemon/log_format.hpp"

#include <chrono>
#include <memory>
#include <string_view>
#include <thread>

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::daemon {

namespace {

std::string_view level_name(spdlog::level::level_enum level) {
  switch (level) {
  case spdlog::level::warn:
    return "warn";
  case spdlog::level::err:
    return "error";
  case spdlog::level::critical:
    return "critical";
  case spdlog::level::debug:
    return "debug";
  case spdlog::level::trace:
    return "trace";
  default:
    return "info";
  }
}

/// A line's parts, as `actors::log_line` put them together.
template <class Use>
std::string_view split(std::string_view line, Use use) {
  const auto sentence = line.substr(0, line.find(actors::log_field_mark));
  line.remove_prefix(sentence.size());
  while (!line.empty()) {
    line.remove_prefix(1);
    const auto field = line.substr(0, line.find(actors::log_field_mark));
    const auto mark = field.find(actors::log_value_mark);
    if (mark != std::string_view::npos)
      use(field.substr(0, mark), field.substr(mark + 1));
    line.remove_prefix(field.size());
  }
  return sentence;
}

class json_formatter : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
    const std::string_view line{message.payload.data(), message.payload.size()};
    wire::json_writer out{line.size() + 128};
    const auto at = std::chrono::floor<std::chrono::milliseconds>(message.time);
    out.begin_object().field("ts", at).field("level", level_name(message.level));
    out.field("msg", line.substr(0, line.find(actors::log_field_mark)));
    split(line, [&](std::string_view name, std::string_view value) { out.field(name, value); });
    out.end_object();
    to.append(out.text().data(), out.text().data() + out.text().size());
    to.push_back('\n');
  }

  [[nodiscard]] std::unique_ptr<formatter> clone() const override {
    return std::make_unique<json_formatter>();
  }
};

class text_formatter : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
    const std::string_view line{message.payload.data(), message.payload.size()};
    const auto at = std::chrono::floor<std::chrono::milliseconds>(message.time);
    std::string text = wire::time_text(at);
    text.append(" ").append(level_name(message.level)).append(" ");
    std::string fields;
    const auto sentence = split(line, [&](std::string_view name, std::string_view value) {
      fields.append(" ").append(name).append("=").append(value);
    });
    text.append(sentence).append(fields).append("\n");
    to.append(text.data(), text.data() + text.size());
  }

  [[nodiscard]] std::unique_ptr<formatter> clone() const override {
    return std::make_unique<text_formatter>();
  }
};

std::unique_ptr<spdlog::formatter> formatter_of(config::log_format format) {
  if (format == config::log_format::json)
    return std::make_unique<json_formatter>();
  return std::make_unique<text_formatter>();
}

} // namespace

void start_logging(const config::log_settings& settings) {
  constexpr std::size_t queue = 8192;
  spdlog::init_thread_pool(queue, 1);
  auto sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  sink->set_formatter(formatter_of(settings.format));
  auto logger =
      std::make_shared<spdlog::async_logger>("cloudpodsd", std::move(sink), spdlog::thread_pool(),
                                             spdlog::async_overflow_policy::overrun_oldest);
  logger->set_level(static_cast<spdlog::level::level_enum>(settings.level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(config::log_level level) {
  spdlog::default_logger()->set_level(static_cast<spdlog::level::level_enum>(level));
}

void log_last_words(std::string_view line) {
  constexpr int most_rounds = 1000;
  const auto waiting = spdlog::thread_pool();
  for (int round = 0; round < most_rounds && waiting && waiting->queue_size() > 0; ++round)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  const auto logger = spdlog::default_logger();
  const spdlog::details::log_msg message{logger->name(), spdlog::level::critical,
                                         spdlog::string_view_t{line.data(), line.size()}};
  for (const auto& sink : logger->sinks()) {
    sink->log(message);
    sink->flush();
  }
}

void flush_log() { spdlog::shutdown(); }

} // namespace cloudpods::daemon
