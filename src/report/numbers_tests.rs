use proptest::prelude::*;

use super::*;
use crate::model::{Bilingual, Language};
use crate::report::{WordBook, fixture};

fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn metric(unit: MetricUnit, decimals: usize) -> Metric {
    let label = Bilingual { zh: "指标".into(), en: "Metric".into() };
    let sales = fixture::metrics().remove(0);
    Metric { id: "m".into(), definition: label.clone(), label, unit, decimals, ..sales }
}

fn numbers(language: Language) -> Numbers<'static> {
    Numbers::new(WordBook::built_in().of(language), "CNY", &fixture::plan(), &number("0.3"))
}

#[test]
fn amounts_are_shortened_as_their_readers_do() {
    let money = metric(MetricUnit::Money, 2);
    let (zh, en) = (numbers(Language::Zh), numbers(Language::En));
    for (value, chinese, english) in [
        ("8124000", "812.4万元", "¥8.12M"),
        ("130000000", "1.30亿元", "¥130M"),
        ("100000000", "1亿元", "¥100M"),
        ("99999999.99", "1.00亿元", "¥100.00M"),
        ("-52000", "−5.2万元", "−¥52K"),
        ("9999.5", "9,999.50元", "¥9,999.50"),
        ("9999.999", "1.0万元", "¥10.0K"),
        ("0", "0元", "¥0"),
    ] {
        assert_eq!(zh.short(&money, &number(value), None), chinese);
        assert_eq!(en.short(&money, &number(value), None), english);
    }
    assert_eq!(zh.full(&money, &number("-1234567.895"), None), "−1,234,567.90");
}

#[test]
fn a_figure_short_of_its_target_never_looks_like_it() {
    let (zh, money) = (numbers(Language::Zh), metric(MetricUnit::Money, 2));
    let target = number("9000000");
    assert_eq!(zh.short(&money, &number("8999700"), Some(&target)), "899.97万元");
    let rate = metric(MetricUnit::Percent, 1);
    assert_eq!(zh.short(&rate, &number("0.9497"), Some(&number("0.95"))), "94.97%");
    assert_eq!(zh.attainment(&number("0.9996")), "99.96%");
    assert_eq!(zh.attainment(&number("0.7995")), "79.95%");
    assert_eq!(zh.attainment(&number("0.915")), "91.5%");
}

#[test]
fn a_part_has_the_scale_of_the_largest() {
    let money = metric(MetricUnit::Money, 2);
    let (zh, en) = (numbers(Language::Zh), numbers(Language::En));
    let largest = number("-3300000");
    for (value, chinese, english) in [
        ("-961666.66", "−96.2万元", "−¥0.96M"),
        ("4355.82", "+0.4万元", "+¥0.004M"),
        ("67.2", "+0.01万元", "+¥0.0001M"),
        ("0", "0.0万元", "¥0.00M"),
    ] {
        assert_eq!(zh.step(&money, &number(value), &largest), chinese);
        assert_eq!(en.step(&money, &number(value), &largest), english);
    }
    let rate = metric(MetricUnit::Percent, 1);
    assert_eq!(zh.step(&rate, &number("-0.04"), &number("0.7")), "−4.0个百分点");
}

#[test]
fn what_is_missing_is_never_too_little() {
    let (zh, money) = (numbers(Language::Zh), metric(MetricUnit::Money, 2));
    assert_eq!(zh.enough(&money, &number("83000")), "¥83,000");
    assert_eq!(zh.enough(&money, &number("82999.991")), "¥83,000");
    assert_eq!(zh.enough(&money, &number("82999.981")), "¥82,999.99");
    let count = metric(MetricUnit::Count, 0);
    let third = Exact::one().over(&Exact::from(3)).unwrap();
    assert_eq!(zh.enough(&count, &third), "1");
    assert_eq!(zh.target_short(&count, &third), "0.33");
    assert_eq!(zh.full(&count, &number("14"), Some(&third)), "14");
}

#[test]
fn changes_bear_a_sign_unless_they_are_nothing() {
    let en = numbers(Language::En);
    assert_eq!(en.relative(&number("0.032")), "+3.2%");
    assert_eq!(en.relative(&number("-0.032")), "−3.2%");
    assert_eq!(en.relative(&number("-0.0004")), "0.0%");
    assert_eq!(en.relative(&number("12.5")), "+1,250.0%");
    assert_eq!(en.in_points(&metric(MetricUnit::Percent, 1), &number("-0.018")), "−1.8 pp");
}

#[test]
fn a_currency_without_a_sign_is_named() {
    let money = metric(MetricUnit::Money, 2);
    let other = |language| {
        Numbers::new(WordBook::built_in().of(language), "SEK", &fixture::plan(), &number("0.3"))
    };
    assert_eq!(other(Language::Zh).short(&money, &number("52000"), None), "5.2万 SEK");
    assert_eq!(other(Language::En).short(&money, &number("52000"), None), "SEK 52K");
    assert_eq!(other(Language::En).currency_name(), "SEK");
}

#[test]
fn a_rule_between_whole_numbers_is_not_rounded() {
    let en = numbers(Language::En);
    let half = number("0.5");
    assert_eq!(en.tick(&metric(MetricUnit::Count, 0), &half), "0.5");
    assert_eq!(en.tick(&metric(MetricUnit::Days, 0), &half), "0.5 days");
    assert_eq!(en.tick(&metric(MetricUnit::Percent, 0), &number("0.005")), "0.5%");
    assert_eq!(en.tick(&metric(MetricUnit::Percent, 1), &number("0.4")), "40%");
    assert_eq!(en.tick(&metric(MetricUnit::Count, 0), &number("2000")), "2,000");
}

#[test]
fn a_coefficient_keeps_its_digits() {
    let zh = numbers(Language::Zh);
    assert_eq!(zh.coefficient(&number("1")), "1.0");
    assert_eq!(zh.coefficient(&number("0.85")), "0.85");
}

proptest! {
    #[test]
    fn what_is_shown_stands_on_the_same_side_of_every_edge(at in 0usize..3, off in -2_000_000i128..2_000_000) {
        let edges = ["0.6", "0.8", "1"].map(number);
        let value = &edges[at] + &Exact::from_minor(off, 9);
        let shown = number(&numbers(Language::Zh).attainment(&value));
        for edge in &edges {
            prop_assert_eq!(value < *edge, shown < *edge, "{:?} shown as {:?}", value, shown);
        }
    }

    #[test]
    fn a_short_amount_stands_on_the_same_side_of_its_target(target in 5_000i64..200_000_000, off in -200_000i128..200_000) {
        let target = Exact::from(target);
        let value = &target + &Exact::from_minor(off, 2);
        let text = numbers(Language::Zh).short(&metric(MetricUnit::Money, 2), &value, Some(&target));
        let digits = text.trim_end_matches('元').replace(',', "");
        let shown = number(&digits.replace('万', "e4").replace('亿', "e8"));
        prop_assert_eq!(value < target, shown < target, "{}", text);
    }
}
