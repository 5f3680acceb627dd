//! What the headline figures are made of: the sums of rows, and the way from these to a figure.

use super::cells::{round_digits, rounded};
use super::rows::RowSheet;
use crate::model::credited::{CreditedRows, made_of};
use crate::model::formula::Token;
use crate::model::{Exact, Metric, MetricId, MetricKind};
use crate::report::desk::Desk;
use crate::report::sheet::{CellRef, Term};

/// A simple metric with the sum of its rows.
pub(super) struct Part<'a> {
    pub metric: &'a Metric,
    pub sum: Exact,
    pub rows: u64,
    /// The key of the sheet with the rows, and the formula that adds them up; none without a row.
    pub from: Option<(String, Vec<Term>)>,
}

/// All parts of the headline whose rows are known, in the order of the headline.
pub(super) struct Parts<'a> {
    metrics: &'a [Metric],
    pub parts: Vec<Part<'a>>,
    /// The table of the summary that they stand in, and the column of their sums.
    place: (usize, usize),
    months: Exact,
    no_data: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn find(
        desk: &Desk<'a>,
        rows: &CreditedRows,
        sheets: &[RowSheet],
        place: (usize, usize),
    ) -> Self {
        let metrics = desk.briefing.metrics;
        let mut parts: Vec<Part<'a>> = Vec::new();
        for metric in desk.briefing.headline.iter().flat_map(|id| made_of(metrics, id)) {
            let known = parts.iter().any(|part| part.metric.id == metric.id);
            let part = (!known).then(|| part(desk, metric, rows, sheets)).flatten();
            parts.extend(part);
        }
        let months = desk.briefing.judged.months(desk.briefing.fiscal).len();
        let months = Exact::from(months.max(1) as u64);
        let no_data = desk.words.absence.no_data.text();
        Self { metrics, parts, place, months, no_data }
    }

    /// The formula of a figure, where the sums of rows come to it exactly.
    pub(super) fn formula(&self, metric: &Metric, actual: &Exact) -> Option<Vec<Term>> {
        if self.value(&metric.id)? != *actual {
            return None;
        }
        match &metric.kind {
            MetricKind::Simple(_) => {
                let part = self.parts.iter().find(|part| part.metric.id == metric.id)?;
                match &part.from {
                    Some((_, terms)) => Some(terms.clone()),
                    None => self.terms(&metric.id),
                }
            }
            _ => self.terms(&metric.id),
        }
    }

    /// The cell of a part, or what others are put together to.
    fn terms(&self, id: &MetricId) -> Option<Vec<Term>> {
        let metric = self.metrics.iter().find(|metric| metric.id == *id)?;
        match &metric.kind {
            MetricKind::Simple(_) => {
                let row = self.parts.iter().position(|part| part.metric.id == *id)?;
                let (table, column) = self.place;
                Some(vec![Term::Cell(CellRef::new("summary", table, row, column))])
            }
            MetricKind::Ratio { numerator, denominator } => {
                let (top, bottom) = (self.terms(numerator)?, self.terms(denominator)?);
                let code = |text: &str| vec![Term::code(text)];
                let no_data = vec![Term::Quoted(self.no_data.to_owned())];
                Some(
                    [
                        code("IF("),
                        bottom.clone(),
                        code("=0,"),
                        no_data,
                        code(","),
                        top,
                        code("/"),
                        bottom,
                        code(")"),
                    ]
                    .concat(),
                )
            }
            MetricKind::Derived(formula) => {
                let mut terms = Vec::new();
                for token in formula.tokens() {
                    match token {
                        Token::Text(text) => terms.push(Term::Code(text)),
                        Token::Name("months") => {
                            terms.push(Term::code(format!("{:?}", self.months)));
                        }
                        Token::Name(name) => terms.extend(self.terms(&name.into())?),
                    }
                }
                Some(terms)
            }
        }
    }

    /// What the sums of rows come to.
    fn value(&self, id: &MetricId) -> Option<Exact> {
        let metric = self.metrics.iter().find(|metric| metric.id == *id)?;
        match &metric.kind {
            MetricKind::Simple(_) => {
                let part = self.parts.iter().find(|part| part.metric.id == *id)?;
                Some(part.sum.clone())
            }
            MetricKind::Ratio { numerator, denominator } => {
                self.value(numerator)?.over(&self.value(denominator)?)
            }
            MetricKind::Derived(formula) => formula.value(&mut |name| match name {
                "months" => Some(self.months.clone()),
                name => self.value(&name.into()),
            }),
        }
    }
}

fn part<'a>(
    desk: &Desk<'a>,
    metric: &'a Metric,
    rows: &CreditedRows,
    sheets: &[RowSheet],
) -> Option<Part<'a>> {
    let (table, place) = rows.table_of(&metric.id)?;
    let Some(unit) = rows.tables[table].units.get(desk.unit) else {
        return Some(Part { metric, sum: Exact::zero(), rows: 0, from: None });
    };
    let sum = rows.tables[table].sum(unit, place)?;
    let sheet = sheets.iter().find(|sheet| sheet.table == table)?;
    let terms = sheet.sum(place, "SUM")?;
    let digits = round_digits(&sum).unwrap_or(9).max(rows.tables[table].metrics[place].scale);
    let from = Some((sheet.sheet.key.clone(), rounded(terms, digits)));
    let counted = rows.tables[table].counted(unit, place);
    Some(Part { metric, sum, rows: counted, from })
}
