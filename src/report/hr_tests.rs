use super::document::{Document, ReportKind};
use super::fixture::{self, Company, number};
use super::seen::Seen;
use super::tests::read;
use super::{compose, compose_hr};
use crate::calc::talent::{
    Missing, Place, QuarterPlace, Segment, TalentEntry, TalentGroup, TalentList, TalentQuarter,
};
use crate::calc::tilt::{Tilt, TiltShare};
use crate::calc::{PeerGroup, Within};
use crate::model::plan::{
    MissingQuarter, Resource, ShareBy, TalentBasis, TalentRule, TalentSource, TiltRule,
};
use crate::model::{Absence, Figure, Grain, Language, Level, Period};

const QUARTER: Period = Period::Quarter { year: 2026, quarter: 3 };

fn quarter(quarter: u32, rank: usize, value: &str) -> TalentQuarter {
    let place =
        Place { rank, peers: 6, from_below: 7 - rank, top: 1, bottom: 1, value: number(value) };
    TalentQuarter {
        period: Period::Quarter { year: 2026, quarter },
        place: QuarterPlace::Ranked(place),
    }
}

fn for_hr(company: &Company) -> Seen<'_> {
    company.seen_in(&company.briefing(), ReportKind::Hr, "C00")
}

/// With lists of two people, a group that is too small, and a tilt.
fn company() -> Company {
    let mut company = fixture::company();
    let by = TalentBasis::Metric("sales".into());
    company.plan.talent = Some(TalentRule {
        by: by.clone(),
        quarters: 2,
        promote_top: number("20%"),
        coach_bottom: number("10%"),
        least_group: 5,
        missing_quarter: MissingQuarter::Skips,
        source: TalentSource::Recompute,
    });
    let skipped = TalentQuarter {
        period: Period::Quarter { year: 2026, quarter: 2 },
        place: QuarterPlace::Missing(Missing::Absent(Absence::NoTarget)),
    };
    let group = |within: &str, members, edges| TalentGroup {
        group: PeerGroup { level: Level::Person, depth: 0, within: Within::Unit(within.into()) },
        members,
        edges,
    };
    company.cards.talent = Some(TalentList {
        quarter: QUARTER,
        by,
        least_group: 5,
        entries: vec![
            TalentEntry {
                unit: "P1".into(),
                segment: Segment::Top,
                quarters: vec![quarter(1, 1, "1.3"), skipped, quarter(3, 1, "1.253")],
            },
            TalentEntry {
                unit: "P3".into(),
                segment: Segment::Bottom,
                quarters: vec![quarter(2, 6, "0.4"), quarter(3, 6, "0.45")],
            },
        ],
        groups: vec![group("C00", 6, Some((1, 1))), group("D2", 2, None)],
    });
    company.plan.tilt = Some(TiltRule {
        metric: "sales".into(),
        grain: Grain::Ytd,
        customers_by: ShareBy::Headcount,
        market_by: ShareBy::Target,
        strength: number("0.5"),
        floor: number("1"),
        cap: number("1.5"),
    });
    let share = |unit: &str,
                 resource,
                 base_by,
                 base: Option<&str>,
                 of: Option<(&str, &str)>,
                 share: Option<&str>| {
        TiltShare {
            unit: unit.into(),
            resource,
            base_by,
            base: base.map(number),
            attainment: of
                .map_or(Figure::Absent(Absence::NoTarget), |(it, _)| Figure::Known(number(it))),
            factor: of.map(|(_, factor)| number(factor)),
            share: share.map(number),
        }
    };
    let (customers, market) = (Resource::Customers, Resource::Market);
    company.cards.tilt = Some(Tilt {
        period: Period::Ytd { year: 2026, month: 10 },
        shares: vec![
            share(
                "D1",
                customers,
                ShareBy::Headcount,
                Some("0.75"),
                Some(("1.2", "1.1")),
                Some("0.75"),
            ),
            share("D2", customers, ShareBy::Headcount, Some("0.25"), None, Some("0.25")),
            share("D1", market, ShareBy::Target, Some("1"), Some(("1.2", "1.1")), Some("1")),
            share("D2", market, ShareBy::Target, None, None, None),
        ],
    });
    company
}

#[test]
fn the_lists_read_well() {
    let company = company();
    for language in [Language::Zh, Language::En] {
        let document = compose_hr(&for_hr(&company), language);
        assert_eq!(document.kind, ReportKind::Hr);
        insta::assert_snapshot!(format!("hr_{}", language.code()), read(&document));
    }
}

#[test]
fn without_lists_the_coefficients_are_listed() {
    let company = fixture::company();
    let document = compose_hr(&for_hr(&company), Language::Zh);
    let keys: Vec<&str> = document.tables().map(|table| table.key).collect();
    assert_eq!(keys, ["coefficients"]);
    assert!(document.subject.contains("奖金系数名单"), "{}", document.subject);
    assert!(document.lead[0].contains("人有奖金系数"), "{:?}", document.lead);
}

/// The rows of a table of a unit's report.
fn rows(document: &Document, key: &str) -> Vec<String> {
    let table = document.tables().find(|table| table.key == key);
    let rows = table.map_or(&[][..], |table| &table.rows);
    let text = |row: &Vec<super::document::Cell>| {
        row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | ")
    };
    rows.iter().map(text).collect()
}

#[test]
fn managers_see_those_below_them_and_not_themselves() {
    let company = company();
    let talent = |unit: &str| rows(&compose(&company.seen(unit), Language::Zh), "talent");
    assert_eq!(talent("C00").len(), 2);
    assert_eq!(
        talent("D1"),
        ["重点辅导 | 李娜 | 上海一部 | 2026年第2季度：6/6；2026年第3季度：6/6 | 45.0%"],
        "P1 heads D1"
    );
    assert!(talent("D2").is_empty() && talent("P3").is_empty() && talent("P1").is_empty());
}

#[test]
fn a_tilt_says_its_rule_and_who_keeps_the_base_share() {
    let company = company();
    let report = compose(&company.seen("C00"), Language::Zh);
    assert_eq!(
        rows(&report, "tilt"),
        [
            "华东区 | 120.0% | 1.1 | 75.0% | 75.0% | 100.0% | 100.0%",
            "华南区 | 未设目标 | — | 25.0% | 25.0% | — | —",
        ]
    );
    let table = report.tables().find(|table| table.key == "tilt").unwrap();
    assert_eq!(table.notes.len(), 4, "{:?}", table.notes);
    assert!(table.notes[0].contains("系数 = 1 + 0.5 ×（完成率 − 1），不低于1.0，不高于1.5"));
    assert!(rows(&compose(&company.seen("D1"), Language::Zh), "tilt").is_empty());
}
