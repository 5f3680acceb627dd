//! What a provisional report (暂定) says of itself, and the final one that takes its place.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::desk::Desk;
use super::document::{Block, Document, Notice, Section, Tone};
use super::reminder::{Shortfall, in_words, lacking};
use crate::model::{Exact, Metric, MetricId, UnitId};

/// How a run stands to a provisional one of its period.
#[derive(Clone, Copy, Debug, Default)]
pub enum Finality<'a> {
    /// There was none.
    #[default]
    Final,
    /// It is one: sent at the end of the window, although checks hold it.
    Provisional(&'a [Shortfall]),
    /// It takes the place of one.
    Replaces(&'a Replaced),
}

/// What a provisional run told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    pub version: u32,
    /// The day that it took as today.
    pub day: NaiveDate,
    /// Of the judged period, by unit and metric.
    pub figures: BTreeMap<(UnitId, MetricId), ToldFigure>,
    pub coefficients: BTreeMap<UnitId, Exact>,
}

/// A figure as it was told; none stands for an absent one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldFigure {
    pub actual: Option<Exact>,
    pub attainment: Option<Exact>,
}

/// The report with its mark, where it is to have one: in the subject, in the first sentence, and in
/// a notice before everything else.
pub(super) fn mark(desk: &Desk<'_>, mut document: Document) -> Document {
    let words = &desk.words.finality;
    let (lead, notice, key) = match desk.briefing.finality {
        Finality::Final => return document,
        Finality::Provisional(why) => {
            let subject = words.subject.fill(&[("subject", &document.subject)]);
            document.subject = subject;
            let mut lines: Vec<String> = why.iter().map(|one| lacks(desk, one)).collect();
            lines.dedup();
            lines.push(words.to_come.text().to_owned());
            let notice = Notice { tone: Tone::Watch, title: words.title.text().to_owned(), lines };
            (words.lead.text().to_owned(), notice, "provisional")
        }
        Finality::Replaces(before) => {
            let day = before.day.to_string();
            let gaps = [("version", before.version.to_string()), ("day", day)];
            let gaps = gaps.each_ref().map(|(key, value)| (*key, value.as_str()));
            let notice = Notice {
                tone: Tone::Plain,
                title: words.changed_title.fill(&gaps),
                lines: changed(desk, before),
            };
            (words.replaces.fill(&gaps), notice, "changed")
        }
    };
    document.preheader = lead.clone();
    document.lead.insert(0, lead);
    let blocks = vec![Block::Notice(notice)];
    document.sections.insert(0, Section { key, title: String::new(), blocks });
    document
}

/// Which data are not there, or not sound. What is wrong in which row is for those who mend it.
fn lacks(desk: &Desk<'_>, one: &Shortfall) -> String {
    if one.missing {
        return lacking(desk.words, one);
    }
    let name = match one.extract.as_str() {
        "" => in_words(desk.words, &one.place),
        extract => extract.to_owned(),
    };
    desk.words.finality.failed.fill(&[("name", &name)])
}

/// Old and new of every headline figure and of the coefficient, where they read differently.
fn changed(desk: &Desk<'_>, before: &Replaced) -> Vec<String> {
    let words = &desk.words.finality;
    let nothing = ToldFigure::default();
    let metrics = desk.briefing.headline.iter().filter_map(|id| desk.metric(id));
    let mut lines: Vec<String> = metrics
        .filter_map(|metric| {
            let place = (desk.unit.clone(), metric.id.clone());
            let old = before.figures.get(&place).unwrap_or(&nothing);
            let score = desk.score(desk.unit, &metric.id);
            let new = ToldFigure {
                actual: score.and_then(|score| score.actual.known().cloned()),
                attainment: score.and_then(|score| score.attainment.known().cloned()),
            };
            let [old, new] = [old, &new].map(|figure| shown(desk, metric, figure));
            let gaps = [("metric", desk.label(metric)), ("old", &old), ("new", &new)];
            (old != new).then(|| words.changed.fill(&gaps))
        })
        .collect();
    // Whoever sees no coefficient now is not told what it was.
    if let Some(award) = desk.award(desk.unit) {
        let sides = [before.coefficients.get(desk.unit), award.coefficient()];
        let [old, new] = sides.map(|value| {
            value.map_or_else(|| desk.nothing().text, |value| desk.numbers.coefficient(value))
        });
        if old != new {
            let label = words.coefficient.text();
            lines.push(words.changed.fill(&[("metric", label), ("old", &old), ("new", &new)]));
        }
    }
    if lines.is_empty() {
        lines.push(words.unchanged.text().to_owned());
    }
    lines
}

/// “812.4万元（90.3%）”.
fn shown(desk: &Desk<'_>, metric: &Metric, figure: &ToldFigure) -> String {
    let Some(actual) = &figure.actual else { return desk.nothing().text };
    let actual = desk.numbers.full(metric, actual, None);
    match &figure.attainment {
        None => actual,
        Some(share) => {
            let value = desk.numbers.attainment(share);
            desk.words.list.named_value.fill(&[("name", &actual), ("value", &value)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::report::compose;
    use crate::report::document::ReportKind;
    use crate::report::fixture::{company, number};

    #[test]
    fn a_provisional_report_says_so_in_subject_head_and_notice() {
        let company = company();
        let late = Shortfall {
            extract: "visits".into(),
            responsible: String::new(),
            missing: true,
            place: crate::model::Place::file("data/visits/2026-10.csv"),
            what: String::new(),
            help: String::new(),
        };
        let briefing = super::super::Briefing {
            finality: Finality::Provisional(std::slice::from_ref(&late)),
            ..company.briefing()
        };
        let seen = company.seen_in(&briefing, ReportKind::Person, "P1");
        let document = compose(&seen, Language::Zh);
        assert!(document.subject.starts_with("【暂定】"), "{}", document.subject);
        assert!(document.lead[0].contains("暂定"), "{:?}", document.lead);
        let notice = document.notices().next().unwrap();
        assert!(notice.title.contains("暂定"), "{notice:?}");
        assert_eq!(notice.lines[0], "尚未收到文件data/visits/2026-10.csv");
        let english = compose(&seen, Language::En);
        assert!(english.subject.starts_with("[Provisional] "), "{}", english.subject);
    }

    #[test]
    fn what_is_wrong_in_a_row_is_not_told_to_everybody() {
        let company = company();
        let wrong = |row: u64| Shortfall {
            extract: "visits".into(),
            responsible: String::new(),
            missing: false,
            place: crate::model::Place::file("data/visits/2026-10.csv").row(row),
            what: "no date: Mrs Li's call".into(),
            help: String::new(),
        };
        let why = [wrong(3), wrong(4)];
        let finality = Finality::Provisional(&why);
        let briefing = super::super::Briefing { finality, ..company.briefing() };
        let seen = company.seen_in(&briefing, ReportKind::Person, "P1");
        let document = compose(&seen, Language::Zh);
        let lines = &document.notices().next().unwrap().lines;
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(lines[0], "visits未通过数据检查，正在处理");
    }

    #[test]
    fn a_coefficient_that_is_kept_from_the_reader_is_not_told_as_it_was() {
        let company = company();
        let unit: UnitId = "P1".into();
        let before = Replaced {
            version: 1,
            day: "2026-11-05".parse().unwrap(),
            figures: BTreeMap::new(),
            coefficients: [(unit.clone(), number("0.31"))].into(),
        };
        let mut cards = company.cards.clone();
        cards.coefficients.clear();
        let finality = Finality::Replaces(&before);
        let briefing = super::super::Briefing { finality, cards: &cards, ..company.briefing() };
        let seen = company.seen_in(&briefing, ReportKind::Person, unit.as_str());
        let document = compose(&seen, Language::Zh);
        let lines = &document.notices().next().unwrap().lines;
        assert!(!lines.iter().any(|line| line.contains("0.31")), "{lines:?}");
    }

    #[test]
    fn the_final_report_says_old_and_new_where_they_read_differently() {
        let company = company();
        let plain = company.briefing();
        let unit: UnitId = "P1".into();
        let sales = company.cards.score(plain.judged, &unit, &"sales".into()).unwrap();
        let told = |actual: Exact| ToldFigure {
            actual: Some(actual),
            attainment: sales.attainment.known().cloned(),
        };
        let score = |metric: &str| company.cards.score(plain.judged, &unit, &metric.into());
        let same = |metric: &str| {
            let figure = ToldFigure {
                actual: score(metric).and_then(|score| score.actual.known().cloned()),
                attainment: score(metric).and_then(|score| score.attainment.known().cloned()),
            };
            ((unit.clone(), metric.into()), figure)
        };
        let award = company.cards.coefficients.get(&(plain.judged, unit.clone()));
        let coefficient = award.and_then(|award| award.coefficient().cloned());
        let mut before = Replaced {
            version: 1,
            day: "2026-11-05".parse().unwrap(),
            figures: ["sales", "collection_rate", "visits"].map(same).into(),
            coefficients: coefficient.map(|value| (unit.clone(), value)).into_iter().collect(),
        };
        let lines = |before: &Replaced| {
            let briefing = super::super::Briefing { finality: Finality::Replaces(before), ..plain };
            let seen = company.seen_in(&briefing, ReportKind::Person, unit.as_str());
            let document = compose(&seen, Language::Zh);
            assert!(document.lead[0].contains("v1"), "{:?}", document.lead);
            document.notices().next().unwrap().lines.clone()
        };
        assert_eq!(lines(&before), ["主要指标与暂定版一致。"]);
        before.figures.insert((unit.clone(), "sales".into()), told(number("1")));
        let said = lines(&before);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("销售额：") && said[0].contains(" → "), "{said:?}");
    }
}
