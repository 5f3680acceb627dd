//! What one report is written on: the briefing, the unit, the words, and the figures looked up.

use super::briefing::Briefing;
use super::calendar;
use super::document::{Cell, ReportKind, Tone};
use super::numbers::Numbers;
use super::words::{Words, inside};
use crate::calc::score::{Change, PeerStanding, Score, Warning, Within};
use crate::calc::{CoefficientAward, CompositeScore, NoCoefficient};
use crate::model::plan::RankBy;
use crate::model::{
    Absence, DateRange, Direction, Exact, Figure, FiscalYear, Language, Level, Metric, MetricId,
    MetricUnit, Period, UnitId,
};

/// How long the tables of a report may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breadth {
    /// A mail that is too long is cut off by its reader's program.
    Mail,
    /// The booklet of a quarter has room for everybody.
    Booklet,
}

pub(super) struct Desk<'a> {
    pub(super) briefing: &'a Briefing<'a>,
    pub(super) unit: &'a UnitId,
    pub(super) language: Language,
    pub(super) words: &'a Words,
    pub(super) numbers: Numbers<'a>,
    pub(super) kind: ReportKind,
    pub(super) breadth: Breadth,
    /// The days of the judged period.
    pub(super) dates: DateRange,
    /// The year to date that ends with the judged period.
    pub(super) to_date: Period,
}

impl<'a> Desk<'a> {
    pub(super) fn new(briefing: &'a Briefing<'a>, unit: &'a UnitId, language: Language) -> Self {
        let words = briefing.words.of(language);
        let dates = briefing.judged.dates(briefing.fiscal);
        let kind = match briefing.org.level(unit) {
            Some(Level::Company) => ReportKind::Company,
            Some(Level::Department) => ReportKind::Department,
            Some(Level::Person) | None => ReportKind::Person,
        };
        Self {
            briefing,
            unit,
            language,
            words,
            numbers: Numbers::new(
                words,
                briefing.currency,
                briefing.plan,
                &briefing.causes.least_share,
            ),
            kind,
            breadth: Breadth::Mail,
            dates,
            to_date: calendar::to_date(dates.last_day()),
        }
    }

    /// A desk for another unit, with the same briefing, language and breadth.
    pub(super) fn about<'b>(&self, unit: &'b UnitId) -> Desk<'b>
    where
        'a: 'b,
    {
        Desk { breadth: self.breadth, ..Desk::new(self.briefing, unit, self.language) }
    }

    /// The metrics that reports show, in their order.
    pub(super) fn metrics(&self) -> impl Iterator<Item = &'a Metric> {
        self.briefing.metrics.iter().filter(|metric| !metric.hidden)
    }

    pub(super) fn metric(&self, id: &MetricId) -> Option<&'a Metric> {
        self.briefing.metrics.iter().find(|metric| metric.id == *id)
    }

    /// The first of the headline: what a report is about.
    pub(super) fn main(&self) -> Option<&'a Metric> {
        self.briefing.headline.iter().find_map(|id| self.metric(id))
    }

    /// The score of a unit in the judged period.
    pub(super) fn score(&self, unit: &UnitId, metric: &MetricId) -> Option<&'a Score> {
        self.briefing.cards.score(self.briefing.judged, unit, metric)
    }

    /// The score of a unit in the year to date; none where that is the judged period itself.
    pub(super) fn score_to_date(&self, unit: &UnitId, metric: &MetricId) -> Option<&'a Score> {
        if self.to_date.dates(self.briefing.fiscal) == self.dates {
            return None;
        }
        self.briefing.cards.score(self.to_date, unit, metric)
    }

    /// Whether the rank of a unit is made by its composite.
    pub(super) fn ranks_by_composite(&self) -> bool {
        let plan = self.briefing.plan;
        plan.rank.by == RankBy::Composite && plan.composite.is_some()
    }

    pub(super) fn composite(&self, unit: &UnitId) -> Option<&'a CompositeScore> {
        self.briefing.cards.composite(self.briefing.judged, unit)
    }

    /// The standing that counts for a unit, whose score of the main metric is given.
    pub(super) fn leading_standing<'s>(&self, score: &'s Score) -> Option<&'s PeerStanding>
    where
        'a: 's,
    {
        if self.ranks_by_composite() {
            self.composite(&score.unit)?.standing.as_ref()
        } else {
            score.standing.as_ref()
        }
    }

    /// With whom a unit is compared, in words that a number may follow.
    pub(super) fn peers_name(&self, within: &Within) -> String {
        let words = &self.words.lead;
        match within {
            Within::Unit(unit) if *unit == self.briefing.org.company => {
                words.whole_company.text().to_owned()
            }
            Within::Unit(unit) => self.name_before_number(unit),
            Within::Role(role) => words.within_role.fill(&[("role", role)]),
            Within::Group(name) => {
                let group = self.briefing.plan.rank.groups.iter().find(|group| group.name == *name);
                let label = group.and_then(|group| group.label.as_ref());
                let label = label.map_or(name.as_str(), |label| label.get(self.language));
                words.within_group.fill(&[("group", label)])
            }
        }
    }

    pub(super) fn award(&self, unit: &UnitId) -> Option<&'a CoefficientAward> {
        self.briefing.cards.coefficient(self.briefing.judged, unit)
    }

    /// The award of the quarter that ends with the judged month.
    pub(super) fn award_of_quarter(&self, unit: &UnitId) -> Option<&'a CoefficientAward> {
        self.briefing.cards.coefficient(self.quarter_that_ends()?, unit)
    }

    /// The quarter that ends with the judged month.
    pub(super) fn quarter_that_ends(&self) -> Option<Period> {
        let judged = self.briefing.judged;
        let fiscal = self.briefing.fiscal;
        let quarter = Period::quarter_of(judged.dates(fiscal).start, fiscal);
        let ends = quarter.dates(fiscal).end == judged.dates(fiscal).end;
        (ends && quarter != judged).then_some(quarter)
    }

    pub(super) fn name(&self, unit: &UnitId) -> String {
        self.briefing.org.name(unit, self.language)
    }

    /// A unit's name before a number: a Latin name keeps apart from digits by a space.
    pub(super) fn name_before_number(&self, unit: &UnitId) -> String {
        let mut name = self.name(unit);
        if self.language == Language::Zh && name.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            name.push(' ');
        }
        name
    }

    pub(super) fn period_text(&self, period: Period) -> String {
        calendar::in_words(self.words, period, self.briefing.fiscal)
    }

    /// A month beside others of its year: “3月”.
    pub(super) fn month_text(&self, month: Period) -> String {
        calendar::month_in_words(self.words, month)
    }

    /// The quarter and the fiscal year that end with the judged period, where they are another.
    pub(super) fn ending(&self) -> Vec<Period> {
        let (judged, fiscal) = (self.briefing.judged, self.briefing.fiscal);
        let start = self.dates.start;
        [Period::quarter_of(start, fiscal), Period::Year(fiscal.year_of(start))]
            .into_iter()
            .filter(|whole| *whole != judged && whole.dates(fiscal).end == self.dates.end)
            .collect()
    }

    /// Whether the company's year begins in January.
    pub(super) fn has_calendar_year(&self) -> bool {
        self.briefing.fiscal == FiscalYear::default()
    }

    /// A metric's label as it stands by itself.
    pub(super) fn label<'m>(&self, metric: &'m Metric) -> &'m str {
        metric.label.get(self.language)
    }

    /// A metric's label inside a sentence.
    pub(super) fn label_inside(&self, metric: &Metric) -> String {
        inside(self.label(metric))
    }

    /// Labels of several metrics as a list in a sentence.
    pub(super) fn labels(&self, metrics: &[&Metric]) -> String {
        let labels: Vec<String> = metrics.iter().map(|metric| self.label_inside(metric)).collect();
        self.words.list(&labels)
    }

    pub(super) fn absence(&self, absence: Absence) -> &'a str {
        absence_word(self.words, absence)
    }

    /// A metric's change as it stands in tables and tiles.
    pub(super) fn change(&self, metric: &Metric, change: &Change) -> String {
        match change {
            Change::Relative(share) => self.numbers.relative(share),
            Change::Points(points) => self.numbers.in_points(metric, points),
            Change::Absent(absence) => self.absence(*absence).to_owned(),
        }
    }

    /// How far a figure is from its target, in words: “缺口76.5万元”, “1.8 pp below target”.
    pub(super) fn gap(&self, metric: &Metric, gap: &Exact) -> String {
        let words = &self.words.gap;
        let adds = metric.unit != MetricUnit::Percent && metric.direction == Direction::Higher;
        let phrase = match (gap.is_negative(), adds) {
            _ if gap.is_zero() => &words.none,
            (true, true) => &words.short,
            (false, true) => &words.over,
            (true, false) => &words.below,
            (false, false) => &words.above,
        };
        phrase.fill(&[("gap", &self.numbers.distance(metric, gap))])
    }

    /// The tone of a score and its word: the reason where there is nothing to judge, unless target
    /// or actual say it already.
    pub(super) fn tone(&self, score: &Score) -> (Tone, &'a str) {
        let words = &self.words.tone;
        match (score.warning, &score.attainment) {
            (Warning::Red, _) => (Tone::Bad, words.red.text()),
            (Warning::Yellow, _) => (Tone::Watch, words.yellow.text()),
            (Warning::None, Figure::Known(share)) if *share >= Exact::one() => {
                (Tone::Good, words.good.text())
            }
            (Warning::None, Figure::Known(_)) => (Tone::Plain, words.short.text()),
            (Warning::None, absent) if *absent == score.target || *absent == score.actual => {
                (Tone::Muted, words.not_judged.text())
            }
            (Warning::None, Figure::Absent(absence)) => (Tone::Muted, self.absence(*absence)),
        }
    }

    /// A figure as a table has it, or the word for its absence.
    pub(super) fn figure(&self, metric: &Metric, figure: &Figure, against: Option<&Exact>) -> Cell {
        match figure {
            Figure::Known(value) => plain(self.numbers.full(metric, value, against)),
            Figure::Absent(absence) => muted(self.absence(*absence)),
        }
    }

    /// An attainment with its bar and the tone of the score; a dash where the cells of target or
    /// actual say already why there is none.
    pub(super) fn attainment(&self, score: &Score) -> Cell {
        match &score.attainment {
            Figure::Known(share) => Cell {
                text: self.numbers.attainment(share),
                tone: self.tone(score).0,
                bar_percent: Some(filled_percent(share)),
                reach: Some(reach(share)),
                ..Cell::default()
            },
            absent if *absent == score.target || *absent == score.actual => self.nothing(),
            Figure::Absent(absence) => muted(self.absence(*absence)),
        }
    }

    /// The gap with its sign, in the tone of the score.
    pub(super) fn gap_cell(&self, metric: &Metric, score: &Score) -> Cell {
        match &score.gap {
            Some(gap) => Cell {
                text: self.numbers.difference(metric, gap),
                tone: self.tone(score).0,
                ..Cell::default()
            },
            None => self.nothing(),
        }
    }

    /// “3/17”, or a dash.
    pub(super) fn rank(&self, standing: Option<&PeerStanding>) -> Cell {
        match standing {
            Some(standing) => plain(format!("{}/{}", standing.rank, standing.peers)),
            None => self.nothing(),
        }
    }

    pub(super) fn coefficient(&self, unit: &UnitId) -> Cell {
        self.coefficient_of(self.award(unit))
    }

    /// A coefficient, or in a word why there is none.
    pub(super) fn coefficient_of(&self, award: Option<&CoefficientAward>) -> Cell {
        match award.map(|award| &award.coefficient) {
            Some(Ok(value)) => plain(self.numbers.coefficient(value)),
            Some(Err(NoCoefficient::Basis(absence) | NoCoefficient::Second(absence))) => {
                muted(self.absence(*absence))
            }
            Some(Err(NoCoefficient::NoPlan { .. })) => {
                muted(self.words.coefficient.no_plan_short.text())
            }
            Some(Err(NoCoefficient::Participation { .. })) => {
                muted(self.words.coefficient.participation_short.text())
            }
            None => self.nothing(),
        }
    }

    pub(super) fn nothing(&self) -> Cell {
        muted(self.words.absence.nothing.text())
    }
}

/// The word for an absence.
pub(super) fn absence_word(words: &Words, absence: Absence) -> &str {
    let words = &words.absence;
    match absence {
        Absence::NoTarget => words.no_target.text(),
        Absence::ZeroTarget => words.zero_target.text(),
        Absence::NoData => words.no_data.text(),
        Absence::Exempt => words.exempt.text(),
        Absence::NoBase => words.no_base.text(),
    }
}

pub(super) fn plain(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ..Cell::default() }
}

pub(super) fn strong(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), strong: true, ..Cell::default() }
}

pub(super) fn muted(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), tone: Tone::Muted, ..Cell::default() }
}

/// A figure of the year to date, whose bar would stand beside that of the period and mean another.
pub(super) fn without_bar(cell: Cell) -> Cell {
    Cell { bar_percent: None, reach: None, ..cell }
}

/// How far a share reaches on a scale of 125 parts of a hundred, rounded down: 80 is the target.
pub(super) fn reach(share: &Exact) -> u8 {
    filled_percent(&(share * &Exact::from_minor(8, 1)))
}

/// How much of a bar is filled: whole percents, rounded down, so that only 100 % fills it.
pub(super) fn filled_percent(share: &Exact) -> u8 {
    let reached = |percent: &u8| Exact::from_minor(i128::from(*percent), 2) <= *share;
    (0..=100).rev().find(reached).unwrap_or(0)
}
