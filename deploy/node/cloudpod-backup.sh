#!/bin/bash
# Backs up one container with vzdump; /usr/local/sbin/cloudpod-backup.sh, root's, mode 755.
# docs/containers.md says what the daemon expects of it.
set -euo pipefail

usage() {
  cat <<'END'
cloudpod-backup.sh VMID
cloudpod-backup.sh --vmid N [--mode snapshot|suspend|stop] [--storage S] [--tenant T] [--note TEXT] [--quiet]

Makes one archive of the container on the storage (vzdump-backups) and removes none. Standard output: what
vzdump says (not with --quiet), then between ### JSON_RESULT_START ### and ### JSON_RESULT_END ###
one JSON object, then the same for people. Exit 0: the archive is whole. 1: there is none, and the
object says why. 2: wrong usage.
END
}

refuse() {
  echo "[!] $1" >&2
  exit "${2:-1}"
}

vmid='' mode=snapshot storage=vzdump-backups tenant=unknown note='cloudpod backup' quiet=no
if [ $# -eq 1 ] && [[ $1 =~ ^[0-9]+$ ]]; then set -- --vmid "$1"; fi
while [ $# -gt 0 ]; do
  case $1 in
  --vmid | --mode | --storage | --tenant | --note)
    [ $# -ge 2 ] || refuse "$1 needs a value" 2
    printf -v "${1#--}" '%s' "$2"
    shift 2
    ;;
  --quiet)
    quiet=yes
    shift
    ;;
  -h | --help)
    usage
    exit 0
    ;;
  *) refuse "Unknown option: $1" 2 ;;
  esac
done
[[ $vmid =~ ^[1-9][0-9]{2,8}$ ]] || refuse "--vmid must be a number of at least 100" 2
[[ $mode =~ ^(snapshot|suspend|stop)$ ]] || refuse "--mode must be snapshot, suspend or stop" 2
[[ $storage =~ ^[A-Za-z][A-Za-z0-9._-]*$ ]] || refuse "--storage is no storage's name" 2
[[ $tenant =~ ^[A-Za-z0-9._-]+$ ]] || refuse "--tenant must be letters, digits, '.', '_' and '-'" 2

config=$(pct config "$vmid" 2>/dev/null) || refuse "CT $vmid does not exist."
hostname=$(sed -n 's/^hostname: //p' <<<"$config" | head -n 1)

# A string of JSON, quotes included.
json() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "$(tr '\000-\037' ' ' <<<"$text" | sed 's/ $//')"
}

# vzdump replaces {{words}} in its notes and refuses those it does not know.
notes="{{guestname}} - $(tr -d '{}\\\000-\037' <<<"$note")"

output=$(mktemp)
trap 'rm -f "$output"' EXIT
echo "[+] Backing up CT $vmid ($hostname)" >&2
begun=$SECONDS
code=0
vzdump "$vmid" --mode "$mode" --storage "$storage" --compress zstd --remove 0 \
  --notes-template "$notes" 2>&1 | if [ "$quiet" = yes ]; then cat >"$output"; else tee "$output"; fi ||
  code=${PIPESTATUS[0]}
duration=$((SECONDS - begun))

# The archive that this run made, by its own word: the newest on the storage may be another's.
made=$(sed -nE "s/^.*creating (vzdump|Proxmox Backup Server) archive '([^']*)'.*$/\\2/p" "$output" | tail -n 1)
case $made in
ct/*) file=$storage:backup/$made ;;
?*) file=$storage:backup/${made##*/} ;;
*) file= ;;
esac
error=
# On a host where the container is not, vzdump does nothing and ends with 0.
if [ "$code" -ne 0 ]; then
  error=$(grep -E 'ERROR: ' "$output" | head -n 1 | sed 's/^.*ERROR: //' || true)
  error=${error:-$(tail -n 1 "$output")}
  error=${error:-vzdump ended with $code}
elif [ -z "$file" ] || ! grep -qF "Finished Backup of VM $vmid " "$output"; then
  code=1 error="vzdump made no archive of CT $vmid"
fi

success=true level=info
if [ "$code" -ne 0 ]; then success=false level=error file=; fi
printf '{"ts":"%s","level":"%s","message":"backup ended","vmid":%s,"success":%s}\n' \
  "$(date +%Y-%m-%dT%H:%M:%S%:z)" "$level" "$vmid" "$success" \
  >>"${CLOUDPOD_LOG:-/var/log/migra-cloudpods.log}" || true

echo '### JSON_RESULT_START ###'
printf '{"success":%s,"action":"backup","vmid":%s,"hostname":%s,"mode":"%s","storage":"%s","tenant":"%s"' \
  "$success" "$vmid" "$(json "$hostname")" "$mode" "$storage" "$tenant"
printf ',"duration_seconds":%s,"backup_file":%s,"note":%s' "$duration" "$(json "${file:-null}")" "$(json "$note")"
if [ -n "$error" ]; then printf ',"error":%s' "$(json "$error")"; fi
printf '}\n### JSON_RESULT_END ###\n'
printf '====\n  VMID     : %s\n  Duration : %s seconds\n  File     : %s\n====\n' "$vmid" "$duration" "${file:-null}"
[ "$code" -eq 0 ] || exit 1
