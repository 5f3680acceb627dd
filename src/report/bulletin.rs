//! What a group chat hears after a run. A group reads it: the company and departments have figures in
//! it, a person has none unless the chat is set up for that, and nobody's coefficient or amount is
//! ever in it.

use super::briefing::Briefing;
use super::desk::Desk;
use super::finality::Finality;
use super::notice::{NoticeWords, notice_words};
use super::page::fill;
use super::warned;
use super::words::inside;
use crate::calc::score::{Score, Warning};
use crate::model::{Absence, Figure, Language, Level, Metric, UnitId};

/// A title and its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulletin {
    pub title: String,
    pub lines: Vec<String>,
}

/// How the company stands, and how many are warned. What became of the mails comes after it.
pub fn compose_summary(briefing: &Briefing<'_>, language: Language) -> Bulletin {
    let desk = Desk::new(briefing, &briefing.org.company, language);
    let words = notice_words(language);
    let metrics = briefing.headline.iter().filter_map(|id| desk.metric(id));
    let mut lines: Vec<String> = metrics.map(|metric| attained(&desk, words, metric)).collect();
    for (level, some, none) in [
        (Level::Department, &words.departments, &words.no_departments),
        (Level::Person, &words.people, &words.no_people),
    ] {
        let count = |wanted| units_warned(&desk, level, wanted).len().to_string();
        let (red, yellow) = (count(Warning::Red), count(Warning::Yellow));
        lines.push(match (&*red, &*yellow) {
            ("0", "0") => none.clone(),
            _ => fill(some, &[("red", red), ("yellow", yellow)]),
        });
    }
    Bulletin { title: title(&desk, &words.title), lines }
}

/// The departments in red with their heads; where `people` may be named, those in red after them.
/// None where nobody is.
pub fn compose_red(briefing: &Briefing<'_>, language: Language, people: bool) -> Option<Bulletin> {
    let desk = Desk::new(briefing, &briefing.org.company, language);
    let words = notice_words(language);
    let mut units = units_warned(&desk, Level::Department, Warning::Red);
    if people {
        units.extend(units_warned(&desk, Level::Person, Warning::Red));
    }
    let lines: Vec<String> = units.into_iter().map(|unit| red(&desk, words, unit)).collect();
    (!lines.is_empty()).then(|| Bulletin { title: title(&desk, &words.red_title), lines })
}

fn title(desk: &Desk<'_>, phrase: &str) -> String {
    let company = desk.briefing.company.get(desk.language).to_owned();
    let period = desk.period_text(desk.briefing.judged);
    let title = fill(phrase, &[("company", company), ("period", period)]);
    match desk.briefing.finality {
        Finality::Provisional(_) => {
            fill(&notice_words(desk.language).provisional, &[("title", title)])
        }
        Finality::Final | Finality::Replaces(_) => title,
    }
}

/// “销售额：8,124万元，目标9,000万元，完成率90.3%”.
fn attained(desk: &Desk<'_>, words: &NoticeWords, metric: &Metric) -> String {
    let label = ("metric", desk.label(metric).to_owned());
    let absent = |absence| ("absence", inside(desk.absence(absence)));
    let score = desk.score(desk.unit, &metric.id);
    let Some((score, actual)) = score.and_then(|score| Some((score, score.actual.known()?))) else {
        return fill(&words.absent, &[label, absent(Absence::NoData)]);
    };
    let target = score.target.known();
    let shown = ("actual", desk.numbers.short(metric, actual, target));
    match (&score.attainment, target) {
        (Figure::Known(share), Some(target)) => {
            let target = ("target", desk.numbers.target_short(metric, target));
            let attainment = ("attainment", desk.numbers.attainment(share));
            fill(&words.attained, &[label, shown, target, attainment])
        }
        (Figure::Absent(absence), _) => fill(&words.plain, &[label, shown, absent(*absence)]),
        (Figure::Known(_), None) => fill(&words.plain, &[label, shown, absent(Absence::NoTarget)]),
    }
}

/// The units of a level whose most severe warning is the one asked for, in the order of the tree;
/// people by id.
fn units_warned<'a>(desk: &Desk<'a>, level: Level, wanted: Warning) -> Vec<&'a UnitId> {
    let org = desk.briefing.org;
    let units: Vec<&UnitId> = match level {
        Level::Person => org.people.keys().collect(),
        _ => org.units_in_order().into_iter().map(|unit| &unit.id).collect(),
    };
    let is_warned = |unit: &&UnitId| {
        let worst = warnings(desk, unit).map(|(_, score)| score.warning).max();
        org.level(unit) == Some(level) && worst == Some(wanted)
    };
    units.into_iter().filter(is_warned).collect()
}

/// The warned metrics of a unit, in the order of the reports.
fn warnings<'a>(desk: &Desk<'a>, unit: &UnitId) -> impl Iterator<Item = (&'a Metric, &'a Score)> {
    let scores = desk.metrics().filter_map(|metric| Some((metric, desk.score(unit, &metric.id)?)));
    scores.filter(|(_, score)| score.warning != Warning::None).collect::<Vec<_>>().into_iter()
}

fn red(desk: &Desk<'_>, words: &NoticeWords, unit: &UnitId) -> String {
    let small = desk.briefing.org.level(unit) == Some(Level::Department) && is_small(desk, unit);
    let reds = warnings(desk, unit).filter(|(_, score)| score.warning == Warning::Red);
    let reasons: Vec<String> = reds
        .map(|(metric, score)| {
            let label = ("metric", desk.label_inside(metric));
            match small {
                true => fill(&words.reason_only, &[label]),
                false => {
                    let attainment = ("attainment", warned::attainment(desk, score));
                    fill(&words.reason, &[label, attainment])
                }
            }
        })
        .collect();
    let reasons = ("reasons", reasons.join(&words.clause));
    let name = ("unit", desk.name(unit));
    let head = desk.briefing.org.units.get(unit).and_then(|unit| unit.owner.as_ref());
    match head {
        Some(head) => fill(&words.headed, &[name, ("head", desk.name(head)), reasons]),
        None => fill(&words.unheaded, &[name, reasons]),
    }
}

/// Whether the unit has fewer people than a group whose mean may be shown.
fn is_small(desk: &Desk<'_>, unit: &UnitId) -> bool {
    let org = desk.briefing.org;
    let people = org.people.keys().filter(|id| {
        let home = org.home(id, &desk.dates);
        org.takes_part(id, &desk.dates) && org.and_above(home).any(|above| above == unit)
    });
    people.count() < desk.briefing.plan.rank.least_group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_group_reads_of_departments_and_of_no_person() {
        let mut company = fixture::company();
        for unit in ["D1", "D2"] {
            company.score(unit, "sales").warning = Warning::Red;
        }
        let briefing = company.briefing();
        for language in [Language::Zh, Language::En] {
            let summary = compose_summary(&briefing, language);
            insta::assert_snapshot!(
                format!("summary_{}", language.code()),
                format!("{}\n{}", summary.title, summary.lines.join("\n"))
            );
            let without = compose_red(&briefing, language, false);
            let with = compose_red(&briefing, language, true);
            let shown = |bulletin: &Option<Bulletin>| match bulletin {
                Some(it) => format!("{}\n{}", it.title, it.lines.join("\n")),
                None => "nobody".to_owned(),
            };
            insta::assert_snapshot!(
                format!("red_{}", language.code()),
                format!("{}\n\nwith people:\n{}", shown(&without), shown(&with))
            );
        }
    }
}
