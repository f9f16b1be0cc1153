#include "node_sim/noise.hpp"

#include "node_sim/system.hpp"

namespace cloudpods::node_sim {

namespace {

constexpr std::string_view locale_warning =
    "perl: warning: Setting locale failed.\n"
    "perl: warning: Please check that your locale settings:\n"
    "\tLANGUAGE = (unset),\n"
    "\tLC_ALL = (unset),\n"
    "\tLC_CTYPE = \"xx_XX.UTF-8\",\n"
    "\tLANG = \"en_US.UTF-8\"\n"
    "    are supported and installed on your system.\n"
    "perl: warning: Falling back to the standard locale "
    "(\"C\").\n";

constexpr std::string_view banner = "Linux pve1 6.8.12-9-pve x86_64\n"
                                    "Welcome to this node. IP : 192.0.2.1/24\n";

constexpr std::string_view progress =
    "Use of uninitialized value $x in concatenation (.) or string at "
    "/usr/share/perl5/PVE/Tools.pm line 1.\n"
    "  WARNING: You have not turned on protection against thin pools running out of space.\n"
    "transferred 0.0 B of 8.0 GiB (0.00%)\n"
    "transferred 8.0 GiB of 8.0 GiB (100.00%)\n";

constexpr std::string_view garbage = "\xff\xfe\x80 {\"half\": [\n";

std::string_view chosen(const std::string& text, std::string_view usual) {
  return text.empty() ? usual : std::string_view{text};
}

} // namespace

void make_noise(std::string_view kind, const std::string& text) {
  if (kind == "locale")
    err(chosen(text, locale_warning));
  else if (kind == "banner")
    out(chosen(text, banner));
  else if (kind == "progress")
    out(chosen(text, progress));
  else if (kind == "garbage")
    out(chosen(text, garbage));
  else if (kind == "crlf")
    use_crlf(true);
}

} // namespace cloudpods::node_sim
