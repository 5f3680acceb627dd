//! 改进计划表: what a warned unit gets to fill in. Its columns are those that its table of actions is
//! read by, and beside them what the reader needs to decide.

use chrono::{Days, NaiveDate};

use super::actions::state_text;
use super::briefing::PlanForm;
use super::desk::Desk;
use super::how;
use super::seen::Seen;
use super::sheet::{Book, ColumnKind, Sheet, SheetCell, SheetColumn, SheetTable};
use super::warned;
use super::words::Phrase;
use crate::calc::playbook::Proposal;
use crate::calc::score::{Score, Warning};
use crate::model::{Language, Metric, MetricId, MetricUnit, UnitId, round};

/// Days until a measure is due that the play-book has nothing for.
const USUAL_DAYS: u32 = 30;

/// The sheet of a unit; none where nothing of it is warned, or warned mails carry no sheet.
pub fn plan_sheet(seen: &Seen<'_>, owner: Option<&UnitId>, language: Language) -> Option<Book> {
    sheet_of(&Desk::new(&seen.briefing(), seen.unit(), language), owner)
}

/// The sheet of a desk's unit.
pub(super) fn sheet_of(desk: &Desk<'_>, owner: Option<&UnitId>) -> Option<Book> {
    let (briefing, unit) = (desk.briefing, desk.unit);
    let form = briefing.plan_form?;
    let rows = rows(desk);
    if rows.is_empty() {
        return None;
    }
    let writer = Writer { desk, form, owner };
    let words = &desk.words.plan_sheet;
    let sheet = form.extract.xlsx.sheet.as_deref().unwrap_or(words.file.text());
    let (columns, cells): (Vec<_>, Vec<_>) = writer.columns().into_iter().unzip();
    let filled = rows.iter().map(|row| cells.iter().map(|cell| cell(&writer, row)).collect());
    let table = SheetTable { columns, rows: filled.collect(), ..SheetTable::default() };
    let plan = Sheet { keeps_name: true, ..Sheet::plain(sheet, table, Vec::new()) };
    let file = format!("{}-{}-{}-{}", words.file.text(), briefing.judged, unit, desk.name(unit));
    let tabs = [Some(plan), writer.running_tab(), Some(writer.guide_tab())];
    Some(Book { file, sheets: tabs.into_iter().flatten().collect() })
}

/// A metric that misses its target, with a measure for it where the play-book has one.
struct Row<'a> {
    metric: &'a Metric,
    score: &'a Score,
    /// What a warning was judged by: the month, or the year to date.
    judged: &'a Score,
    proposal: Option<Proposal<'a>>,
    /// Of the rows of its metric.
    number: usize,
}

/// The warned metrics, the red ones first, then those that a measure is proposed for.
fn rows<'a>(desk: &Desk<'a>) -> Vec<Row<'a>> {
    let scores = how::scores(desk, desk.unit);
    let warned = [Warning::Red, Warning::Yellow]
        .into_iter()
        .flat_map(|warning| scores.iter().copied().filter(move |score| score.warning == warning));
    let mut ordered: Vec<&Score> = warned.collect();
    if ordered.is_empty() {
        return Vec::new();
    }
    let proposals = how::proposals(desk, desk.unit);
    for proposal in &proposals {
        if !ordered.iter().any(|score| score.metric == proposal.score.metric) {
            ordered.push(proposal.score);
        }
    }
    let mut rows = Vec::new();
    for score in ordered {
        let Some(metric) = desk.metric(&score.metric) else { continue };
        let of = proposals.iter().filter(|proposal| proposal.score.metric == score.metric);
        let mut own: Vec<Option<Proposal<'a>>> = of.copied().map(Some).collect();
        if own.is_empty() {
            own.push(None);
        }
        let judged = warned::judged(desk, score);
        let row = |(number, proposal)| Row { metric, score, judged, proposal, number };
        rows.extend((1..).zip(own).map(row));
    }
    rows
}

struct Writer<'a> {
    desk: &'a Desk<'a>,
    form: PlanForm<'a>,
    owner: Option<&'a UnitId>,
}

type Filled<'a> = fn(&Writer<'a>, &Row<'a>) -> SheetCell;

impl<'a> Writer<'a> {
    /// What the file calls a column of the table of actions.
    fn header(&self, name: &str) -> String {
        let column = self.form.extract.columns.iter().find(|column| column.name == name);
        column.map_or(name, |column| column.header()).to_owned()
    }

    /// The columns in their order, each with what stands in it. Those of the table of actions have
    /// the headers that it is read by.
    fn columns(&self) -> Vec<(SheetColumn, Filled<'a>)> {
        let (sheet, column) = (&self.desk.words.plan_sheet, &self.desk.words.column);
        let read = self.form.actions;
        let of = |label: String, width: u16, open: bool, filled: Filled<'a>| {
            let kind = if open { ColumnKind::Open } else { ColumnKind::Text };
            Some((SheetColumn { label, width, kind }, filled))
        };
        let info =
            |label: &Phrase, width, filled| of(label.text().to_owned(), width, false, filled);
        let given = |name: &Option<String>, width, open, filled| {
            name.as_ref().and_then(|name| of(self.header(name), width, open, filled))
        };
        let columns = [
            given(&read.id, 24, false, |w, row| SheetCell::Text(w.id(row))),
            of(self.header(&read.unit), 10, false, |w, _| text(w.desk.unit.as_str())),
            info(&sheet.unit, 14, |w, _| text(&w.desk.name(w.desk.unit))),
            of(self.header(&read.metric), 14, false, |w, row| text(w.desk.label(row.metric))),
            info(&column.warning, 10, |w, row| text(w.desk.tone(row.score).1)),
            info(&column.actual, 15, |w, row| text(&w.actual(row))),
            info(&column.target, 15, |w, row| text(&w.target(row))),
            info(&column.attainment, 9, |w, row| text(&w.desk.attainment(row.judged).text)),
            info(&column.gap, 15, |w, row| text(&w.desk.gap_cell(row.metric, row.judged).text)),
            info(&sheet.cause, 24, |w, row| w.cause(row)),
            info(&sheet.proposal, 32, |w, row| w.proposal(row)),
            info(&sheet.running, 28, |w, row| w.running(row)),
            of(sheet.analysis.text().to_owned(), 32, true, |_, _| SheetCell::Empty),
            of(self.header(&read.measure), 32, true, |_, _| SheetCell::Empty),
            given(&read.owner, 11, true, |w, _| {
                w.owner.map_or(SheetCell::Empty, |id| text(id.as_str()))
            }),
            given(&read.opened, 12, true, |w, _| SheetCell::Date(w.desk.briefing.as_of)),
            of(self.header(&read.due), 12, true, |w, row| SheetCell::Date(w.due(row))),
            given(&read.expected, 14, true, |w, row| w.expected(row)),
            given(&read.status, 10, true, |w, _| SheetCell::Choice(w.states())),
            given(&read.done, 12, true, |_, _| SheetCell::Empty),
        ];
        columns.into_iter().flatten().collect()
    }

    /// The same each time for the same month, unit and metric.
    fn id(&self, row: &Row<'_>) -> String {
        let first = format!("{}-{}-{}", self.desk.briefing.judged, self.desk.unit, row.metric.id);
        if row.number == 1 { first } else { format!("{first}-{}", row.number) }
    }

    fn actual(&self, row: &Row<'_>) -> String {
        self.desk.figure(row.metric, &row.judged.actual, row.judged.target.known()).text
    }

    fn target(&self, row: &Row<'_>) -> String {
        self.desk.figure(row.metric, &row.judged.target, None).text
    }

    /// The drivers that stand out, and the process metrics that miss their target.
    fn cause(&self, row: &Row<'_>) -> SheetCell {
        let Some(cause) = how::cause(self.desk, row.score) else { return SheetCell::Empty };
        let words = &self.desk.words.plan_sheet;
        let of = |phrase: &Phrase, ids: Vec<&MetricId>| {
            let metrics: Vec<&Metric> = ids.iter().filter_map(|id| self.desk.metric(id)).collect();
            let labels = self.desk.labels(&metrics);
            (!metrics.is_empty()).then(|| phrase.fill(&[("metrics", &labels)]))
        };
        let drivers = cause.main_drivers().into_iter().map(|driver| &driver.name.metric);
        let missed = cause.missed().map(|process| &process.metric);
        let said = [
            of(&words.cause_drivers, drivers.collect()),
            of(&words.cause_process, missed.collect()),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        match said.is_empty() {
            true => SheetCell::Empty,
            false => SheetCell::Text(said.join(self.desk.words.list.clause.text())),
        }
    }

    fn proposal(&self, row: &Row<'_>) -> SheetCell {
        let measure = |proposal: Proposal<'_>| text(proposal.play.measure.get(self.desk.language));
        row.proposal.map_or(SheetCell::Empty, measure)
    }

    fn running(&self, row: &Row<'_>) -> SheetCell {
        let words = &self.desk.words.list;
        let running: Vec<String> = how::under_way(self.desk, self.desk.unit, Some(&row.metric.id))
            .map(|follow| {
                let state = state_text(self.desk, follow);
                let gaps = [("name", follow.action.measure.as_str()), ("value", &state)];
                words.named_value.fill(&gaps)
            })
            .collect();
        if running.is_empty() {
            SheetCell::Empty
        } else {
            SheetCell::Text(running.join(words.clause.text()))
        }
    }

    fn due(&self, row: &Row<'_>) -> NaiveDate {
        let days = row.proposal.map_or(USUAL_DAYS, |proposal| proposal.play.due_days);
        self.desk.briefing.as_of + Days::new(u64::from(days))
    }

    /// With no more digits than the report shows of such a target.
    fn expected(&self, row: &Row<'_>) -> SheetCell {
        let target = row.score.target.known();
        let value = row.proposal.as_ref().map_or(target, Proposal::expected);
        let decimals = row.metric.decimals.max(2);
        match (value, row.metric.unit) {
            (None, _) => SheetCell::Empty,
            (Some(value), MetricUnit::Percent) => {
                SheetCell::Percent(round::half_up(value, decimals + 2))
            }
            (Some(value), _) => SheetCell::Amount(round::half_up(value, decimals)),
        }
    }

    /// The words that a state is chosen from, those that are read among them.
    fn states(&self) -> Vec<String> {
        let words = &self.desk.words.plan_sheet;
        let read = self.form.actions;
        let running = [words.not_begun.text(), words.in_progress.text()].map(str::to_owned);
        let ends = [&read.done_words, &read.cancelled_words];
        let ends = ends.into_iter().filter_map(|all| self.own_word(all));
        running.into_iter().chain(ends).collect()
    }

    /// Of words that are read, the first in letters of the reader's language, else the first.
    fn own_word(&self, words: &[String]) -> Option<String> {
        let latin = self.desk.language == Language::En;
        words.iter().find(|word| word.is_ascii() == latin).or(words.first()).cloned()
    }

    /// The unit's measures that are under way, to be looked at.
    fn running_tab(&self) -> Option<Sheet> {
        let desk = self.desk;
        let (words, column) = (&desk.words.plan, &desk.words.column);
        let labels = [
            (column.metric.text(), 14),
            (words.measure.text(), 40),
            (column.owner.text(), 12),
            (words.due.text(), 12),
            (words.state.text(), 16),
            (words.expected.text(), 14),
        ];
        let columns =
            labels.map(|(label, width)| SheetColumn::new(label, width, ColumnKind::Text)).into();
        let rows: Vec<Vec<SheetCell>> = how::under_way(desk, desk.unit, None)
            .map(|follow| {
                let action = &follow.action;
                let metric = desk.metric(&action.metric);
                let expected = metric.zip(action.expected.as_ref());
                let expected = expected.map(|(metric, value)| desk.numbers.goal(metric, value));
                vec![
                    text(metric.map_or(action.metric.as_str(), |metric| desk.label(metric))),
                    text(&action.measure),
                    action.owner.as_ref().map_or(SheetCell::Empty, |id| text(&desk.name(id))),
                    SheetCell::Date(action.due),
                    SheetCell::Text(state_text(desk, follow)),
                    expected.map_or(SheetCell::Empty, SheetCell::Text),
                ]
            })
            .collect();
        let table = SheetTable { columns, rows, ..SheetTable::default() };
        let name = desk.words.plan_sheet.tab_running.text();
        (!table.rows.is_empty()).then(|| Sheet::plain(name, table, Vec::new()))
    }

    fn guide_tab(&self) -> Sheet {
        let words = &self.desk.words.plan_sheet;
        let read = self.form.actions;
        let day = (self.desk.briefing.as_of + Days::new(u64::from(USUAL_DAYS))).to_string();
        let header = |name: &Option<String>| name.as_ref().map(|name| self.header(name));
        let (measure, unit, metric) =
            (self.header(&read.measure), self.header(&read.unit), self.header(&read.metric));
        let mut lines = vec![
            words.guide_rows.fill(&[("measure", &measure)]),
            words.guide_more.fill(&[("unit", &unit), ("metric", &metric)]),
        ];
        lines.extend(header(&read.owner).map(|owner| words.guide_owner.fill(&[("owner", &owner)])));
        lines.extend(
            header(&read.expected).map(|expected| {
                words.guide_expected.fill(&[("expected", &expected), ("day", &day)])
            }),
        );
        let state =
            header(&read.status).zip(header(&read.done)).zip(self.own_word(&read.done_words));
        lines.extend(state.map(|((status, done_on), done)| {
            words.guide_done.fill(&[("status", &status), ("done", &done), ("done_on", &done_on)])
        }));
        lines.push(words.guide_place.fill(&[("place", &self.form.extract.location)]));
        Sheet::lines(words.tab_guide.text(), lines)
    }
}

fn text(text: &str) -> SheetCell {
    SheetCell::Text(text.to_owned())
}
