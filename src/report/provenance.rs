//! Where the numbers come from, and what the metrics mean.

use super::desk::Desk;
use super::document::{Definition, Input, Provenance};

/// Digits of a hash that are shown; the ledger has all.
const HASH_DIGITS: usize = 12;

pub(super) fn provenance(desk: &Desk<'_>) -> Provenance {
    let words = &desk.words.provenance;
    let briefing = desk.briefing;
    let run = words.run.fill(&[
        ("from", &desk.dates.start.to_string()),
        ("to", &desk.dates.last_day().to_string()),
        ("version", &briefing.version.to_string()),
        ("as_of", &briefing.as_of.to_string()),
    ]);
    let program = words.program.fill(&[
        ("program", briefing.program_version),
        ("config", shown_hash(briefing.config_hash)),
    ]);
    Provenance {
        title: words.title.text().to_owned(),
        lines: vec![run, program, rejected(desk)],
        definitions: desk
            .metrics()
            .filter(|metric| desk.score(desk.unit, &metric.id).is_some())
            .map(|metric| Definition {
                label: desk.label(metric).to_owned(),
                text: metric.definition.get(desk.language).to_owned(),
            })
            .collect(),
        definitions_title: words.definitions.text().to_owned(),
        inputs_title: words.inputs.text().to_owned(),
        inputs: briefing
            .inputs
            .iter()
            .map(|input| Input {
                path: input.path.clone(),
                size: size(input.size),
                hash: shown_hash(&input.sha256).to_owned(),
            })
            .collect(),
    }
}

/// How many rows were set aside, per extract that had any.
fn rejected(desk: &Desk<'_>) -> String {
    let words = &desk.words.provenance;
    let extracts: Vec<String> = desk
        .briefing
        .rejected
        .iter()
        .filter(|facts| facts.rejected > 0)
        .map(|facts| {
            words.rejected_one.fill(&[
                ("extract", facts.extract.as_str()),
                ("rejected", &desk.numbers.whole(facts.rejected)),
                ("rows", &desk.numbers.whole(facts.rows)),
            ])
        })
        .collect();
    if extracts.is_empty() {
        return words.rejected_none.text().to_owned();
    }
    words.rejected.fill(&[("extracts", &desk.words.list(&extracts))])
}

fn shown_hash(hash: &str) -> &str {
    hash.get(..HASH_DIGITS).unwrap_or(hash)
}

/// Bytes in the largest unit that fits, with one digit after the point: “1.2 MB”.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KB", "MB", "GB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = UNITS[0];
    for larger in &UNITS[1..] {
        if tenths >= 10_000 {
            tenths /= 1000;
            unit = larger;
        }
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_in_words() {
        let shown = [0, 999, 1000, 1_234_567, 999_999, 5_400_000_000, 7_200_000_000_000].map(size);
        assert_eq!(shown, ["0 B", "999 B", "1.0 KB", "1.2 MB", "999.9 KB", "5.4 GB", "7200.0 GB"]);
    }
}
