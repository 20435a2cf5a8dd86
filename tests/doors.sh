#!/usr/bin/env bash
# Make targets in a fresh clone on a poorer machine: tests/doors.sh "nofonts nonroot umask ..." report test
# Conditions: nofonts (no font of the machine), nopango (root, mounts an overlay for its own processes), nouv (PATH of
# /usr/bin and /bin), nonroot (root, becomes nobody), umask (077), locale (LC_ALL=C), rohome (HOME=/proc), path (blanks
# and Chinese in the clone's path). Ends with one line of the table: conditions, target, code, seconds.
set -euo pipefail
has() { [[ " $given " == *" $1 "* ]]; }
given=$1; shift
source=$(git -C "$(dirname "$0")/.." rev-parse --show-toplevel)
work=$(mktemp -d "${TMPDIR:-/tmp}/doors.XXXXXX"); chmod 755 "$work"
clone="$work/clone"; if has path; then clone="$work/a b/薪酬 工具"; fi
git clone -q --no-hardlinks "$source" "$clone"
run=(env --unset=LANGUAGE)
if has nofonts; then run+=("FONTCONFIG_FILE=$clone/tests/output/no-fonts.conf"); fi
if has nouv; then run+=("PATH=/usr/bin:/bin"); fi
if has locale; then run+=(LC_ALL=C LANG=C); fi
if has rohome; then run+=(HOME=/proc); fi
if has nonroot; then chown -R nobody "$clone"; run+=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
if has umask; then run+=(bash -c 'umask 077; exec "$@"' -); fi
if has nopango; then
  libraries=$(dirname "$(ldconfig -p | awk '/libpango-1\.0\.so\.0 /{print $NF; exit}')")
  run=(unshare -m bash -c 'mount -t tmpfs none "$1" && mkdir "$1/up" "$1/work" \
    && mount -t overlay none -o "lowerdir=$2,upperdir=$1/up,workdir=$1/work" "$2" && rm "$2"/libpango* \
    && ldconfig -C "$1/cache" 2>/dev/null && mount --bind "$1/cache" /etc/ld.so.cache; \
    shift 2; exec "$@"' - "$(mktemp -d "$work/over.XXXXXX")" "$libraries" "${run[@]}")
fi
cd "$clone"
for target in "$@"; do
  start=$SECONDS code=0
  "${run[@]}" make "$target" >"$work/$target.log" 2>&1 || code=$?
  tail -n 4 "$work/$target.log"
  pdf=$(find reports -name report.pdf -type f | wc -l)
  echo "| $given | make $target | ended with $code, PDFs: $pdf | $((SECONDS - start)) s | $work |"
done
