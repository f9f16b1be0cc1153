#pragma once

#include <string_view>

/// The fixed shell text of reads that are more than one command. Values come as shell variables
/// that `command_line.cpp` sets with quoting.
namespace cloudpods::ssh::shell {

/// Says what a read printed, with its exit code and length: what a guest's configuration holds
/// cannot be taken for the next part.
inline constexpr std::string_view sectioning = R"sh(section() {
  printf '\n@@%s %s %s\n%s\n' "$1" "$2" "${#3}" "$3"
}
)sh";

/// `$as_root`, `$tool`, `$id`; `$pending` 1 if waiting changes are asked for too
inline constexpr std::string_view reading_guest = R"sh(text=$($as_root $tool config "$id")
section config $? "$text"
text=$($as_root $tool status "$id")
section status $? "$text"
if [ "$pending" = 1 ]; then
  text=$($as_root $tool pending "$id")
  section pending $? "$text"
fi
)sh";

/// `$as_root`, `$id`. A storage that cannot be read is said to have failed: its volumes are not
/// known, which is not the same as none.
inline constexpr std::string_view listing_volumes =
    R"sh(images=$($as_root pvesm status --content images)
failed=$?
storages=$($as_root pvesm status --content rootdir) || failed=1
section status $failed "$storages"
seen=" "
while read -r name type state rest; do
  case $seen in *" $name "*) continue ;; esac
  seen="$seen$name "
  case $state in
  active)
    text=$($as_root pvesm list "$name" --vmid "$id")
    section "volumes:$name" $? "$text"
    ;;
  inactive) section "volumes:$name" 1 "" ;;
  esac
done <<END
$images
$storages
END
)sh";

/// `$as_root`, `$node`
inline constexpr std::string_view reading_capacity =
    R"sh(text=$($as_root pvesh get "/nodes/$node/status" --output-format json)
section status $? "$text"
text=$($as_root pvesh get "/nodes/$node/storage" --output-format json)
section storages $? "$text"
)sh";

/// `$as_root`, `$node`, `$id`, `$kind` qemu or lxc
inline constexpr std::string_view listing_snapshots =
    R"sh(text=$($as_root pvesh get "/nodes/$node/$kind/$id/snapshot" --output-format json)
section snapshots $? "$text"
)sh";

/// `$as_root`, `$node`, `$id`
inline constexpr std::string_view listing_guest_tasks =
    R"sh(text=$($as_root pvesh get "/nodes/$node/tasks" --vmid "$id" --limit 20 --output-format json)
section tasks $? "$text"
)sh";

/// `$as_root`, `$id`, `$storage`
inline constexpr std::string_view listing_backups =
    R"sh(text=$($as_root pvesm list "$storage" --content backup --vmid "$id")
section backups $? "$text"
)sh";

/// `$as_root`, `$node`, `$id`. The agent is asked only where the machine has one and runs.
inline constexpr std::string_view reading_vm_health =
    R"sh(text=$($as_root pvesh get "/nodes/$node/qemu/$id/status/current" --output-format json)
section status $? "$text"
case $text in
*'"agent":1'* | *'"agent":"1"'* | *'"agent":true'*)
  case $text in
  *'"status":"running"'*)
    text=$($as_root qm guest cmd "$id" ping 2>&1)
    section ping $? "$text"
    ;;
  esac
  ;;
esac
)sh";

/// `$as_root`, `$id`; `$@` is the script.
inline constexpr std::string_view reading_container_health =
    R"sh(if [ "$#" -gt 0 ]; then
  text=$($as_root "$@")
  section health $? "$text"
fi
text=$($as_root pct status "$id")
section status $? "$text"
)sh";

/// `$as_root`: without it everything is allowed.
inline constexpr std::string_view reading_sudo = R"sh(if [ -z "$as_root" ]; then
  section rights 0 "    (root) ALL"
else
  text=$($as_root -l)
  section rights $? "$text"
fi
)sh";

/// `$work`, `$age` in minutes: items by the names of their attempts' directories.
inline constexpr std::string_view listing_attempts = R"sh(text=
if [ -d "$work" ]; then
  text=$(find "$work" -mindepth 1 -maxdepth 1 -type d -name 'q-*.*.*' -mmin "+$age")
fi
section attempts $? "$text"
)sh";

/// `$log`, `$folder`, `$file` (an inode) and `$offset`: where reading goes on; `$most` bytes at
/// once, `$tail` bytes of a file that is read for the first time. What is left of a rotated file
/// comes before the new one; base64, so that every byte counts.
inline constexpr std::string_view reading_log = R"sh(now=
size=0
failed=0
if [ -e "$log" ]; then
  now=$(stat -c %i -- "$log")
  size=$(stat -c %s -- "$log") || failed=1
fi
from=$log
at=$offset
kind=same
if [ -z "$file" ]; then
  kind=first
  at=0
  if [ "$size" -gt "$tail" ]; then
    kind=cut
    at=$((size - tail))
  fi
elif [ "$file" != "$now" ]; then
  old=$(find "$folder" -maxdepth 1 -type f -inum "$file" 2>/dev/null | head -n 1)
  left=0
  if [ -n "$old" ]; then
    left=$(($(stat -c %s -- "$old") - offset))
  fi
  if [ "$left" -gt 0 ]; then
    kind=rotated
    from=$old
    now=$file
  elif [ "$size" -gt 0 ]; then
    kind=first
    at=0
  else
    now=
  fi
elif [ "$size" -lt "$offset" ]; then
  at=0
fi
text=
if [ -n "$now" ]; then
  if [ -r "$from" ]; then
    text=$(tail -c "+$((at + 1))" -- "$from" | head -c "$most" | base64 -w 0) || failed=1
    [ "$(stat -c %i -- "$from")" = "$now" ] || now=
  else
    echo "the log file cannot be read by this account" >&2
    failed=1
  fi
fi
section "log $kind $at $now" $failed "$text"
)sh";

} // namespace cloudpods::ssh::shell
