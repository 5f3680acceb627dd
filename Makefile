# The two commands of a fresh machine are `make demo` and `make test`; each installs what it needs.
# Built things and test servers lie in ~/.cache/attain: ATTAIN_CACHE or CARGO_TARGET_DIR move them.

SHELL := /bin/bash
ENV := set -euo pipefail; . scripts/place.sh;

.PHONY: demo test gallery lint fmt release deny

# make demo ROWS=1000000 PEOPLE=300 takes a larger company.
demo:
	@scripts/setup.sh demo
	@$(ENV) cargo run --locked -- demo $(if $(ROWS),--rows $(ROWS)) $(if $(PEOPLE),--people $(PEOPLE))

test:
	@scripts/test.sh

# The pictures of docs/gallery, from the generated company.
gallery:
	@scripts/gallery.sh

# Apart from `make test`: clippy checks every dependency anew, polars among them.
lint:
	@scripts/setup.sh build
	@$(ENV) cargo clippy --locked --all-targets -- -D warnings

# Licences, sources and unwanted crates of everything that is linked in; it needs cargo-deny.
deny:
	@$(ENV) cargo deny --version >/dev/null || { echo "install it: cargo install --locked cargo-deny" >&2; exit 1; }
	@$(ENV) cargo deny --offline --locked check licenses bans sources

fmt:
	@$(ENV) cargo fmt

release:
	@scripts/setup.sh build
	@$(ENV) cargo build --locked --release
	@$(ENV) echo "built: $$CARGO_TARGET_DIR/release/attain"
