#pragma once

#include <string_view>

/// The fixed shell text of detached attempts, in POSIX sh (dash and bash). Values reach it as shell
/// variables that `command_line.cpp` sets with quoting; nothing is ever pasted into it.
///
/// Variables: `work` work_dir, `attempt` its directory's name, `epoch`, `input` bytes of standard
/// input. Builtins wherever there is one: a program costs about a millisecond.
namespace cloudpods::ssh::shell {

/// How every line begins: in the home directory, because a relative work_dir is relative to it.
inline constexpr std::string_view opening = R"sh(cd || exit 1
export LC_ALL=C LANG=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
)sh";

/// Says how the attempt stands: a header line, the ends of its output files, a closing line. The
/// lengths are of bytes that are printed with `head -c`, so a file that still grows cannot break
/// the frame.
inline constexpr std::string_view reporting = R"sh(umask 077
dir=$work/$attempt
say() {
  printf '\n@@cloudpods %s - 0 0 %s %s\n%s\n@@end\n' "$1" "${#2}" "${#2}" "$2"
  exit 0
}
part() {
  if [ "$2" -eq 0 ]; then return
  elif [ "$1" -eq "$2" ]; then head -c "$2" "$3"
  else tail -c "+$(($1 - $2 + 1))" "$3" | head -c "$2"; fi
}
report() {
  if [ -s "$dir/out" ] || [ -s "$dir/err" ]; then
    set -- "$1" "$2" $(stat -L -c %s "$dir/out" "$dir/err")
  fi
  set -- "$1" "$2" "${3:-0}" "${4:-0}"
  o=$3 e=$4
  if [ "$o" -gt 65536 ]; then o=65536; fi
  if [ "$e" -gt 65536 ]; then e=65536; fi
  printf '\n@@cloudpods %s %s %s %s %s %s\n' "$1" "$2" "$3" "$o" "$4" "$e"
  part "$3" "$o" "$dir/out"
  part "$4" "$e" "$dir/err"
  printf '\n@@end\n'
  exit 0
}
)sh";

/// Takes the lock of work_dir (descriptor 9) and compares epochs under it.
inline constexpr std::string_view locking =
    R"sh(case $work in [!/]*) work=$PWD/$work dir=$PWD/$dir ;; esac
if [ ! -d "$work" ]; then
  text=$(mkdir -p "$work" 2>&1) || say broken "work_dir cannot be made: $text"
fi
true >>"$work/.lock" || say broken "work_dir cannot be written: $work"
lock() {
  exec 9>>"$work/.lock"
  flock -w 10 9
  case $? in
  0) ;;
  1) say locked "work_dir/.lock was held for 10 seconds" ;;
  *) say broken "flock does not work in $work" ;;
  esac
  seen=0
  if [ -e "$work/.epoch" ]; then read -r seen <"$work/.epoch"; fi
  case $seen in
  '' | *[!0-9]* | ???????????????????*) say broken "$work/.epoch holds no number" ;;
  esac
  if [ "$seen" -gt "$epoch" ]; then say fenced "epoch $seen was seen, this is $epoch"; fi
  if [ "$seen" -lt "$epoch" ]; then
    printf '%s\n' "$epoch" >"$work/.epoch.new" && mv "$work/.epoch.new" "$work/.epoch" ||
      say broken "$work/.epoch cannot be written"
  fi
}
)sh";

/// Whether an attempt lives: by pid, start time and boot, so that a recycled pid is not taken for
/// ours; if only its leading shell died, by any process of its session.
inline constexpr std::string_view following = R"sh(lives() {
  pid= since= boot= now=
  read -r pid since boot 2>/dev/null <"$dir/pid"
  read -r now 2>/dev/null </proc/sys/kernel/random/boot_id
  if [ -z "$pid" ] || [ "$boot" != "$now" ]; then return 1; fi
  if read -r line 2>/dev/null <"/proc/$pid/stat"; then
    set -- ${line##*) }
    if [ "${20}" != "$since" ]; then return 1; fi
    if [ "$1" != Z ]; then return 0; fi
  fi
  for file in /proc/[0-9]*/stat; do
    read -r line 2>/dev/null <"$file" || continue
    set -- ${line##*) }
    if [ "$4" = "$pid" ] && [ "$1" != Z ]; then return 0; fi
  done
  return 1
}
ended() {
  code=
  if [ -s "$dir/rc" ]; then read -r code <"$dir/rc"; fi
  case $code in
  '') return 1 ;;
  never) report never - ;;
  *[!0-9]*) return 1 ;;
  *) report ended "$code" ;;
  esac
}
look() {
  ended
  if lives; then return; fi
  ended
  report vanished -
}
follow() {
  while :; do
    look
    if [ -d "/proc/$pid" ]; then
      tail -c 4096 -s 0.2 -f --pid="$pid" "$dir/out" </dev/null >&2
    else
      sleep 0.5
    fi
  done
}
never() {
  text=$(mkdir "$dir" 2>&1) || say broken "the attempt's directory cannot be made: $text"
  printf 'never\n' >"$dir/rc.new" && mv "$dir/rc.new" "$dir/rc" ||
    say broken "$dir/rc cannot be written"
}
)sh";

/// Stores standard input outside the lock, so that a slow channel holds up nobody. What came short
/// starts nothing.
inline constexpr std::string_view taking_input = R"sh(held=$work/.in.$attempt.$$
head -c "$input" >"$held"
if [ "$(wc -c <"$held")" -ne "$input" ]; then
  rm -f "$held"
  say short "standard input ended early"
fi
)sh";

/// Begins the attempt under the lock, so that whoever looks under the lock sees it with its pid or
/// not at all. `$inner` runs the words that follow it. `wait` costs no poll.
inline constexpr std::string_view beginning = R"sh(lock
if [ -e "$dir" ]; then
  exec 9>&-
  if [ "$input" -gt 0 ]; then rm -f "$held"; fi
  follow
fi
text=$(mkdir "$dir" 2>&1) || say broken "the attempt's directory cannot be made: $text"
given=/dev/null
if [ "$input" -gt 0 ]; then
  given=$dir/in
  mv "$held" "$given" || say broken "standard input cannot be kept"
fi
true >"$dir/out" 2>"$dir/err"
)sh";

inline constexpr std::string_view noting_pid = R"sh(pid=$! since= boot=
if read -r line 2>/dev/null <"/proc/$pid/stat"; then
  set -- ${line##*) }
  since=${20}
fi
read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id
printf '%s %s %s\n' "$pid" "${since:-0}" "$boot" >"$dir/pid"
exec 9>&-
)sh";

/// Shows output as it grows, on the channel's standard error: the report has standard output to
/// itself. `sleep` must not hold the channel open after we are done.
inline constexpr std::string_view showing = R"sh({
  sleep 0.2 </dev/null >/dev/null 2>&1
  exec tail -c +1 -s 0.2 -f --pid="$pid" "$dir/out" </dev/null >&2
} &
shown=$!
wait "$pid"
kill "$shown" 2>/dev/null
wait "$shown" 2>/dev/null
)sh";

inline constexpr std::string_view waiting = R"sh(wait "$pid"
)sh";

/// The attempt's own shell: `$1` its directory, then the command. TERM is for the command; this
/// shell lives on to write the exit code. A trap, not `''`: an ignored signal would be inherited.
inline constexpr std::string_view inner = R"sh(trap : TERM INT HUP
umask 022
d=$1
shift
"$@"
c=$?
if [ -e "$d/in" ]; then rm -f "$d/in"; fi
printf "%s\n" "$c" >"$d/rc.new" && mv "$d/rc.new" "$d/rc")sh";

inline constexpr std::string_view attaching = R"sh(lock
if [ ! -e "$dir" ]; then never; fi
exec 9>&-
)sh";

/// Ends a living attempt: its Proxmox tasks by name, everything else by signal. Variables: `node`,
/// `as_root`, `is_task`, `grace` in seconds.
inline constexpr std::string_view ending = R"sh(session() {
  there=
  if read -r line 2>/dev/null <"/proc/$1/stat"; then
    set -- ${line##*) }
    there=$4 parent=$2
  fi
}
signal() {
  kill -s "$1" -- "-$pid" 2>/dev/null
  if [ -n "$as_root" ]; then $as_root kill -s "$1" -- "-$pid" >/dev/null 2>&1; fi
}
end_tasks() {
  found=1
  tasks=$($as_root pvesh get "/nodes/$node/tasks" --source active --output-format json) || return 1
  set -f
  IFS='"'
  set -- $tasks
  unset IFS
  for task do
    case $task in UPID:*:*:*:*:*) ;; *) continue ;; esac
    worker=${task#UPID:*:}
    worker=${worker%%:*}
    case $worker in '' | *[!0-9A-Fa-f]*) continue ;; esac
    worker=$((0x$worker))
    session "$worker"
    if [ "$there" != "$pid" ] && [ -n "$there" ]; then session "$parent"; fi
    if [ "$there" != "$pid" ]; then continue; fi
    found=0
    $as_root pvesh delete "/nodes/$node/tasks/$task" >&2
  done
  set +f
  return $found
}
await_end() {
  left=$(($1 * 5))
  while [ "$left" -gt 0 ]; do
    look
    sleep 0.2
    left=$((left - 1))
  done
}
look
if [ "$is_task" != 1 ] || ! end_tasks; then signal TERM; fi
await_end "$grace"
signal KILL
await_end 2
report running -
)sh";

/// Removes the directories of the items in `$@`; one with `never` only after an hour, because a
/// start line may still be on its way.
inline constexpr std::string_view sweeping = R"sh(for item do
  for dir in "$work/$item".*; do
    if [ ! -d "$dir" ]; then continue; fi
    code=
    if [ -s "$dir/rc" ]; then read -r code <"$dir/rc"; fi
    if [ "$code" = never ] && [ -z "$(find "$dir/rc" -mmin +60)" ]; then continue; fi
    if [ -z "$code" ] && lives; then continue; fi
    rm -rf "$dir"
  done
done
find "$work" -maxdepth 1 -name '.in.*' -mmin +60 -delete
)sh";

} // namespace cloudpods::ssh::shell
