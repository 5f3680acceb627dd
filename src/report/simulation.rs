//! A simulation of another plan in words: what it would cost, who gains, who loses.

use super::coefficient::band_text;
use super::document::{Align, Cell, Column, Table, Tone};
use super::numbers::Numbers;
use super::sheet::{Book, ColumnKind, Sheet, SheetCell, SheetColumn, SheetTable};
use super::words::{Phrase, SimulationWords, WordBook, Words};
use super::{calendar, desk};
use crate::calc::NoCoefficient;
use crate::calc::simulate::{BandCount, Compared, Fares, Given, PersonTotal, Simulation};
use crate::model::plan::Plan;
use crate::model::{Exact, FiscalYear, Language, Org, Period};

/// So many of those who gain, and of those who lose, are listed on a terminal.
const MOST_EACH: usize = 30;
/// So many periods have a column of their own there.
const MOST_PERIODS: usize = 3;

/// What a simulation is told from.
#[derive(Clone, Copy, Debug)]
pub struct SimulationBriefing<'a> {
    pub simulation: &'a Simulation,
    pub periods: &'a [Period],
    pub org: &'a Org,
    /// The other one, whose coefficients no rounding may contradict.
    pub plan: &'a Plan,
    pub words: &'a WordBook,
    pub language: Language,
    pub currency: &'a str,
    pub fiscal: FiscalYear,
}

/// Finished sentences and tables.
#[derive(Clone, Debug)]
pub struct SimulationText {
    pub lines: Vec<String>,
    pub tables: Vec<Table>,
    /// With everybody and every period, for a workbook.
    pub sheet: Book,
}

/// Puts a simulation into words.
pub fn simulation_text(briefing: &SimulationBriefing<'_>) -> SimulationText {
    let words = briefing.words.of(briefing.language);
    let writer = Writer {
        of: briefing,
        all: words,
        words: &words.simulation,
        numbers: Numbers::new(words, briefing.currency, briefing.plan, &Exact::one()),
    };
    let lines = writer.lines();
    let sheet = writer.sheet(&lines);
    let tables = if briefing.simulation.rows.is_empty() {
        Vec::new()
    } else {
        [writer.people(), Some(writer.bands())].into_iter().flatten().collect()
    };
    SimulationText { lines, tables, sheet }
}

struct Writer<'a> {
    of: &'a SimulationBriefing<'a>,
    all: &'a Words,
    words: &'a SimulationWords,
    numbers: Numbers<'a>,
}

impl Writer<'_> {
    fn lines(&self) -> Vec<String> {
        let simulation = self.of.simulation;
        let periods: Vec<String> =
            self.of.periods.iter().map(|&period| self.period(period)).collect();
        let people = self.numbers.whole(simulation.people.len() as u64);
        let gaps = [("periods", self.all.list(&periods)), ("people", people)];
        let gaps: Vec<(&str, &str)> =
            gaps.iter().map(|(key, text)| (*key, text.as_str())).collect();
        let mut lines = vec![self.words.title.fill(&gaps)];
        if simulation.rows.is_empty() {
            lines.push(self.words.nobody.text().to_owned());
            return lines;
        }
        let count = |fares| simulation.count(fares).to_string();
        if simulation.by_amount {
            lines.push(self.cost());
            let unpaid = |side: fn(&Compared) -> &Given| {
                simulation.rows.iter().all(|row| side(row).amount.is_none())
            };
            let (old, new) = (unpaid(|row| &row.old), unpaid(|row| &row.new));
            lines.extend(old.then(|| self.words.old_unpaid.text().to_owned()));
            lines.extend(new.then(|| self.words.new_unpaid.text().to_owned()));
        } else {
            lines.push(self.words.by_coefficient.text().to_owned());
        }
        lines.push(self.words.fares.fill(&[
            ("gain", &count(Fares::Gains)),
            ("lose", &count(Fares::Loses)),
            ("unchanged", &count(Fares::Unchanged)),
        ]));
        lines
    }

    fn cost(&self) -> String {
        let (old, new) = (self.of.simulation.old_cost(), self.of.simulation.new_cost());
        let more = &new - &old;
        let share = more.over(&old).map(|share| self.numbers.relative(&share));
        let size = self.numbers.cents(&more.abs());
        let phrase = match (more.is_zero(), more.is_negative()) {
            (true, _) => &self.words.same,
            (_, true) => &self.words.less,
            _ => &self.words.more,
        };
        let by = share.map_or(size.clone(), |share| {
            self.all.list.named_value.fill(&[("name", &size), ("value", &share)])
        });
        let change =
            if more.is_zero() { phrase.text().to_owned() } else { phrase.fill(&[("by", &by)]) };
        self.words.cost.fill(&[
            ("old", &self.numbers.cents(&old)),
            ("new", &self.numbers.cents(&new)),
            ("change", &change),
        ])
    }

    /// Those whose pay changes: who gains most first, who loses most last.
    fn people(&self) -> Option<Table> {
        let changed: Vec<&PersonTotal> = self
            .of
            .simulation
            .people
            .iter()
            .filter(|person| person.fares != Fares::Unchanged)
            .collect();
        let gain = changed.iter().filter(|person| person.fares == Fares::Gains).count();
        let lose = changed.len() - gain;
        let first = gain.min(MOST_EACH);
        let last = lose.min(MOST_EACH);
        let listed = changed[..first].iter().chain(&changed[changed.len() - last..]);
        let rows: Vec<Vec<Cell>> = listed.map(|person| self.person(person)).collect();
        let mut columns = vec![left(&self.words.unit), left(&self.all.column.person)];
        if self.of.periods.len() <= MOST_PERIODS {
            let period = |&period: &Period| Column {
                label: self.period(period),
                align: Align::Right,
                under: false,
            };
            columns.extend(self.of.periods.iter().map(period));
        }
        if self.of.simulation.by_amount {
            columns.extend([right(&self.words.old), right(&self.words.new)]);
        }
        columns.push(right(&self.words.difference));
        let left_out = changed.len() - first - last;
        let note = || self.words.left_out.fill(&[("rest", &left_out.to_string())]);
        let notes = if left_out > 0 { vec![note()] } else { Vec::new() };
        let title = self.words.people.text().to_owned();
        (!rows.is_empty()).then_some(Table { key: "people", title, columns, rows, notes })
    }

    fn person(&self, person: &PersonTotal) -> Vec<Cell> {
        let mut row = vec![desk::plain(person.unit.as_str()), desk::plain(self.name(person))];
        if self.of.periods.len() <= MOST_PERIODS {
            row.extend(self.of.periods.iter().map(|&period| {
                let rows = &self.of.simulation.rows;
                let found = rows.iter().find(|row| row.period == period && row.unit == person.unit);
                desk::plain(found.map_or_else(String::new, |row| self.both(row)))
            }));
        }
        if self.of.simulation.by_amount {
            row.extend([
                desk::plain(self.amount(&person.old)),
                desk::plain(self.amount(&person.new)),
            ]);
        }
        let tone = if person.fares == Fares::Gains { Tone::Good } else { Tone::Bad };
        row.push(Cell { text: self.difference(&person.difference), tone, ..Cell::default() });
        row
    }

    /// “1.0 → 1.2”, or one of them where both are the same.
    fn both(&self, row: &Compared) -> String {
        let (old, new) = (self.given(&row.old), self.given(&row.new));
        if old == new { old } else { format!("{old} → {new}") }
    }

    /// The coefficient, or a word for why there is none.
    fn given(&self, given: &Given) -> String {
        let words = &self.all.coefficient;
        match &given.coefficient {
            Some(Ok(coefficient)) => self.numbers.coefficient(coefficient),
            Some(Err(NoCoefficient::NoPlan { .. })) => words.no_plan_short.text().to_owned(),
            Some(Err(NoCoefficient::Participation { .. })) => {
                words.participation_short.text().to_owned()
            }
            Some(Err(NoCoefficient::Basis(why) | NoCoefficient::Second(why))) => {
                desk::absence_word(self.all, *why).to_owned()
            }
            None => self.all.absence.nothing.text().to_owned(),
        }
    }

    fn bands(&self) -> Table {
        let columns = vec![
            left(&self.words.band),
            right(&self.words.old_count),
            right(&self.words.new_count),
        ];
        let row = |count: &BandCount| {
            vec![
                desk::plain(self.band(count)),
                desk::plain(count.old.to_string()),
                desk::plain(count.new.to_string()),
            ]
        };
        let rows = self.of.simulation.bands.iter().map(row).collect();
        let title = self.words.bands.text().to_owned();
        Table { key: "bands", title, columns, rows, notes: Vec::new() }
    }

    fn band(&self, count: &BandCount) -> String {
        match &count.band {
            Some(edges) => band_text(self.all, edges, &|value| self.numbers.share(value)),
            None => self.words.no_coefficient.text().to_owned(),
        }
    }

    fn sheet(&self, lines: &[String]) -> Book {
        let tab = |name: &Phrase, columns: Vec<SheetColumn>, rows, notes| {
            let table = SheetTable { columns, rows, ..SheetTable::default() };
            Sheet::plain(name.text(), table, notes)
        };
        let column =
            |label: &Phrase, width| SheetColumn::new(label.text(), width, ColumnKind::Text);
        let words = self.words;
        let text = |text: &str| SheetCell::Text(text.to_owned());
        let amount = |value: &Exact| SheetCell::Amount(value.clone());
        let simulation = self.of.simulation;
        let people = simulation.people.iter().map(|person| {
            vec![
                text(person.unit.as_str()),
                text(&self.name(person)),
                amount(&person.old),
                amount(&person.new),
                amount(&person.difference),
            ]
        });
        let person = [column(&words.unit, 12), column(&self.all.column.person, 14)];
        let money = [column(&words.old, 16), column(&words.new, 16), column(&words.difference, 16)];
        let people = tab(
            &words.people_tab,
            [&person[..], &money[..]].concat(),
            people.collect(),
            lines.to_vec(),
        );
        let paid = |given: &Given| given.amount.as_ref().map_or(SheetCell::Empty, amount);
        let plan = |given: &Given| given.plan.as_deref().map_or(SheetCell::Empty, text);
        let details = simulation.rows.iter().map(|row| {
            vec![
                text(&self.period(row.period)),
                text(row.unit.as_str()),
                text(&self.of.org.name(&row.unit, self.of.language)),
                plan(&row.old),
                text(&self.given(&row.old)),
                paid(&row.old),
                plan(&row.new),
                text(&self.given(&row.new)),
                paid(&row.new),
            ]
        });
        let detail_columns = [
            &[column(&words.period, 16)][..],
            &person,
            &[
                column(&words.old_plan, 20),
                column(&words.old_coefficient, 14),
                column(&words.old, 16),
                column(&words.new_plan, 20),
                column(&words.new_coefficient, 14),
                column(&words.new, 16),
            ],
        ];
        let details =
            tab(&words.details_tab, detail_columns.concat(), details.collect(), Vec::new());
        let count = |count: usize| SheetCell::Text(count.to_string());
        let bands = simulation
            .bands
            .iter()
            .map(|band| vec![text(&self.band(band)), count(band.old), count(band.new)]);
        let band_columns = vec![
            column(&words.band, 26),
            column(&words.old_count, 14),
            column(&words.new_count, 14),
        ];
        let bands = tab(&words.bands, band_columns, bands.collect(), Vec::new());
        Book { file: String::new(), sheets: vec![people, details, bands] }
    }

    fn period(&self, period: Period) -> String {
        calendar::in_words(self.all, period, self.of.fiscal)
    }

    fn name(&self, person: &PersonTotal) -> String {
        self.of.org.name(&person.unit, self.of.language)
    }

    fn amount(&self, value: &Exact) -> String {
        self.numbers.plain_cents(value)
    }

    /// With its sign, in what decides.
    fn difference(&self, value: &Exact) -> String {
        let digits = if self.of.simulation.by_amount {
            self.numbers.plain_cents(&value.abs())
        } else {
            self.numbers.coefficient(&value.abs())
        };
        format!("{}{digits}", if value.is_negative() { "−" } else { "+" })
    }
}

fn left(label: &Phrase) -> Column {
    Column { label: label.text().to_owned(), ..Column::default() }
}

fn right(label: &Phrase) -> Column {
    Column { align: Align::Right, ..left(label) }
}
