//! Where the numbers come from, and what the metrics mean.

use super::desk::Desk;
use super::document::{Definition, Provenance, ReportKind};
use super::inputs::{inputs, is_folded, shown_hash};

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
    let inputs = inputs(words, briefing.inputs);
    let mut lines = vec![run, program, rejected(desk)];
    if is_folded(briefing.inputs, &inputs) {
        lines.push(words.folded.text().to_owned());
    }
    lines.extend(ask(desk));
    Provenance {
        title: words.title.text().to_owned(),
        lines,
        definitions: desk
            .metrics()
            .filter(|metric| {
                desk.kind == ReportKind::Hr || desk.score(desk.unit, &metric.id).is_some()
            })
            .map(|metric| Definition {
                label: desk.label(metric).to_owned(),
                text: metric.definition.get(desk.language).to_owned(),
            })
            .collect(),
        definitions_title: words.definitions.text().to_owned(),
        inputs_title: words.inputs.text().to_owned(),
        inputs,
    }
}

/// How a reader learns why a figure is what it is; the unit's main figure is the example.
fn ask(desk: &Desk<'_>) -> Option<String> {
    let period = desk.briefing.judged.to_string();
    let metric = desk.main()?.id.as_str();
    let asked = [("period", &*period), ("unit", desk.unit.as_str()), ("metric", metric)];
    Some(desk.words.provenance.ask.fill(&asked))
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
