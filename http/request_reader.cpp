#include "http/request_reader.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/framing.hpp"
#include "http/text.hpp"

namespace cloudpods::http {

namespace {

namespace bh = boost::beast::http;
using error_code = boost::beast::error_code;
using beast_text = boost::beast::string_view;

constexpr std::string_view header_end = "\r\n\r\n";
constexpr std::size_t first_space = 2048;
/// Chunk headers and trailers between two pieces of a body.
constexpr std::size_t chunk_overhead = 4096;

std::string_view plain(beast_text text) { return {text.data(), text.size()}; }

verb verb_of(bh::verb method) {
  switch (method) {
  case bh::verb::get:
    return verb::get;
  case bh::verb::head:
    return verb::head;
  case bh::verb::post:
    return verb::post;
  case bh::verb::put:
    return verb::put;
  case bh::verb::delete_:
    return verb::del;
  case bh::verb::options:
    return verb::options;
  default:
    return verb::other;
  }
}

/// Which member of `request` a header goes into; null for those that nobody reads.
std::optional<std::string_view> request::*member_of(bh::field field, std::string_view name) {
  switch (field) {
  case bh::field::authorization:
    return &request::authorization;
  case bh::field::content_type:
    return &request::content_type;
  case bh::field::expect:
    return &request::expect;
  case bh::field::if_match:
    return &request::if_match;
  case bh::field::if_none_match:
    return &request::if_none_match;
  case bh::field::origin:
    return &request::origin;
  case bh::field::upgrade:
    return &request::upgrade;
  case bh::field::sec_websocket_protocol:
    return &request::websocket_protocols;
  case bh::field::unknown:
    break;
  default:
    return nullptr;
  }
  if (equals_folded(name, "idempotency-key"))
    return &request::idempotency_key;
  if (equals_folded(name, "last-event-id"))
    return &request::last_event_id;
  if (equals_folded(name, "x-forwarded-for"))
    return &request::forwarded_for;
  if (equals_folded(name, "x-request-id"))
    return &request::request_id;
  if (equals_folded(name, "x-tenant-id"))
    return &request::tenant_id;
  return nullptr;
}

/// Beast's grammar, our storage: header values stay views into the header's text.
class parser final : public bh::basic_parser<true> {
public:
  parser(request& message, std::string& body, const reading_limits& limits)
      : message_(message), body_(body) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(limits.header_bytes + header_end.size()));
    body_limit(limits.body_bytes);
  }

private:
  void on_request_impl(bh::verb method, beast_text, beast_text target, int, error_code&) override {
    message_.method = verb_of(method);
    message_.target = plain(target);
  }
  void on_response_impl(int, beast_text, int, error_code&) override {}
  void on_field_impl(bh::field field, beast_text name, beast_text value, error_code&) override {
    if (!in_header_)
      return; // a trailer: nothing reads it, and its text does not stay
    const auto member = member_of(field, plain(name));
    if (member == nullptr)
      return;
    auto& slot = message_.*member;
    // Of several proxies each may add a line; the last is the nearest one's.
    if (slot && member != &request::forwarded_for)
      message_.repeated = plain(name);
    slot = plain(value);
  }
  void on_header_impl(error_code&) override { in_header_ = false; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length)
      body_.reserve(*length);
  }
  std::size_t on_body_impl(beast_text bytes, error_code&) override {
    body_.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast_text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast_text bytes, error_code&) override {
    body_.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_finish_impl(error_code&) override { message_.body = body_; }

  request& message_;
  std::string& body_;
  bool in_header_ = true;
};

domain::problem too_large_header() {
  return {domain::problem_code::headers_too_large, "the header is larger than is taken"};
}

domain::problem problem_of(const error_code& fault) {
  if (fault == bh::error::header_limit)
    return too_large_header();
  if (fault == bh::error::body_limit)
    return {domain::problem_code::payload_too_large, "the body is larger than is taken"};
  return {domain::problem_code::bad_request, "this is not HTTP: " + fault.message()};
}

} // namespace

struct request_reader::state {
  explicit state(reading_limits bounds) : limits(bounds), buffer(first_space, '\0') {}

  reading_limits limits;
  std::string buffer; ///< what came and was not understood yet lies in [begin, end)
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string head;
  std::string body;
  request message;
  std::optional<parser> parsing;
  domain::problem refusal;
  bool said_continue = false;

  [[nodiscard]] std::string_view unread() const {
    return std::string_view{buffer}.substr(begin, end - begin);
  }

  progress refuse(domain::problem why) {
    refusal = std::move(why);
    return progress::refused;
  }

  void skip_empty_lines() {
    while (unread().starts_with("\r\n"))
      begin += 2;
  }

  /// Header first: it is looked at as text before Beast may read it.
  std::optional<progress> read_header() {
    skip_empty_lines();
    const auto bytes = unread();
    const auto size = bytes.find(header_end);
    if (std::min(size, bytes.size()) > limits.header_bytes)
      return refuse(too_large_header());
    if (size == std::string_view::npos)
      return bytes.find("\n\n") == std::string_view::npos
                 ? progress::need_more
                 : refuse({domain::problem_code::bad_request, "lines end with CR LF"});
    head.assign(bytes.substr(0, size + header_end.size()));
    begin += head.size();
    return parse_header();
  }

  std::optional<progress> parse_header() {
    body.clear();
    const auto peer = message.peer;
    message = request{};
    message.peer = peer;
    error_code fault;
    parsing.emplace(message, body, limits);
    parsing->put(boost::asio::buffer(head), fault);
    if (const auto why = framing_fault(head))
      return refuse({domain::problem_code::bad_request, std::string{*why}});
    if (fault && fault != bh::error::need_more)
      return refuse(problem_of(fault));
    return std::nullopt;
  }

  progress read_body() {
    while (!parsing->is_done()) {
      if (unread().empty())
        return progress::need_more;
      error_code fault;
      const auto used = parsing->put(boost::asio::buffer(unread()), fault);
      begin += used;
      if (fault && fault != bh::error::need_more)
        return refuse(problem_of(fault));
      if (used == 0)
        return unread().size() < chunk_overhead
                   ? progress::need_more
                   : refuse({domain::problem_code::bad_request, "a chunk's header is too long"});
    }
    return progress::complete;
  }
};

request_reader::request_reader(reading_limits limits) : state_(std::make_unique<state>(limits)) {}
request_reader::~request_reader() = default;

std::span<char> request_reader::space() {
  auto& at = *state_;
  if (at.begin == at.end)
    at.begin = at.end = 0;
  if (at.end == at.buffer.size() && at.begin > 0) {
    std::ranges::copy(at.unread(), at.buffer.begin());
    at.end -= std::exchange(at.begin, 0);
  }
  if (at.end == at.buffer.size())
    at.buffer.resize(at.buffer.size() * 2);
  return std::span{at.buffer}.subspan(at.end);
}

void request_reader::received(std::size_t bytes) { state_->end += bytes; }

request_reader::progress request_reader::resume() {
  if (!state_->parsing)
    if (const auto early = state_->read_header())
      return *early;
  return state_->read_body();
}

void request_reader::next() {
  state_->parsing.reset();
  state_->said_continue = false;
}

request& request_reader::message() { return state_->message; }
const domain::problem& request_reader::refusal() const { return state_->refusal; }

bool request_reader::has_begun() const {
  return state_->parsing.has_value() || !state_->unread().empty();
}

bool request_reader::header_is_complete() const { return state_->parsing.has_value(); }

bool request_reader::must_say_continue() {
  if (!header_is_complete() || state_->parsing->is_done() || !state_->message.expect)
    return false;
  return !std::exchange(state_->said_continue, true) &&
         equals_folded(*state_->message.expect, "100-continue");
}

bool request_reader::keep_alive() const {
  // HTTP/1.0 clients get one answer per connection: simple, and always understood.
  return state_->parsing && state_->parsing->is_header_done() &&
         state_->head.find(" HTTP/1.1\r\n") < state_->head.find("\r\n") &&
         state_->parsing->keep_alive();
}

std::string request_reader::take_raw() {
  auto raw = std::move(state_->head);
  raw.append(state_->unread());
  state_->begin = state_->end;
  return raw;
}

} // namespace cloudpods::http
