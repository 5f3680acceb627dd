//! What reports say of coefficients and composites.

use std::sync::Arc;

use super::compose;
use super::document::Document;
use super::fixture::{self, Company, number};
use crate::calc::bands::Slice;
use crate::calc::participation::DaysThere;
use crate::calc::score::PeerStanding;
use crate::calc::{CoefficientAward, CompositeScore, NoCoefficient, Part, Pay, Payout, SecondStep};
use crate::model::plan::{
    CoefficientMode, CoefficientPlan, CompositeRule, DaysBy, FactorBand, MissingPart, RankBy,
    SecondAxis, SecondMissing, SecondOf,
};
use crate::model::{Absence, Bilingual, Exact, Figure, Language, Level};

fn report(company: &Company, unit: &str, language: Language) -> Document {
    compose(&company.seen(unit), language)
}

fn coefficient_lines(company: &Company, language: Language) -> Vec<String> {
    let document = report(company, "P2", language);
    let is_it = |title: &str| title.contains("奖金系数") || title.contains("Bonus coefficient");
    let notice = document.notices().find(|notice| is_it(&notice.title));
    notice.unwrap().lines.clone()
}

/// The award of P2, by a plan of its own that may be changed.
fn own_award(company: &mut Company) -> (&mut CoefficientAward, CoefficientPlan) {
    let place = (fixture::MONTH, "P2".into());
    let award = company.cards.coefficients.get_mut(&place).unwrap();
    let plan = CoefficientPlan::clone(award.plan.as_ref().unwrap());
    (award, plan)
}

#[test]
fn a_coefficient_says_by_which_plan_and_rule_it_came_about() {
    let mut company = fixture::company();
    let (award, plan) = own_award(&mut company);
    let band = |from: &str, to: Option<&str>, factor: &str| FactorBand {
        from: number(from),
        to: to.map(number),
        factor: number(factor),
    };
    let second = SecondAxis {
        metric: "collection_rate".into(),
        of: SecondOf::Actual,
        missing: SecondMissing::None,
        bands: vec![band("0", Some("0.9"), "0.8"), band("0.9", None, "0.9")],
    };
    award.plan = Some(Arc::new(CoefficientPlan {
        name: Some("h2".to_owned()),
        label: Some(Bilingual { zh: "下半年方案".to_owned(), en: "second half".to_owned() }),
        mode: CoefficientMode::Linear,
        second: Some(second),
        cap: Some(number("1")),
        ..plan
    }));
    award.earned = Some(number("1.115"));
    award.second = Some(SecondStep {
        metric: "collection_rate".into(),
        figure: Figure::Known(number("0.93249")),
        band: Some((number("0.9"), None)),
        factor: Some(number("0.9")),
    });
    award.uncapped = Some(number("1.0035"));
    award.coefficient = Ok(number("1"));
    award.next = None;
    award.point = Some(number("0.009"));
    award.pay = Pay::Paid(Payout { base: number("4000"), months: 3, amount: number("12000") });
    assert_eq!(
        coefficient_lines(&company, Language::Zh),
        [
            "适用方案：下半年方案。",
            "销售额完成率91.5%，在“80%（含）至100%（不含）”一档内按比例递增，对应系数1.115。",
            "回款率93.2%，属于“90%及以上”一档，乘以0.9：1.115×0.9＝1.0035。",
            "算得1.0035，超过封顶系数，按1.0计。",
            "奖金：月基数¥4,000.00×3个月×系数1.0＝¥12,000.00。",
            "销售额完成率每再提高1个百分点，系数增加0.009。",
        ]
    );
    let english = coefficient_lines(&company, Language::En);
    assert_eq!(english.len(), 6);
    assert_eq!(english[0], "Plan: second half.");
}

#[test]
fn slices_are_told_one_by_one() {
    let mut company = fixture::company();
    let (award, plan) = own_award(&mut company);
    award.plan = Some(Arc::new(CoefficientPlan { mode: CoefficientMode::Marginal, ..plan }));
    let value = award.value.as_ref().unwrap().known().unwrap().clone();
    let slice =
        |from: &str, to: Exact, rate: &str| Slice { from: number(from), to, rate: number(rate) };
    award.slices = vec![slice("0", number("0.8"), "0.8"), slice("0.8", value, "1")];
    award.earned = Some(number("0.755"));
    let lines = coefficient_lines(&company, Language::Zh);
    assert_eq!(
        lines[0],
        "销售额完成率91.5%，分段累计：0%至80%部分乘以0.8、80%至91.5%部分乘以1.0，合计系数0.755。"
    );
}

#[test]
fn why_there_is_no_coefficient_is_said() {
    let mut company = fixture::company();
    let reasons = [
        (
            NoCoefficient::NoPlan {
                day: "2026-10-31".parse().unwrap(),
                role: Some("管培生".to_owned()),
            },
            "2026-10-31没有适用于“管培生”岗位的奖金方案，因此没有系数。",
        ),
        (
            NoCoefficient::Participation {
                days: DaysThere { there: 9, of: 22 },
                least: number("0.5"),
                by: DaysBy::WorkingDays,
            },
            "本期在岗9个工作日（共22个），不足方案要求的50%，因此没有系数。",
        ),
        (
            NoCoefficient::Basis(Absence::NoTarget),
            "销售额完成率无法计算（未设目标），因此没有系数。",
        ),
    ];
    for (why, line) in reasons {
        own_award(&mut company).0.coefficient = Err(why);
        assert_eq!(coefficient_lines(&company, Language::Zh), [line]);
    }
}

#[test]
fn a_composite_shows_its_parts_and_may_make_the_place() {
    let mut company = fixture::company();
    let part = |metric: &str, weight: &str, counted: &str, attainment: &str| Part {
        metric: metric.into(),
        weight: number(weight),
        counted: Figure::Known(number(counted)),
        attainment: Figure::Known(number(attainment)),
    };
    let standing = company.score("P2", "sales").standing.clone().unwrap();
    let standing = PeerStanding { rank: 5, ..standing };
    let composite = CompositeScore {
        period: fixture::MONTH,
        unit: "P2".into(),
        level: Level::Person,
        value: Figure::Known(number("0.949")),
        parts: vec![part("sales", "0.6", "0.915", "0.915"), part("visits", "0.4", "1", "1.3")],
        standing: Some(standing),
        not_ranked: None,
    };
    company.cards.composites.insert((fixture::MONTH, "P2".into()), composite);
    company.plan.composite =
        Some(CompositeRule { weights: Vec::new(), missing: MissingPart::Reweigh });
    let document = report(&company, "P2", Language::Zh);
    let told: Vec<String> = document
        .tables()
        .find(|table| table.key == "composite")
        .unwrap()
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" "))
        .collect();
    let expected =
        ["销售额 91.5% 91.5% 60% 54.9%", "客户拜访量 130.0% 100.0% 40% 40.0%", "合计 — — — 94.9%"];
    assert_eq!(told, expected);
    assert!(document.lead[0].contains("按完成率在全公司6人中排名第3"), "{}", document.lead[0]);
    company.plan.rank.by = RankBy::Composite;
    let lead = report(&company, "P2", Language::Zh).lead;
    assert!(lead[0].contains("按综合得分在全公司6人中排名第5"), "{}", lead[0]);
}
