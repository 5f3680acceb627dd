//! What human resources work with: candidates for promotion, those to be coached, and everybody's
//! coefficient. Nobody else gets it.

use super::compose::drop_empty_columns;
use super::desk::{Desk, muted, plain};
use super::document::{
    Align, Block, Cell, Column, Document, Notice, ReportKind, Section, Table, Tone,
};
use super::finality::mark;
use super::lead::one_line;
use super::seen::Seen;
use super::talent::{group_name, person, person_columns, rule_in_words};
use super::units::{home_name, left, right, table};
use super::words::Phrase;
use super::{coefficient, provenance};
use crate::calc::CoefficientAward;
use crate::calc::talent::{Segment, TalentList};
use crate::model::plan::TalentRule;
use crate::model::{Figure, Language, Level, Period};

/// The lists of talent and bonus, in a language. The same briefing gives the same document.
pub fn compose_hr(seen: &Seen<'_>, language: Language) -> Document {
    let briefing = &seen.briefing();
    let company = &briefing.org.company;
    let desk = Desk { kind: ReportKind::Hr, ..Desk::new(briefing, company, language) };
    let lists = briefing.cards.talent.as_ref().zip(briefing.plan.talent.as_ref());
    let periods = [Some(briefing.judged), desk.quarter_that_ends()];
    let awarded: Vec<(Period, Vec<&CoefficientAward>)> = periods
        .into_iter()
        .flatten()
        .map(|period| (period, awards(&desk, period)))
        .filter(|(_, awards)| !awards.is_empty())
        .collect();

    let lead = lead(&desk, lists.map(|(list, _)| list), &awarded);
    let rule = lists.map(|(_, rule)| Notice {
        tone: Tone::Plain,
        title: desk.words.hr.rule_title.text().to_owned(),
        lines: vec![rule_in_words(&desk, rule)],
    });
    let subject = subject(&desk, lists.map(|(list, _)| list));
    let talent = lists.map_or_else(Vec::new, |(list, rule)| talent(&desk, list, rule));
    let coefficients = awarded.iter().map(|(period, awards)| coefficients(&desk, *period, awards));
    let section = |key, title: &Phrase, rule: Option<Notice>, tables: Vec<Table>| {
        let tables = tables.into_iter().map(|mut table| {
            drop_empty_columns(&mut table, &desk.nothing().text);
            Block::Table(table)
        });
        let blocks: Vec<Block> = tables.chain(rule.map(Block::Notice)).collect();
        let title = title.text().to_owned();
        (!blocks.is_empty()).then_some(Section { key, title, blocks })
    };
    let words = &desk.words.section;
    let sections = [
        section("lists", &words.lists, rule, talent),
        section("pay", &words.pay, None, coefficients.collect()),
    ];
    let document = Document {
        kind: desk.kind,
        language,
        unit: company.clone(),
        period: briefing.judged,
        preheader: lead.first().cloned().unwrap_or_else(|| subject.clone()),
        subject,
        company: briefing.company.get(language).to_owned(),
        unit_name: desk.name(company),
        title: desk.words.report.hr.text().to_owned(),
        period_text: desk.period_text(briefing.judged),
        lead,
        tiles: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
        provenance: provenance::provenance(&desk),
    };
    mark(&desk, document)
}

fn subject(desk: &Desk<'_>, list: Option<&TalentList>) -> String {
    let words = &desk.words.hr;
    let company = desk.briefing.company.get(desk.language);
    let period = desk.period_text(desk.briefing.judged);
    let gaps = [("company", company), ("period", period.as_str())];
    let line = match list {
        None => words.subject_plain.fill(&gaps),
        Some(list) => {
            let [promoted, coached] = counts(list);
            let more = [("promoted", promoted.as_str()), ("coached", &coached)];
            words.subject.fill(&[gaps, more].concat())
        }
    };
    one_line(&line)
}

/// How many are on each list.
fn counts(list: &TalentList) -> [String; 2] {
    [Segment::Top, Segment::Bottom].map(|segment| list.of(segment).count().to_string())
}

fn lead(
    desk: &Desk<'_>,
    list: Option<&TalentList>,
    awarded: &[(Period, Vec<&CoefficientAward>)],
) -> Vec<String> {
    let words = &desk.words.hr;
    let mut said = Vec::new();
    match list {
        Some(list) => {
            let [promoted, coached] = counts(list);
            let quarter = desk.period_text(list.quarter);
            said.push(words.lists.fill(&[
                ("quarter", &quarter),
                ("promoted", &promoted),
                ("coached", &coached),
            ]));
        }
        None if desk.briefing.plan.talent.is_some() => {
            let period = desk.period_text(desk.briefing.judged);
            said.push(words.no_quarter.fill(&[("period", &period)]));
        }
        None => {}
    }
    said.extend(awarded.iter().map(|(period, awards)| {
        let known = awards.iter().filter(|award| award.coefficient().is_some()).count();
        words.coefficients.fill(&[
            ("period", &desk.period_text(*period)),
            ("known", &known.to_string()),
            ("absent", &(awards.len() - known).to_string()),
        ])
    }));
    if said.is_empty() {
        said.push(words.nobody.text().to_owned());
    }
    said
}

/// The two lists, and the groups that they come from.
pub(super) fn talent(desk: &Desk<'_>, list: &TalentList, rule: &TalentRule) -> Vec<Table> {
    let words = &desk.words.hr;
    let people = |key, title: &str, segment| {
        let rows: Vec<Vec<Cell>> =
            list.of(segment).map(|entry| person(desk, entry).to_vec()).collect();
        table(desk, key, title, person_columns(desk).to_vec(), rows)
    };
    let labelled = |label: String| Column { label, align: Align::Right, under: false };
    let share_of = |phrase: &super::words::Phrase, share| {
        labelled(phrase.fill(&[("share", &desk.numbers.share(share))]))
    };
    let columns = vec![
        left(&words.group),
        right(&words.members),
        share_of(&words.top, &rule.promote_top),
        share_of(&words.bottom, &rule.coach_bottom),
        left(&words.remark),
    ];
    let rows = list.groups.iter().map(|group| {
        let members = group.members.to_string();
        let (top, bottom, remark) = match group.edges {
            Some((top, bottom)) => {
                (plain(top.to_string()), plain(bottom.to_string()), words.applies.text().to_owned())
            }
            None => {
                let least = rule.least_group.to_string();
                let remark = words.too_small.fill(&[("members", &members), ("least", &least)]);
                (desk.nothing(), desk.nothing(), remark)
            }
        };
        vec![plain(group_name(desk, &group.group)), plain(members), top, bottom, plain(remark)]
    });
    let groups = table(desk, "talent_groups", words.groups.text(), columns, rows.collect());
    [
        people("promotion", words.promotion.text(), Segment::Top),
        people("coaching", words.coaching.text(), Segment::Bottom),
        groups,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The coefficients of people, by department and person.
pub(super) fn awards<'a>(desk: &Desk<'a>, period: Period) -> Vec<&'a CoefficientAward> {
    let org = desk.briefing.org;
    let mut awards: Vec<&CoefficientAward> = desk
        .briefing
        .cards
        .coefficients
        .values()
        .filter(|award| award.period == period && org.level(&award.unit) == Some(Level::Person))
        .collect();
    awards.sort_by_key(|award| (org.home(&award.unit, &desk.dates), &award.unit));
    awards
}

/// All of them: this list pays, so it is never cut.
fn coefficients(desk: &Desk<'_>, period: Period, awards: &[&CoefficientAward]) -> Table {
    let words = &desk.words.column;
    let columns = vec![
        left(&words.person),
        left(&words.department).under(),
        left(&desk.words.hr.basis),
        right(&words.attainment).under(),
        right(&words.coefficient),
        right(&desk.words.hr.amount).under(),
        left(&words.reason),
    ];
    let row = |award: &&CoefficientAward| {
        let basis = coefficient::basis(desk, award);
        let attainment = match award.value.as_ref().and_then(Figure::known) {
            Some(value) => plain(desk.numbers.attainment(value)),
            None => desk.nothing(),
        };
        let (earned, why) = match &award.coefficient {
            Ok(value) => (plain(desk.numbers.coefficient(value)), desk.nothing()),
            Err(why) => (desk.nothing(), muted(coefficient::none(desk, award, &basis, why))),
        };
        let paid = match award.payout() {
            Some(payout) => plain(desk.numbers.cents(&payout.amount)),
            None => desk.nothing(),
        };
        vec![
            plain(desk.name(&award.unit)),
            plain(home_name(desk, &award.unit)),
            if award.plan.is_some() { plain(basis) } else { desk.nothing() },
            attainment,
            earned,
            paid,
            why,
        ]
    };
    let title = desk.words.hr.coefficients_title.fill(&[("period", &desk.period_text(period))]);
    let rows = awards.iter().map(row).collect();
    Table { key: "coefficients", title, columns, rows, notes: Vec::new() }
}
