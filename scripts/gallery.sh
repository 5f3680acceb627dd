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
rm -rf "$OUT" && mkdir -p "$OUT"

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

# pages FILE NAME FIRST LAST COLUMNS: pages of a PDF, side by side.
pages() {
  local at="$WORK/pages-$2"
  mkdir -p "$at"
  pdftoppm -r 50 -f "$3" -l "$4" -png "$1" "$at/page"
  montage "$at"/page-*.png -tile "$5x" -geometry +6+6 -background '#d5dbe1' "$OUT/$2.png"
}

# book FILE NAME: the first page of each of a workbook's first sheets, as LibreOffice prints them.
book() {
  soffice "-env:UserInstallation=file://$WORK/office" --headless --convert-to pdf \
    --outdir "$WORK/books-$2" "$1" >/dev/null
  pages "$WORK/books-$2"/*.pdf "$2" 1 4 2
}

# one PATTERN…: the first file of that name.
one() { find "$WORK/$1" -path "$2" | sort | head -n 1; }

runs zh >/dev/null 2>&1 & first=$!
runs en >/dev/null
wait "$first"
scripts/look.sh gallery.mjs "$OUT" "zh=$WORK/zh" "en=$WORK/en"
for language in zh en; do
  book "$(one "$language" '*-person-E051-*.xlsx')" "statement.$language"
  pages "$(one "$language" '*/2026-Q3/*C00*.pdf')" "pack.$language" 1 8 4
done

# A few colours are enough for tables on white; dates in the files would change them for nothing.
for picture in "$OUT"/*.png; do
  convert "$picture" -strip +dither -colors 96 -define png:compression-level=9 \
    -define png:exclude-chunks=date,time "PNG8:$picture"
done
cp scripts/gallery.md "$OUT/README.md"
du -sh "$OUT"
