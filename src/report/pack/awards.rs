//! Bonus coefficients of the quarter: how many people each band has, what is paid, and for managers
//! everybody's coefficients.

use std::collections::BTreeSet;

use super::months::month_column;
use super::rows::{bold, section, sentence, tables};
use crate::calc::tally::Paid;
use crate::calc::{CoefficientAward, Tally};
use crate::model::{Exact, Period, Unit, UnitId};
use crate::report::coefficient::band_text;
use crate::report::desk::{Desk, plain, strong};
use crate::report::document::{Block, Cell, Section, Table};
use crate::report::notices;
use crate::report::units::{home_name, left, people_below, right, table};

/// The unit's own coefficient, then bands, amounts and people.
pub(super) fn sections(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let tally = tally(desk, &people_below(desk));
    let own: Vec<Block> = notices::coefficients(desk).map(Block::Notice).collect();
    if tally.periods.is_empty() && own.is_empty() {
        return vec![section("none", &words.bands, vec![sentence(words.no_awards.text())])];
    }
    vec![
        section("own", &words.own_coefficient, own),
        section("bands", &words.bands, tables(bands(desk, &tally))),
        section("paid", &words.paid, tables(paid_by_unit(desk))),
        section("people", &words.people_coefficients, tables(people(desk, &tally))),
    ]
}

fn tally(desk: &Desk<'_>, people: &[&UnitId]) -> Tally {
    let people: BTreeSet<&UnitId> = people.iter().copied().collect();
    let briefing = desk.briefing;
    Tally::of(briefing.cards, briefing.judged, briefing.fiscal, |unit| people.contains(unit))
}

/// Bands down, periods across; below them what is paid.
fn bands(desk: &Desk<'_>, tally: &Tally) -> Option<Table> {
    let words = &desk.words.pack;
    let mut columns = vec![left(&words.band)];
    columns.extend(tally.periods.iter().map(|period| month_column(desk, *period)));
    let rows: Vec<Vec<Cell>> = tally
        .bands
        .iter()
        .map(|(band, counts)| {
            let name = match band {
                Some(edges) => band_text(desk.words, edges, &|edge| desk.numbers.share(edge)),
                None => words.no_coefficient.text().to_owned(),
            };
            let counts = counts.iter().map(|count| plain(count.to_string()));
            std::iter::once(plain(name)).chain(counts).collect()
        })
        .collect();
    let mut table = table(desk, "bands", words.bands_table.text(), columns, rows)?;
    let amounts = tally.paid.iter().map(|paid| amount(desk, paid.as_ref()));
    let mut total: Vec<Cell> =
        std::iter::once(strong(words.amount.text())).chain(amounts).collect();
    bold(&mut total);
    table.rows.push(total);
    table.notes.push(words.bands_note.text().to_owned());
    Some(table)
}

/// A sum, for readers who see each person's own; there is none for others.
fn amount(desk: &Desk<'_>, paid: Option<&Paid>) -> Cell {
    paid.map_or_else(|| desk.nothing(), |paid| plain(desk.numbers.cents(&paid.amount)))
}

/// What is paid in each department right below, and in the unit; none where there is no department
/// or nothing is paid.
fn paid_by_unit(desk: &Desk<'_>) -> Option<Table> {
    let words = &desk.words.pack;
    let total_of = |unit: &UnitId| tally(desk, &people_below(&desk.about(unit))).total;
    let departments: Vec<(&Unit, Paid)> = desk
        .briefing
        .org
        .children(desk.unit)
        .filter_map(|unit| Some((unit, total_of(&unit.id)?)))
        .collect();
    let whole = total_of(desk.unit).filter(|_| !departments.is_empty())?;
    let row = |name: Cell, paid: &Paid| {
        let mean = paid.amount.over(&Exact::from(paid.people as u64));
        let mean = mean.map(|amount| Paid { people: paid.people, amount });
        let cells = [Some(paid), mean.as_ref()].map(|paid| amount(desk, paid));
        [vec![name, plain(paid.people.to_string())], cells.to_vec()].concat()
    };
    let rows = departments.iter().map(|(unit, paid)| row(plain(desk.name(&unit.id)), paid));
    let mut total = row(strong(desk.words.table.total.text()), &whole);
    bold(&mut total);
    let columns = vec![
        left(&desk.words.column.department),
        right(&words.paid_people),
        right(&words.amount),
        right(&words.mean_paid),
    ];
    let rows = rows.chain([total]).collect();
    table(desk, "paid", words.paid_table.text(), columns, rows)
}

/// Everybody below with the coefficient of each period.
fn people(desk: &Desk<'_>, tally: &Tally) -> Option<Table> {
    let award = |period: Period, id: &UnitId| -> Option<&CoefficientAward> {
        desk.briefing.cards.coefficient(period, id)
    };
    let mut people = people_below(desk);
    people.retain(|id| tally.periods.iter().any(|period| award(*period, id).is_some()));
    people.sort_by_key(|id| (desk.briefing.org.home(id, &desk.dates), *id));
    let column = &desk.words.column;
    let mut columns = vec![left(&column.person), left(&column.department)];
    columns.extend(tally.periods.iter().map(|period| month_column(desk, *period)));
    let rows = people.into_iter().map(|id| {
        let mut row = vec![plain(desk.name(id)), plain(home_name(desk, id))];
        row.extend(tally.periods.iter().map(|period| desk.coefficient_of(award(*period, id))));
        row
    });
    table(desk, "coefficients", "", columns, rows.collect())
}
