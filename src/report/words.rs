//! The words of the reports: one file per language under `reports/words/`, read into fields, so
//! that a missing or misspelt word fails the tests and an unused one is a compiler warning.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::rewording::{Reworded, as_comments, reworded};
use crate::model::{Diagnostic, Diagnostics, Language, Place};

/// A text with named gaps: `{name} ({value})`.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Phrase(String);

impl Phrase {
    /// A text that has no gaps.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// The text with its gaps filled in one pass, so that a brace inside a value stays a brace.
    pub(super) fn fill(&self, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.0.as_str();
        while let Some((before, from_gap)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, after)) = from_gap.split_once('}') else { break };
            let value = values.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            debug_assert!(value.is_some(), "nothing fills {{{name}}} of “{}”", self.0);
            filled.push_str(value.unwrap_or(name));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// How a currency is written: before a number, and after one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Currency {
    pub(super) symbol: String,
    pub(super) name: String,
}

/// A step of the short number form: from `from` on, numbers are written in units of 10^`power`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scale {
    pub(super) from: u64,
    pub(super) power: usize,
    pub(super) decimals: usize,
    pub(super) suffix: String,
}

/// How amounts are shortened and which currencies have a sign.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Money {
    /// From large to small.
    pub(super) scales: Vec<Scale>,
    pub(super) currencies: BTreeMap<String, Currency>,
}

/// Names of the months, January first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Calendar {
    pub(super) months: [String; 12],
    pub(super) months_short: [String; 12],
}

macro_rules! words {
    ($($section:ident: $Section:ident { $($key:ident)* })*) => {
        /// Everything a report can say in one language.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Words {
            pub(super) calendar: Calendar,
            pub(super) money: Money,
            pub(super) explain: super::explanation::words::ExplainWords,
            $(pub(super) $section: $Section,)*
        }
        $(
            #[derive(Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(super) struct $Section {
                $(pub(super) $key: Phrase,)*
            }
        )*
    };
}

words! {
    report: ReportWords {
        subject subject_company person department company hr pack reminder quality place
    }
    period: PeriodWords { month quarter year fiscal_quarter fiscal_year range chart_year }
    number: NumberWords { money signed_money points days at_least at_most other_name }
    list: ListWords { comma last clause sentence named_value more label }
    lead: LeadWords {
        judged no_target zero_target exempt no_data to_date_judged to_date_plain fiscal_judged
        fiscal_plain change_both change_mom change_yoy grew fell flat rank_people rank_units
        whole_company within_role within_group by_attainment concern_red concern_yellow concern_none headline_attained headline_plain
        headline_absent
    }
    gap: GapWords { short over below above none }
    tone: ToneWords { good short not_judged yellow red yellow_short red_short }
    absence: AbsenceWords { no_target zero_target no_data exempt no_base nothing }
    tile: TileWords { target mom yoy to_date fiscal }
    warning: WarningWords {
        title line line_to_date person_yellow person_red department_yellow department_red company_yellow
        company_red
    }
    coefficient: CoefficientWords {
        title of_quarter absent_title plan metric_basis composite_basis band linear marginal slice no_slice
        below between from missing point top part parts second second_same second_absent capped pay pay_months
        no_base absent no_plan no_plan_role no_plan_short participation participation_working
        participation_short
    }
    composite: CompositeWords {
        name attainment counted weight brings total place not_there participation no_role no_group
        missing_reweigh missing_zero
    }
    simulation: SimulationWords {
        title cost more less same fares by_coefficient nobody old_unpaid new_unpaid people unit old
        new difference left_out bands band old_count new_count no_coefficient people_tab details_tab
        period old_plan old_coefficient new_plan new_coefficient
    }
    absent: AbsentWords { title no_target zero_target no_data exempt no_base no_rows }
    column: ColumnWords {
        metric actual target attainment gap rank current previous mom year_ago yoy own own_person
        mean median department person unit warning to_date_attainment coefficient reason
        action level item value owner due source note rolling
    }
    table: TableWords {
        metrics changes rolling year_to_date fiscal_to_date peers departments people attention targets
        total total_note amounts rank_note rank_by_attainment rank_by_value spread fractions carried sum_of_below peers_note
    }
    action: ActionWords {
        person_yellow person_red department_yellow department_red reason reason_to_date lasting
        edges own_edges own_edges_to_date escalates
    }
    pace: PaceWords {
        title year_target to_date target_to_date required state reached forecasts
        forecast_attainment forecast_note by_days by_targets by_last_year formula_days
        formula_targets formula_last_year lead lead_one progress_days progress_none
        progress_targets progress_metric no_calendar does_not_add on_plan back_on_plan recovering
        newly_behind behind out_of_reach said_on_plan said_back said_recovering said_newly
        said_behind said_out_of_reach said_missed said_reached need need_of_best lost_title
        missed_title no_base unknown_calendar nothing_passed year_over
    }
    streak: StreakWords {
        year fiscal_year attainment same same_open mixed mixed_open last line escalated_person
        escalated_department
    }
    cause: CauseWords {
        title below_title question answer conclusion what when place who why how how_elsewhere head to_date
        of_which takes sentence met missed same below_target above_target below_implied
        above_implied below_earlier above_earlier driver_share driver_offset main no_single not_worse small_change no_figures
        less more fell rose pulled_down pulled_up whole_gap whole_year_ago whole_previous target
        year_ago previous what_line year_so_far fiscal_so_far months_fine months_named months_even
        by_dimension by_units by_customers customers_named unnamed part part_share offset compared gained
        grown shrunk lost ahead behind nameless process_met process_missed factor base effect
        share factors_title rest base_target base_earlier implied implied_note order_free
        lost_note rule
    }
    targets: TargetWords {
        company department person level year quarters months range sum_of_quarters sum_of_months
        from_to part
    }
    parts: PartsWords { title note }
    shortened: ShortenedWords {
        days working_days exempt_days exempt_working_days season_own season_company season_even one one_working people
        one_exempt exempt_people exempt
    }
    target_check: TargetCheckWords {
        title about doubt place all joint lacks out_of_reach unknown_value at_row note
    }
    talent: TalentWords {
        title list promotion coaching quarters ranked missing not_judged no_place small_group no_run
        metric_basis rule rule_skips people_of_company people_of_unit
    }
    tilt: TiltWords {
        title factor base suggested customers market target headcount even kept no_base rule period to_date
    }
    hr: HrWords {
        subject subject_plain lists no_quarter coefficients promotion coaching groups group members
        top bottom remark applies too_small coefficients_title basis amount rule_title nobody
    }
    reconcile: ReconcileWords {
        title unit period below difference submitted below_submitted state mismatch_over
        mismatch_under within_buffer higher lower of_children note_difference note_submitted
        not_declared not_declared_one by_dimension parts_over parts_under note_parts note_even
    }
    plan: PlanWords {
        title measure due state expected change effect open due_today due_soon overdue done done_on
        cancelled from_to reached improved improved_short no_change worse no_data note_change
        note_latest how propose propose_plain more under_way in_cards
        fill_in
    }
    plan_sheet: PlanSheetWords {
        file unit cause cause_drivers cause_process proposal running analysis not_begun in_progress tab_running tab_guide
        guide_rows guide_more guide_owner guide_expected guide_done guide_place
    }
    chart: ChartWords { title actual target year_ago alt last }
    provenance: ProvenanceWords {
        title run program rejected rejected_one rejected_none definitions inputs several folded ask
    }
    statement: StatementWords {
        file title head foot tab_summary tab_bands tab_bands_of headline parts part sum rows sheet
        definition awards period date share value_of credited_of counted_of file_column row_column
        overlay overlay_yes visible shared counted check as_number by_day by_day_counted left_out yes
        no band bands factors from to factor applies here reckoning step result earned cap last base
        months amount
    }
    workbook: WorkbookWords {
        file file_hr title tab_overview tab_units tab_people tab_warnings tab_coefficients
        overview_note above unit_id role peers streak most_severe rest rest_of_units adds
        does_not_add band plan
    }
    target_sheet: TargetSheetWords {
        tab title state unit_id unit below count difference buffer_under buffer_over submitted
        below_submitted submitters dimension mismatch within_buffer no_parent no_children matches
        note_difference note_dimension note_even note_not_additive proposed
    }
    section: SectionWords {
        standing heading pay why next warnings attention map people targets lists totals
    }
    quality: QualityWords {
        subject_held subject_mend subject_clean subject_rows subject_provisional lead_held lead_mend
        lead_clean lead_fine lead_provisional lead_rows lead_told must should
        mend sources rejects people drift stated totals owners rejected rejected_in
        silent silent_never late
        gaps_days gaps_weeks drift_line stated_line stated_aside not_stated people_line slip
        owners_line responsible rhythm monthly weekly daily irregular in_period last_row state fine
        to_mend measure_rows measure_sum manager last_record never weeks whole_period value mean
        change tolerance stated_value read_value report address why nobody no_address bad_address
        other_domain place problem missing failed month attached undated_rows totals_note
    }
    waterfall: WaterfallWords { drivers_title months_title axis_note alt step }
    correction: CorrectionWords {
        subject title lead lead_below lead_payroll lead_talent relisted replaces reason rows rows_of rows_added rows_removed
        rows_changed becomes pays pays_with pay_stays locked rest rest_payroll own below item old new_value difference
        target_of attainment_of warning_of no_warning amount to_date fiscal_to_date of_period period
        old_coefficient new_coefficient old_amount new_amount adjustments adjustments_sum by_rows_added
        by_rows_removed by_rows_changed by_target by_org by_rule by_program by_unsplit
    }
    mail: MailWords { trend trend_spoken status formulas formula below_the_top not_listed between_ends }
    pack: PackWords {
        subject subject_company file contents page chapter appendix headline targets months trends
        ranks warnings drivers causes conclusions plan coefficients talent tilt next definitions
        quality restatements matters below attached attached_pdf attached_xlsx more_rows by_unit
        by_dimension decomposition reconciled unit_table no_targets month quarter own_months
        month_table units_by_month shares_by_month actuals_by_month lines quarters quarter_column
        quarter_table no_earlier changes own_ranks rank_before movement up down same new
        other_group departments_ranked people_ranked belongs_to attainment_before ranked_among
        level_of movement_note no_ranks said_rank said_up said_down said_same said_new
        said_other_group warned_count warned_in warned_none warned_table warned_cell streak
        streak_note no_drivers nothing_judged no_tree no_causes more_units own_conclusions
        below_conclusions below_table no_conclusion met short achieved running proposed ended
        ended_late state_count no_actions none_ended none_running own_coefficient bands
        bands_table band no_coefficient amount bands_note paid paid_table paid_people
        mean_paid people_coefficients no_awards no_lists nobody_listed next_targets next_table
        next_units next_target against_now next_note no_next year_ahead next_said next_said_year
        definition rows_read extract rows set_aside set_aside_for column example example_at
        kind_cell kind_outside kind_reference kind_repeated kind_unknown kind_shares kind_unreadable kind_misfit
        reconciled_rows total credited unassigned undated difference reconciled_note file_path
        file_size file_hash restated restated_line restated_nothing no_restatement period
        of_version what old new_value newly_behind said_back said_recovering said_newly
        said_behind
    }
    reminder: ReminderWords {
        subject subject_held heading waiting after_provisional held table extract responsible lacks
        nobody project missing wrong original original_text at_line at_row at_column now_title now
    }
    finality: FinalityWords {
        subject title lead failed to_come replaces changed_title changed coefficient unchanged
    }
}

/// The words of both languages: the built-in ones, and in their place what the project words
/// otherwise.
#[derive(Debug)]
pub struct WordBook {
    zh: Words,
    en: Words,
    /// The files with phrases of the project's own, each with the names of these.
    pub own: Vec<(String, Vec<String>)>,
}

impl WordBook {
    /// As they come with attain.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<WordBook> = LazyLock::new(|| WordBook {
            zh: read(BUILT_IN_ZH),
            en: read(BUILT_IN_EN),
            own: Vec::new(),
        });
        &BUILT_IN
    }

    pub(super) fn of(&self, language: Language) -> &Words {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }

    /// With the phrases of the project: for each language the path and the text of its file, where
    /// there is one. What a file leaves out stays as it is built in.
    ///
    /// # Errors
    /// Every section, key and gap that is not known, with its line and the nearest name.
    pub fn with(own: &[(Language, String, String)]) -> Result<Self, Diagnostics> {
        let (mut found, mut changed) = (Diagnostics::default(), Vec::new());
        let mut words_of = |language: Language, built_in: &str| {
            let file = own.iter().find(|(of, _, _)| *of == language);
            let Some((_, path, text)) = file else { return Some(read(built_in)) };
            match reworded(built_in, text) {
                Ok(Reworded { words, own }) => {
                    if !own.is_empty() {
                        changed.push((path.clone(), own));
                    }
                    Some(words)
                }
                Err(wrong) => {
                    let place = |line| Place::file(path).line(line);
                    found.extend(
                        wrong
                            .into_iter()
                            .map(|one| Diagnostic::error(place(one.line), one.what, one.help)),
                    );
                    None
                }
            }
        };
        let (zh, en) = (words_of(Language::Zh, BUILT_IN_ZH), words_of(Language::En, BUILT_IN_EN));
        match (zh, en) {
            (Some(zh), Some(en)) => Ok(Self { zh, en, own: changed }),
            _ => Err(found),
        }
    }
}

/// The files of words as they are laid out, by path below `reports`: every phrase as a comment.
pub fn word_files() -> [(&'static str, String); 2] {
    [("words/zh.toml", as_comments(BUILT_IN_ZH)), ("words/en.toml", as_comments(BUILT_IN_EN))]
}

pub(super) const BUILT_IN_ZH: &str = include_str!("../../reports/words/zh.toml");
pub(super) const BUILT_IN_EN: &str = include_str!("../../reports/words/en.toml");

fn read(text: &str) -> Words {
    toml::from_str(text).unwrap_or_else(|slip| unreachable!("a built-in file of words: {slip}"))
}

impl Words {
    /// Several texts as a list in a sentence: “A, B and C”.
    pub(super) fn list(&self, texts: &[String]) -> String {
        match texts {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => {
                let comma = self.list.comma.text();
                format!("{}{}{last}", first.join(comma), self.list.last.text())
            }
        }
    }
}

/// A word or label as it stands inside a sentence: English begins it in lower case, but not “KPI”.
pub(super) fn inside(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
