#!/usr/bin/env bash
# Makes docs/gallery: a picture of every report in both languages, from the generated company.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/place.sh

OUT=docs/gallery
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
ATTAIN="$CARGO_TARGET_DIR/debug/attain"

scripts/setup.sh gallery
cargo build --locked
rm -f "$OUT"/*.png

# The mails of a month, the lists of a quarter's end, and the pack of the quarter, in one language.
runs() {
  local dir="$WORK/$1"
  "$ATTAIN" demo "$dir" --data-only
  if [ "$1" = en ]; then
    sed -i 's/^language = "zh"/language = "en"/' "$dir/attain.toml"
    sed -i 's/,zh,/,en,/' "$dir/data/people.csv"
  fi
  "$ATTAIN" run 2026-10 --config "$dir" --as-of 2026-11-03
  "$ATTAIN" run 2026-09 --config "$dir" --as-of 2026-10-03 --dry-run
  "$ATTAIN" run 2026-Q3 --config "$dir" --as-of 2026-10-12 --dry-run
}

# pages FILE NAME FIRST LAST COLUMNS DPI: pages of a PDF, side by side.
pages() {
  local at="$WORK/pages-$2"
  mkdir -p "$at"
  pdftoppm -r "$6" -f "$3" -l "$4" -png "$1" "$at/page"
  montage "$at"/page-*.png -tile "$5x" -geometry +6+6 -background '#d5dbe1' "$OUT/$2.png"
}

# book FILE NAME: the first pages of a workbook, as LibreOffice prints it.
book() {
  soffice "-env:UserInstallation=file://$WORK/office" --headless --convert-to pdf \
    --outdir "$WORK/books-$2" "$1" >/dev/null
  pages "$WORK/books-$2"/*.pdf "$2" 1 4 2 60
}

# one LANGUAGE PATTERN: the first file of that path.
one() {
  local found
  found=$(find "$WORK/$1" -path "$2" | sort | head -n 1)
  [ -n "$found" ] || { echo "gallery: the runs left no file $2" >&2; return 1; }
  printf '%s\n' "$found"
}

runs zh >/dev/null 2>&1 & first=$!
runs en >/dev/null
wait "$first"
scripts/look.sh gallery.mjs "$OUT" "zh=$WORK/zh" "en=$WORK/en"
declare -A STATEMENT=([zh]=业绩对账单 [en]=Statement)
for language in zh en; do
  statement=$(one "$language" "*-person-E051-${STATEMENT[$language]}*.xlsx")
  pack=$(one "$language" '*/2026-Q3/*C00*.pdf')
  book "$statement" "statement.$language"
  pages "$pack" "pack.$language" 1 8 4 50
done

# A few colours are enough for tables on white; dates in the files would change them for nothing.
for picture in "$OUT"/*.png; do
  convert "$picture" -strip +dither -colors 96 -define png:compression-level=9 \
    -define png:exclude-chunks=date,time "PNG8:$picture"
done
du -sh "$OUT"
