#include "persistence/hash_chain.hpp"

#include <cstdint>
#include <stdexcept>

namespace cloudpods::persistence {

namespace {

void append_length(std::string& out, std::uint32_t length) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>((length >> shift) & 0xff));
}

/// A length no field can have: tells NULL from an empty text.
constexpr std::uint32_t null_length = 0xffff'ffff;

} // namespace

hash_chain::hash_chain() : context_(EVP_MD_CTX_new()) {
  if (!context_)
    throw std::bad_alloc{};
}

std::string hash_chain::next(std::string_view before, const event_fields& fields) {
  buffer_.assign(before);
  for (const auto& each : fields) {
    append_length(buffer_, each ? static_cast<std::uint32_t>(each->size()) : null_length);
    if (each)
      buffer_.append(*each);
  }
  std::string hash(32, '\0');
  auto* out = reinterpret_cast<unsigned char*>(hash.data());
  if (EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(context_.get(), buffer_.data(), buffer_.size()) != 1 ||
      EVP_DigestFinal_ex(context_.get(), out, nullptr) != 1)
    throw std::runtime_error{"SHA-256 is not available"};
  return hash;
}

} // namespace cloudpods::persistence
