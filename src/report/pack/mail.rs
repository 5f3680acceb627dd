//! The mail of a pack: where the unit stands, the few things that matter, the units below, and what
//! is attached.

use super::rows::{section, tables};
use super::{measures, next, ranks};
use crate::report::attention::attention;
use crate::report::compose::drop_empty_columns;
use crate::report::desk::Desk;
use crate::report::document::{Block, Document, ReportKind, Section};
use crate::report::finality::mark;
use crate::report::provenance::provenance;
use crate::report::{causes, lead, tiles, units};

/// The document; its head is the booklet's cover, too. `chapters` are what it is told to hold.
pub(super) fn mail(desk: &Desk<'_>, chapters: &[&str], with_workbook: bool) -> Document {
    let briefing = desk.briefing;
    let words = &desk.words.pack;
    let subject = match desk.kind {
        ReportKind::Company => lead::subject_by(desk, &words.subject_company),
        _ => lead::subject_by(desk, &words.subject),
    };
    let lead = lead::paragraphs(desk);
    let document = Document {
        kind: ReportKind::Pack,
        language: desk.language,
        unit: desk.unit.clone(),
        period: briefing.judged,
        preheader: lead.first().cloned().unwrap_or_else(|| subject.clone()),
        subject,
        company: briefing.company.get(desk.language).to_owned(),
        unit_name: desk.name(desk.unit),
        title: desk.words.report.pack.text().to_owned(),
        period_text: desk.period_text(briefing.judged),
        lead,
        tiles: tiles::tiles(desk),
        sections: sections(desk, attached(desk, chapters, with_workbook)),
        provenance: provenance(desk),
    };
    mark(desk, document)
}

/// “2026年第3季度复盘-华东区”.
pub(super) fn file_name(desk: &Desk<'_>) -> String {
    desk.words.pack.file.fill(&[
        ("period", &desk.period_text(desk.briefing.judged)),
        ("unit", &desk.name(desk.unit)),
    ])
}

fn sections(desk: &Desk<'_>, attached: Vec<Block>) -> Vec<Section> {
    let words = &desk.words.pack;
    let mut sections = vec![
        section("matters", &words.matters, matters(desk)),
        section("map", &words.below, tables(units::departments(desk))),
        section("warnings", &desk.words.section.attention, tables(attention(desk))),
        section("attached", &words.attached, attached),
    ];
    let nothing = desk.nothing().text;
    for block in sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if let Block::Table(table) = block {
            drop_empty_columns(table, &nothing);
        }
    }
    sections.retain(|section| !section.blocks.is_empty());
    sections
}

/// Why, where among the others, what the measures brought, and what comes next.
fn matters(desk: &Desk<'_>) -> Vec<Block> {
    let lines: Vec<String> = causes::conclusions(desk)
        .into_iter()
        .take(1)
        .chain(ranks::said(desk))
        .chain(measures::said(desk))
        .chain(next::said(desk))
        .collect();
    if lines.is_empty() { Vec::new() } else { vec![Block::Text { lines }] }
}

/// What is attached, and what the booklet is told to hold.
fn attached(desk: &Desk<'_>, chapters: &[&str], with_workbook: bool) -> Vec<Block> {
    let words = &desk.words.pack;
    let file = file_name(desk);
    let chapters = chapters.join(desk.words.list.comma.text());
    let gaps = [("file", file.as_str()), ("chapters", &chapters)];
    let mut lines = vec![words.attached_pdf.fill(&gaps)];
    lines.extend(with_workbook.then(|| words.attached_xlsx.fill(&gaps)));
    vec![Block::Text { lines }]
}
