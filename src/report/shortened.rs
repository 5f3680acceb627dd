//! What is said of targets that are not as somebody wrote them: shortened for joiners, leavers and
//! exemptions, or spread by last year.

use super::desk::Desk;
use super::words::Phrase;
use crate::calc::{Days, Reason, SeasonSource};
use crate::model::{Metric, MetricId, UnitId};

/// One line for each thing that there is to say, with the metrics that it holds for.
pub(super) fn notes<'a>(
    desk: &Desk<'_>,
    of: impl Iterator<Item = (&'a Metric, &'a [Reason])>,
) -> Vec<String> {
    let mut said: Vec<(&Reason, Vec<&Metric>)> = Vec::new();
    for (metric, reasons) in of {
        for reason in reasons {
            match said.iter_mut().find(|(other, _)| *other == reason) {
                Some((_, metrics)) if metrics.iter().any(|other| other.id == metric.id) => {}
                Some((_, metrics)) => metrics.push(metric),
                None => said.push((reason, vec![metric])),
            }
        }
    }
    said.into_iter().filter_map(|(reason, metrics)| note(desk, reason, &metrics)).collect()
}

fn note(desk: &Desk<'_>, reason: &Reason, metrics: &[&Metric]) -> Option<String> {
    let words = &desk.words.shortened;
    let metrics = desk.labels(metrics);
    Some(match reason {
        Reason::Season(source) => {
            let phrase = match source {
                SeasonSource::OwnLastYear => &words.season_own,
                SeasonSource::CompanysLastYear => &words.season_company,
                SeasonSource::Even => &words.season_even,
            };
            phrase.fill(&[("metrics", &metrics)])
        }
        Reason::Prorated { days, working } => {
            let phrase = if *working { &words.working_days } else { &words.days };
            in_days(phrase, *days, &[("metrics", &metrics)])
        }
        Reason::ExemptDays { days, working, why } => {
            let why = why.join(desk.words.list.comma.text());
            let phrase = if *working { &words.exempt_working_days } else { &words.exempt_days };
            in_days(phrase, *days, &[("metrics", &metrics), ("why", &why)])
        }
        _ => return None,
    })
}

fn in_days(phrase: &Phrase, days: Days, more: &[(&str, &str)]) -> String {
    let (counted, of) = (days.counted.to_string(), days.of.to_string());
    let mut gaps = vec![("days", counted.as_str()), ("of", of.as_str())];
    gaps.extend(more);
    phrase.fill(&gaps)
}

/// Who of a table of people is not measured by the whole target of a metric, and who is exempt of
/// any, and why.
pub(super) fn notes_on_people(
    desk: &Desk<'_>,
    people: &[&UnitId],
    metric: &MetricId,
) -> Vec<String> {
    let words = &desk.words.shortened;
    let (mut prorated, mut exempt) = (Vec::new(), Vec::new());
    for &person in people {
        let name = desk.name(person);
        let reasons = desk.score(person, metric).map_or(&[][..], |score| &score.reasons);
        for reason in reasons {
            if let Reason::Prorated { days, working } = reason {
                let phrase = if *working { &words.one_working } else { &words.one };
                prorated.push(in_days(phrase, *days, &[("name", &name)]));
            }
        }
        for (why, metrics) in exemptions(desk, person) {
            let gaps =
                [("name", name.as_str()), ("metrics", &desk.labels(&metrics)), ("why", &why)];
            exempt.push(words.one_exempt.fill(&gaps));
        }
    }
    let clause = desk.words.list.clause.text();
    [(prorated, &words.people), (exempt, &words.exempt_people)]
        .into_iter()
        .filter(|(names, _)| !names.is_empty())
        .map(|(names, phrase)| phrase.fill(&[("names", &names.join(clause))]))
        .collect()
}

/// Why somebody is exempt, and of which metrics.
fn exemptions<'a>(desk: &Desk<'a>, person: &UnitId) -> Vec<(String, Vec<&'a Metric>)> {
    let mut exemptions: Vec<(String, Vec<&Metric>)> = Vec::new();
    for metric in desk.metrics() {
        let Some(score) = desk.score(person, &metric.id) else { continue };
        for reason in &score.reasons {
            let (Reason::Exempt { why } | Reason::ExemptDays { why, .. }) = reason else {
                continue;
            };
            let why = why.join(desk.words.list.comma.text());
            match exemptions.iter_mut().find(|(other, _)| *other == why) {
                Some((_, metrics)) => metrics.push(metric),
                None => exemptions.push((why, vec![metric])),
            }
        }
    }
    exemptions
}
