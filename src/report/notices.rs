//! What to notice, with its reason: warnings, the coefficient, and figures that are absent.

use super::causes;
use super::coefficient;
use super::desk::Desk;
use super::document::{Notice, ReportKind, Tone};
use super::warned;
use super::words::{Phrase, inside};
use crate::calc::score::{Change, Reason, Score, Warning};
use crate::model::{Absence, Metric};

/// The unit's own warnings, red before yellow.
pub(super) fn warnings(desk: &Desk<'_>) -> Vec<Notice> {
    let scores = scores(desk);
    let of = |warned| warning(desk, &scores, warned);
    [Warning::Red, Warning::Yellow].into_iter().filter_map(of).collect()
}

/// What the unit's coefficient is, and that of a quarter that ends with the month.
pub(super) fn coefficients(desk: &Desk<'_>) -> impl Iterator<Item = Notice> {
    let month = desk.award(desk.unit).map(|award| coefficient::notice(desk, award));
    let quarter = desk.award_of_quarter(desk.unit).map(|award| {
        let notice = coefficient::notice(desk, award);
        let period = desk.period_text(award.period);
        let words = &desk.words.coefficient;
        let title = words.of_quarter.fill(&[("period", &period), ("title", &notice.title)]);
        Notice { title, ..notice }
    });
    month.into_iter().chain(quarter)
}

fn scores<'a>(desk: &Desk<'a>) -> Vec<(&'a Metric, &'a Score)> {
    desk.metrics().filter_map(|metric| Some((metric, desk.score(desk.unit, &metric.id)?))).collect()
}

fn warning(desk: &Desk<'_>, scores: &[(&Metric, &Score)], warning: Warning) -> Option<Notice> {
    let words = &desk.words.warning;
    let (tone, word, action) = match (warning, desk.kind) {
        (Warning::None, _) => return None,
        (Warning::Yellow, kind) => (
            Tone::Watch,
            desk.words.tone.yellow.text(),
            match kind {
                ReportKind::Person => &words.person_yellow,
                ReportKind::Department => &words.department_yellow,
                _ => &words.company_yellow,
            },
        ),
        (Warning::Red, kind) => (
            Tone::Bad,
            desk.words.tone.red.text(),
            match kind {
                ReportKind::Person => &words.person_red,
                ReportKind::Department => &words.department_red,
                _ => &words.company_red,
            },
        ),
    };
    let warned: Vec<&(&Metric, &Score)> =
        scores.iter().filter(|(_, score)| score.warning == warning).collect();
    if warned.is_empty() {
        return None;
    }
    let mut lines: Vec<String> = Vec::new();
    for (metric, score) in &warned {
        lines.extend(warning_line(desk, metric, score));
        lines.extend(warned::line(desk, metric, score));
        lines.extend(causes::main_cause(desk, metric));
    }
    lines.push(action.text().to_owned());
    let metrics: Vec<&Metric> = warned.iter().map(|(metric, _)| *metric).collect();
    let title = words.title.fill(&[("warning", word), ("metrics", &desk.labels(&metrics))]);
    Some(Notice { tone, title, lines })
}

/// Why a score is warned: attainment, edge, actual, target and gap.
pub(super) fn warning_line(desk: &Desk<'_>, metric: &Metric, score: &Score) -> Option<String> {
    let (warning, attainment, edge) = score.reasons.iter().find_map(|reason| match reason {
        Reason::Below { warning, attainment, edge, .. } => Some((warning, attainment, edge)),
        _ => None,
    })?;
    let tone = &desk.words.tone;
    let word = if *warning == Warning::Red { &tone.red } else { &tone.yellow };
    let words = &desk.words.warning;
    let phrase = if warned::is_to_date(score) { &words.line_to_date } else { &words.line };
    let score = warned::judged(desk, score);
    let (actual, target) = (score.actual.known()?, score.target.known()?);
    Some(phrase.fill(&[
        ("since", warned::since(desk)),
        ("metric", desk.label(metric)),
        ("attainment", &desk.numbers.attainment(attainment)),
        ("edge", &desk.numbers.share(edge)),
        ("warning", &inside(word.text())),
        ("actual", &desk.numbers.short(metric, actual, Some(target))),
        ("target", &desk.numbers.target_short(metric, target)),
        ("gap", &desk.gap(metric, score.gap.as_ref()?)),
    ]))
}

/// What is not judged, by reason; each metric by the first that holds.
pub(super) fn absences(desk: &Desk<'_>) -> Option<Notice> {
    let (words, scores) = (&desk.words.absent, scores(desk));
    let mut left: Vec<(&Metric, &Score)> = scores.to_vec();
    let mut lines = Vec::new();
    for (absence, phrase) in [
        (Absence::NoData, &words.no_data),
        (Absence::Exempt, &words.exempt),
        (Absence::NoTarget, &words.no_target),
        (Absence::ZeroTarget, &words.zero_target),
    ] {
        let (here, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, score)| {
            [&score.actual, &score.attainment].iter().any(|f| f.absence() == Some(absence))
        });
        match absence {
            Absence::Exempt => lines.extend(exempt_lines(desk, &here)),
            _ => lines.extend(absence_line(desk, phrase, &here)),
        }
        left = others;
    }
    let without = |lacks: fn(&Score) -> bool| -> Vec<(&Metric, &Score)> {
        scores.iter().copied().filter(|(_, score)| lacks(score)).collect()
    };
    let no_base = without(|score| {
        let missing = Change::Absent(Absence::NoBase);
        score.mom == missing || score.yoy == missing
    });
    let no_rows = without(|score| score.reasons.contains(&Reason::NoRows));
    lines.extend(absence_line(desk, &words.no_base, &no_base));
    lines.extend(absence_line(desk, &words.no_rows, &no_rows));
    let title = words.title.text().to_owned();
    (!lines.is_empty()).then_some(Notice { tone: Tone::Muted, title, lines })
}

/// What is exempt, one line for each reason that somebody wrote.
fn exempt_lines(desk: &Desk<'_>, of: &[(&Metric, &Score)]) -> Vec<String> {
    let why = |score: &Score| {
        score.reasons.iter().find_map(|reason| match reason {
            Reason::Exempt { why } => Some(why.join(desk.words.list.comma.text())),
            _ => None,
        })
    };
    let mut by_reason: Vec<(Option<String>, Vec<(&Metric, &Score)>)> = Vec::new();
    for (metric, score) in of {
        let why = why(score);
        match by_reason.iter_mut().find(|(other, _)| *other == why) {
            Some((_, all)) => all.push((metric, score)),
            None => by_reason.push((why, vec![(metric, score)])),
        }
    }
    let line = |(why, of): (Option<String>, Vec<(&Metric, &Score)>)| {
        let Some(why) = why else { return absence_line(desk, &desk.words.absent.exempt, &of) };
        let metrics: Vec<&Metric> = of.iter().map(|(metric, _)| *metric).collect();
        let gaps = [("metrics", desk.labels(&metrics)), ("why", why)];
        Some(desk.words.shortened.exempt.fill(&gaps.each_ref().map(|(k, v)| (*k, v.as_str()))))
    };
    by_reason.into_iter().filter_map(line).collect()
}

fn absence_line(desk: &Desk<'_>, phrase: &Phrase, of: &[(&Metric, &Score)]) -> Option<String> {
    let metrics: Vec<&Metric> = of.iter().map(|(metric, _)| *metric).collect();
    let labels = desk.labels(&metrics);
    (!metrics.is_empty()).then(|| phrase.fill(&[("metrics", &labels)]))
}
