#include "persistence/event_row.hpp"

#include <charconv>

#include "wire/event_json.hpp"

namespace cloudpods::persistence {

namespace {

std::optional<std::string_view> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>{text};
}

std::int64_t microseconds_of(domain::instant at) { return at.time_since_epoch().count() * 1000; }

constexpr int created_at_column = 16;

} // namespace

hashed_event::hashed_event(const stored_event& it) : actor_(wire::actor_text(it.event.actor)) {
  const auto& fact = it.event;
  const auto tenant = unless_empty(fact.tenant.value);
  const auto none = std::optional<std::string_view>{};
  fields_ = {digits(fact.seq),
             fact.id.value,
             fact.stream,
             digits(fact.stream_version),
             tenant,
             tenant ? std::optional{digits(fact.tenant_seq)} : none,
             unless_empty(fact.pod.value),
             fact.guest ? std::optional{digits(*fact.guest)} : none,
             unless_empty(fact.job.value),
             domain::text(fact.category),
             domain::event_name(fact.payload),
             digits(domain::event_version),
             fact.message,
             it.data,
             actor_,
             unless_empty(fact.request.value),
             digits(microseconds_of(fact.at))};
}

std::string_view hashed_event::digits(std::int64_t number) {
  auto& place = numbers_.at(numbers_used_++);
  const auto end = std::to_chars(place.data(), place.data() + place.size(), number).ptr;
  return {place.data(), static_cast<std::size_t>(end - place.data())};
}

event_fields fields_of_row(const result& rows, int row, int column, std::string& microseconds) {
  event_fields fields;
  for (int i = 0; i < static_cast<int>(hashed_columns); ++i)
    if (!rows.is_null(row, column + i))
      fields[static_cast<std::size_t>(i)] = rows.text(row, column + i);
  microseconds = std::to_string(rows.microseconds(row, column + created_at_column));
  fields[created_at_column] = microseconds;
  return fields;
}

stored<stored_event> event_of_row(const result& rows, int row, int column) {
  const auto text = [&](int which) { return std::string{rows.text(row, column + which)}; };
  stored_event out;
  auto& fact = out.event;
  fact.seq = rows.integer(row, column);
  out.data = text(13);
  const auto version = static_cast<int>(rows.integer(row, column + 11));
  auto payload = wire::decode_payload(rows.text(row, column + 10), version, out.data);
  const auto category = domain::from_text<domain::category>(rows.text(row, column + 9));
  if (!payload || !category)
    return faulty(fault_kind::unusable,
                  "event " + std::to_string(fact.seq) + ": " +
                      (payload ? "its category is unknown" : payload.error().message));
  fact.payload = *std::move(payload);
  fact.category = *category;
  fact.id = domain::event_id{text(1)};
  fact.stream = text(2);
  fact.stream_version = rows.integer(row, column + 3);
  fact.tenant = domain::tenant_id{text(4)};
  fact.tenant_seq = rows.integer(row, column + 5);
  fact.pod = domain::pod_id{text(6)};
  if (!rows.is_null(row, column + 7))
    fact.guest = static_cast<domain::vmid>(rows.integer(row, column + 7));
  fact.job = domain::job_id{text(8)};
  fact.message = text(12);
  fact.actor = wire::actor_from_text(rows.text(row, column + 14));
  fact.request = domain::request_id{text(15)};
  fact.at = rows.time(row, column + created_at_column);
  return out;
}

stored<std::vector<stored_event>> events_of_rows(const result& rows) {
  std::vector<stored_event> events;
  events.reserve(static_cast<std::size_t>(rows.rows()));
  for (int row = 0; row < rows.rows(); ++row) {
    auto event = event_of_row(rows, row);
    if (!event)
      return std::unexpected(event.error());
    events.push_back(*std::move(event));
  }
  return events;
}

statement insert_events(std::span<const stored_event* const> events,
                        std::span<const std::string> hashes) {
  array_parameter seq{wire_type::integer}, id{wire_type::text}, stream{wire_type::text},
      stream_version{wire_type::integer}, tenant{wire_type::text}, tenant_seq{wire_type::integer},
      pod{wire_type::text}, guest{wire_type::integer}, job{wire_type::text}, type{wire_type::text},
      name{wire_type::text}, version{wire_type::integer}, message{wire_type::text},
      data{wire_type::text}, actor{wire_type::text}, request{wire_type::text},
      created_at{wire_type::time}, hash{wire_type::bytes};
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& fact = events[i]->event;
    seq.push(fact.seq);
    id.push(fact.id.value);
    stream.push(fact.stream);
    stream_version.push(fact.stream_version);
    tenant.push_unless_empty(fact.tenant.value);
    fact.tenant.empty() ? tenant_seq.push_null() : tenant_seq.push(fact.tenant_seq);
    pod.push_unless_empty(fact.pod.value);
    fact.guest ? guest.push(std::int64_t{*fact.guest}) : guest.push_null();
    job.push_unless_empty(fact.job.value);
    type.push(domain::text(fact.category));
    name.push(domain::event_name(fact.payload));
    version.push(std::int64_t{domain::event_version});
    message.push(fact.message);
    data.push(events[i]->data);
    actor.push(wire::actor_text(fact.actor));
    request.push_unless_empty(fact.request.value);
    created_at.push(fact.at);
    hash.push(hashes[i]);
  }
  parameters all;
  all.add(seq).add(id).add(stream).add(stream_version).add(tenant).add(tenant_seq).add(pod);
  all.add(guest).add(job).add(type).add(name).add(version).add(message).add(data).add(actor);
  all.add(request).add(created_at).add(hash);
  return {"INSERT INTO cloud_pod_events (seq, id, stream, stream_version, tenant_id, tenant_seq, "
          "pod_id, vmid, job_id, type, name, version, message, data, actor, request_id, "
          "created_at, hash) SELECT e.seq, e.id, e.stream, e.stream_version, e.tenant_id, "
          "e.tenant_seq, e.pod_id, e.vmid, e.job_id, e.type, e.name, e.version, e.message, "
          "e.data::json, e.actor, e.request_id, e.created_at, e.hash FROM unnest($1, $2, $3, $4, "
          "$5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) AS e(seq, id, stream, "
          "stream_version, tenant_id, tenant_seq, pod_id, vmid, job_id, type, name, version, "
          "message, data, actor, request_id, created_at, hash)",
          std::move(all)};
}

} // namespace cloudpods::persistence
