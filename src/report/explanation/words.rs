//! The words of explanations: the section `explain` of the files of words.

use serde::Deserialize;

use crate::report::words::Phrase;

macro_rules! explain_words {
    ($($key:ident)*) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(in crate::report) struct ExplainWords {
            $(pub(in crate::report) $key: Phrase,)*
        }
    };
}

explain_words! {
    heading run same differs kept_same kept_differs kept_lost moved not_recorded kept_not_recorded
    changed_now changed_between changed gone new more
    definition source_sum source_count source_values source_distinct filter by_person by_unit
    trailing equation lower higher unit_count unit_share unit_days unit
    rows rows_of no_rows no_data no_data_at_all no_person listed largest first day rows_count by_day
    by_month by_person_title sums_alone at_units outside at_unit
    left_out filtered no_value others_share elsewhere overlay other_day no_date shares no_owner
    unknown reason example set_aside set_aside_count nothing_left_out row_at
    reckoning sum_of count_of distinct_of quotient quotient_lower shown result times over months
    no_step
    target given carried put_together sum_below none exempt about about_owner about_due
    about_source about_note month from_row written weight part counted taken
    warning not_warned no_warning to_lift
    rank place_alone tied ahead ahead_unnamed behind behind_unnamed group too_small
    no_place known_group
    versions before first_version unchanged item old new_value
    pay no_award no_composite no_score
    tab tab_left_out
}
