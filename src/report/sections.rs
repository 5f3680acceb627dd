//! Which blocks answer which of the reader's questions, and in which order the questions are asked.

use super::attention::attention;
use super::brevity::shorten;
use super::compose::drop_empty_columns;
use super::desk::Desk;
use super::document::{Block, ReportKind, Section, Table};
use super::words::Phrase;
use super::{
    actions, causes, chart, composite, figures, how, notices, pace, parts, questions, reconcile,
    talent, targets, tilt, totals, units, waterfall,
};

/// The sections of a unit's report; those that would be empty are left out.
pub(super) fn sections(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.section;
    let mut sections = match desk.kind {
        ReportKind::Company => vec![
            section("standing", &words.standing, standing(desk)),
            section("map", &words.map, tables(units::departments(desk))),
            section("targets", &words.targets, company_targets(desk)),
            section("warnings", &words.warnings, [warnings(desk), attended(desk)].concat()),
            section("heading", &words.heading, heading(desk)),
            section("pay", &words.pay, pay(desk)),
            section("why", &words.why, why(desk)),
            section("next", &words.next, next(desk)),
            section("people", &words.people, people(desk)),
            section("totals", &words.totals, tables(totals::reconciled(desk))),
        ],
        ReportKind::Department => vec![
            section("standing", &words.standing, standing(desk)),
            section("heading", &words.heading, heading(desk)),
            section("pay", &words.pay, pay(desk)),
            section("why", &words.why, [warnings(desk), why(desk)].concat()),
            section("next", &words.next, next(desk)),
            section("warnings", &words.attention, attended(desk)),
            section("map", &words.map, tables(units::departments(desk))),
            section("people", &words.people, people(desk)),
            section("targets", &words.targets, tables(targets::decomposition(desk))),
        ],
        ReportKind::Person
        | ReportKind::Hr
        | ReportKind::Pack
        | ReportKind::Reminder
        | ReportKind::Quality => vec![
            section("standing", &words.standing, standing(desk)),
            section("heading", &words.heading, heading(desk)),
            section("pay", &words.pay, pay(desk)),
            section("why", &words.why, [warnings(desk), why(desk)].concat()),
            section("next", &words.next, next(desk)),
            section("targets", &words.targets, tables(targets::decomposition(desk))),
        ],
    };
    let nothing = desk.nothing().text;
    for block in sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if let Block::Table(table) = block {
            drop_empty_columns(table, &nothing);
            shorten(desk, table);
        }
    }
    sections.retain(|section| !section.blocks.is_empty());
    sections
}

fn section(key: &'static str, title: &Phrase, blocks: Vec<Block>) -> Section {
    Section { key, title: title.text().to_owned(), blocks }
}

fn tables(tables: impl IntoIterator<Item = Table>) -> Vec<Block> {
    tables.into_iter().map(Block::Table).collect()
}

/// How did the unit do, against target, earlier periods and others; and what was not judged.
fn standing(desk: &Desk<'_>) -> Vec<Block> {
    let mut blocks = tables(figures::of_period(desk));
    if !pays_by_composite(desk) {
        blocks.extend(tables(composite::table(desk)));
    }
    if desk.kind == ReportKind::Department {
        blocks.extend(tables(parts::tables(desk)));
    }
    blocks.extend(notices::absences(desk).map(Block::Notice));
    blocks
}

/// Where the year is heading.
fn heading(desk: &Desk<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = chart::trend(desk).map(Block::Chart).into_iter().collect();
    blocks.extend(pace::notice(desk).map(Block::Notice));
    blocks.extend(tables(pace::tables(desk)));
    blocks.extend(tables(figures::over_time(desk)));
    blocks
}

/// What it pays.
fn pay(desk: &Desk<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = notices::coefficients(desk).map(Block::Notice).collect();
    if pays_by_composite(desk) {
        blocks.extend(tables(composite::table(desk)));
    }
    blocks
}

/// Whether the composite, beside ranking, is what a coefficient is read from.
fn pays_by_composite(desk: &Desk<'_>) -> bool {
    desk.award(desk.unit).is_some_and(|award| award.plan.is_some() && award.metric().is_none())
}

fn warnings(desk: &Desk<'_>) -> Vec<Block> {
    notices::warnings(desk).into_iter().map(Block::Notice).collect()
}

/// Why the unit is behind.
fn why(desk: &Desk<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = waterfall::charts(desk).into_iter().map(Block::Chart).collect();
    blocks.extend(tables(causes::cards(desk)));
    if desk.kind == ReportKind::Company {
        blocks.extend(tables(causes::below(desk)));
    }
    blocks
}

/// What to do now, and what became of what was done.
fn next(desk: &Desk<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = how::notice(desk).map(Block::Notice).into_iter().collect();
    blocks.extend(tables(actions::actions(desk)));
    blocks.extend(tables(tilt::table(desk)));
    blocks
}

/// Who below is warned, and for a department why: a company's causes have a section of their own.
fn attended(desk: &Desk<'_>) -> Vec<Block> {
    let mut blocks = tables(attention(desk));
    if desk.kind == ReportKind::Department {
        blocks.extend(tables(causes::below(desk)));
    }
    blocks
}

fn people(desk: &Desk<'_>) -> Vec<Block> {
    let people = units::people(desk).into_iter().chain(talent::of_managers(desk));
    tables(people)
}

/// The company's targets: how they come apart, whether they add up, what is to be asked.
fn company_targets(desk: &Desk<'_>) -> Vec<Block> {
    let mut blocks = tables(targets::decomposition(desk));
    blocks.extend(tables(parts::tables(desk)));
    blocks.extend(tables(reconcile::reconciliation(desk)));
    blocks.extend(tables(questions::questions(desk)));
    blocks
}
