//! What was read and found, in tables.

use chrono::NaiveDate;

use super::{Sheet, SourceFacts, Unreachable};
use crate::model::{
    Absentee, Consequence, Exact, Finding, Found, Level, MetricUnit, Rhythm, Total, UnitId,
};
use crate::report::desk::{muted, plain, strong};
use crate::report::document::{Block, Cell, Column, Table, Tone};
use crate::report::pack::kind;
use crate::report::reminder::{Shortfall, in_words, original, without_silence};
use crate::report::units::{left, right};

/// So many people, reasons and owners are listed in a mail; the results have them all.
const MOST_ROWS: usize = 60;

impl Sheet<'_> {
    fn nothing(&self) -> Cell {
        muted(self.words.absence.nothing.text())
    }

    fn day(&self, day: Option<NaiveDate>) -> Cell {
        day.map_or_else(|| self.nothing(), |day| plain(day.to_string()))
    }

    /// None where it would be empty.
    fn table(
        &self,
        key: &'static str,
        columns: Vec<Column>,
        mut rows: Vec<Vec<Cell>>,
    ) -> Option<Table> {
        let rest = rows.len().saturating_sub(MOST_ROWS);
        rows.truncate(MOST_ROWS);
        let more = || self.words.pack.more_rows.fill(&[("rest", &rest.to_string())]);
        let notes = if rest > 0 { vec![more()] } else { Vec::new() };
        (!rows.is_empty()).then(|| Table { key, title: String::new(), columns, rows, notes })
    }

    /// What stopped the run, and below it what the program said of it.
    pub(super) fn stopped_by(&self) -> Option<Table> {
        let words = &self.words.quality;
        let columns = vec![
            left(&words.place),
            left(&words.problem),
            left(&self.words.reminder.original).under(),
        ];
        let row = |why: &Shortfall| {
            let what = if why.missing { words.missing.text() } else { words.failed.text() };
            let what = match why.extract.as_str() {
                "" => what.to_owned(),
                extract => self.words.list.label.fill(&[("label", extract), ("text", what)]),
            };
            let what = Cell { tone: Tone::Bad, ..plain(what) };
            vec![strong(in_words(self.words, &why.place)), what, original(self.words, why)]
        };
        let rows = self.facts.stopped_by.iter().map(row).collect();
        Some(without_silence(self.words, self.table("stopped_by", columns, rows)?))
    }

    pub(super) fn sources(&self) -> Option<Table> {
        let (words, pack) = (&self.words.quality, &self.words.pack);
        let columns = vec![
            left(&pack.extract),
            left(&words.responsible).under(),
            left(&words.rhythm).under(),
            right(&pack.rows),
            right(&pack.set_aside),
            right(&self.words.cause.share).under(),
            right(&words.in_period),
            left(&words.last_row).under(),
            left(&words.state),
        ];
        let row = |source: &SourceFacts| {
            let share = Exact::from(source.rejected).over(&Exact::from(source.rows));
            let share = share.filter(|_| source.rejected > 0);
            let whole = |number| plain(self.numbers.whole(number));
            vec![
                strong(source.extract.as_str()),
                match source.responsible.as_str() {
                    "" => self.nothing(),
                    name => plain(name),
                },
                source.rhythm.map_or_else(|| self.nothing(), |rhythm| plain(self.rhythm(rhythm))),
                whole(source.rows),
                if source.rejected > 0 { whole(source.rejected) } else { self.nothing() },
                share.map_or_else(|| self.nothing(), |of| plain(self.numbers.hundredths(&of))),
                source.in_period.map_or_else(|| self.nothing(), whole),
                self.day(source.last),
                self.state(source),
            ]
        };
        self.table("sources", columns, self.facts.sources.iter().map(row).collect())
    }

    fn rhythm(&self, rhythm: Rhythm) -> &str {
        let words = &self.words.quality;
        match rhythm {
            Rhythm::Monthly => words.monthly.text(),
            Rhythm::Weekly => words.weekly.text(),
            Rhythm::Daily => words.daily.text(),
            Rhythm::Irregular => words.irregular.text(),
        }
    }

    fn state(&self, source: &SourceFacts) -> Cell {
        let found: Vec<&Finding> =
            self.facts.findings.iter().filter(|found| found.extract == source.extract).collect();
        let above = usize::from(source.above().is_some());
        let words = &self.words.quality;
        let holds = above > 0 || found.iter().any(|found| found.then == Consequence::Hold);
        match found.len() + above {
            0 => Cell { tone: Tone::Good, ..plain(words.fine.text()) },
            count => {
                let text = words.to_mend.fill(&[("count", &count.to_string())]);
                Cell { tone: if holds { Tone::Bad } else { Tone::Watch }, ..plain(text) }
            }
        }
    }

    /// Why rows were set aside, each reason with its first places; and the file that lists them all.
    pub(super) fn rejects(&self) -> Vec<Block> {
        let (words, pack) = (&self.words.quality, &self.words.pack);
        let columns = vec![
            left(&pack.extract),
            left(&self.words.column.reason).under(),
            left(&pack.column),
            right(&pack.rows),
            left(&pack.example),
        ];
        let rows = self.facts.rejects.iter().map(|one| {
            let samples = one.samples.iter().map(|sample| {
                let value = if sample.value.is_empty() { "—" } else { &sample.value };
                let row = sample.row.to_string();
                pack.example_at.fill(&[("value", value), ("file", &sample.file), ("row", &row)])
            });
            vec![
                strong(one.extract.as_str()),
                plain(kind(pack, one.kind)),
                if one.column.is_empty() { self.nothing() } else { plain(&one.column) },
                plain(self.numbers.whole(one.rows as u64)),
                plain(samples.collect::<Vec<_>>().join(self.words.list.clause.text())),
            ]
        });
        let table = self.table("rejects", columns, rows.collect());
        let table = table.map(|mut table| {
            let attached = self.briefing.attached;
            table.notes.extend(attached.map(|file| words.attached.fill(&[("file", file)])));
            Block::Table(table)
        });
        table.into_iter().collect()
    }

    pub(super) fn people(&self) -> Option<Table> {
        let (words, column) = (&self.words.quality, &self.words.column);
        let columns = vec![
            left(&self.words.pack.extract),
            left(&column.person),
            left(&column.department).under(),
            left(&words.manager),
            left(&words.last_record),
            left(&words.weeks),
        ];
        let mut rows = Vec::new();
        for finding in &self.facts.findings {
            let Found::People { absent, .. } = &finding.what else { continue };
            rows.extend(absent.iter().map(|who| self.absentee(finding, who)));
        }
        self.table("people", columns, rows)
    }

    fn absentee(&self, finding: &Finding, who: &Absentee) -> Vec<Cell> {
        let org = self.briefing.org;
        let words = &self.words.quality;
        let home = org.home(&who.person, &self.briefing.judged.dates(self.briefing.fiscal));
        let manager = org
            .and_above(home)
            .filter_map(|unit| org.units.get(unit)?.owner.as_ref())
            .find(|owner| **owner != who.person);
        let name = |id: &UnitId| org.name(id, self.language);
        vec![
            plain(self.extract(&finding.extract)),
            strong(name(&who.person)),
            plain(name(home)),
            manager.map_or_else(|| self.nothing(), |id| plain(name(id))),
            match who.last {
                Some(day) => plain(day.to_string()),
                None => muted(words.never.text()),
            },
            match who.weeks.is_empty() {
                true => plain(words.whole_period.text()),
                false => plain(self.days(&who.weeks)),
            },
        ]
    }

    pub(super) fn drift(&self) -> Option<Table> {
        let words = &self.words.quality;
        let columns = vec![
            left(&self.words.pack.extract),
            left(&words.month).under(),
            left(&self.words.pack.what),
            right(&words.value),
            right(&words.mean),
            right(&words.change),
            right(&words.tolerance),
        ];
        let row = |finding: &Finding| match &finding.what {
            Found::Drift { month, measure, value, mean, tolerance, .. } => Some(vec![
                strong(self.extract(&finding.extract)),
                plain(self.period_text(*month)),
                plain(self.measure(measure)),
                plain(self.amount(measure, value)),
                plain(self.amount(measure, mean)),
                self.toned(finding, self.change(value, mean)),
                plain(format!("±{}", self.numbers.share(tolerance))),
            ]),
            _ => None,
        };
        self.table("drift", columns, self.facts.findings.iter().filter_map(row).collect())
    }

    fn toned(&self, finding: &Finding, text: String) -> Cell {
        let hold = finding.then == Consequence::Hold;
        Cell { tone: if hold { Tone::Bad } else { Tone::Watch }, ..plain(text) }
    }

    pub(super) fn stated(&self) -> Option<Table> {
        let words = &self.words.quality;
        let columns = vec![
            left(&self.words.pack.extract),
            left(&words.month).under(),
            left(&self.words.pack.what),
            right(&words.stated_value),
            right(&words.read_value),
            right(&self.words.pack.difference),
        ];
        let row = |finding: &Finding| match &finding.what {
            Found::Stated { month, measure, stated, read, .. } => Some(vec![
                strong(self.extract(&finding.extract)),
                plain(self.period_text(*month)),
                plain(self.measure(measure)),
                plain(self.amount(measure, stated)),
                plain(self.amount(measure, read)),
                self.toned(finding, self.amount(measure, &(read - stated))),
            ]),
            _ => None,
        };
        self.table("stated", columns, self.facts.findings.iter().filter_map(row).collect())
    }

    /// The total = credited + nobody's + set aside, for each metric; hidden ones too, since this
    /// reader mends what they are made of.
    pub(super) fn totals(&self) -> Option<Table> {
        let pack = &self.words.pack;
        let columns = vec![
            left(&self.words.column.metric),
            left(&pack.extract).under(),
            right(&pack.total),
            right(&pack.credited),
            right(&pack.unassigned),
            right(&pack.set_aside).under(),
            right(&self.words.statement.overlay).under(),
            right(&pack.difference),
        ];
        let row = |one: &Total| {
            let metric = self.briefing.metrics.iter().find(|metric| metric.id == one.metric)?;
            let amount = |value: &Exact| match metric.unit {
                MetricUnit::Money => plain(self.numbers.plain_cents(value)),
                _ => plain(self.numbers.undiminished(metric, value)),
            };
            let mut row =
                vec![strong(metric.label.get(self.language)), plain(one.extract.as_str())];
            row.extend([&one.total, &one.credited, &one.unassigned, &one.rejected].map(amount));
            row.push(if one.overlay.is_zero() { self.nothing() } else { amount(&one.overlay) });
            let difference = one.difference();
            let tone = if difference.is_zero() { Tone::Plain } else { Tone::Bad };
            row.push(Cell { tone, ..amount(&difference) });
            Some(row)
        };
        let rows = self.facts.totals.iter().filter_map(row).collect();
        let mut table = self.table("totals", columns, rows)?;
        table.notes.push(self.words.quality.totals_note.text().to_owned());
        Some(table)
    }

    pub(super) fn unreached(&self) -> Option<Table> {
        let words = &self.words.quality;
        let columns = vec![
            left(&words.report),
            left(&words.responsible).under(),
            left(&words.address),
            left(&words.why),
        ];
        let org = self.briefing.org;
        let rows = self.facts.unreached.iter().map(|one| {
            let why = match one.why {
                Unreachable::Nobody => &words.nobody,
                Unreachable::NoAddress => &words.no_address,
                Unreachable::BadAddress => &words.bad_address,
                Unreachable::OtherDomain => &words.other_domain,
            };
            let owner = one.owner.as_ref();
            let itself = org.level(&one.unit) == Some(Level::Person) && owner == Some(&one.unit);
            let owner = owner.filter(|_| !itself);
            vec![
                strong(org.name(&one.unit, self.language)),
                owner.map_or_else(|| self.nothing(), |id| plain(org.name(id, self.language))),
                one.mail.as_ref().map_or_else(|| self.nothing(), |mail| plain(mail.as_str())),
                Cell { tone: Tone::Watch, ..plain(why.text()) },
            ]
        });
        self.table("unreached", columns, rows.collect())
    }
}
