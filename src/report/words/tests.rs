use super::*;
use crate::report::rewording::gaps;

/// Chinese writes a currency after the number, English before it.
const DIFFER: [&str; 1] = ["number.money"];

#[test]
fn both_languages_say_the_same_things() {
    let zh: toml::Table = toml::from_str(BUILT_IN_ZH).unwrap();
    let en: toml::Table = toml::from_str(BUILT_IN_EN).unwrap();
    for (section, words) in &zh {
        for (key, text) in words.as_table().unwrap() {
            let place = format!("{section}.{key}");
            let other = &en[section][key];
            if let (Some(text), Some(other)) = (text.as_str(), other.as_str())
                && !DIFFER.contains(&place.as_str())
            {
                assert_eq!(gaps(text), gaps(other), "{place}");
            }
        }
    }
    let count = |table: &toml::Table| -> usize {
        table.values().map(|section| section.as_table().unwrap().len()).sum()
    };
    assert_eq!(count(&zh), count(&en));
    WordBook::built_in();
}

#[test]
fn a_brace_in_a_value_stays_a_brace() {
    let phrase = Phrase("{a} and {b}".to_owned());
    assert_eq!(phrase.fill(&[("a", "{b}"), ("b", "2")]), "{b} and 2");
}

#[test]
fn a_label_inside_a_sentence_begins_small() {
    assert_eq!(inside("Gross margin"), "gross margin");
    assert_eq!(inside("KPI score"), "KPI score");
    assert_eq!(inside("销售额"), "销售额");
}
