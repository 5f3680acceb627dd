//! Exact numbers in the reader's form. Digits come from `model::round` alone, and no number is
//! shown as reaching what it was judged not to have reached.

use super::digits::{
    MINUS, grouped, honest, hundredfold, percent, places, rounded_up, signed, trimmed,
};
use super::words::{Currency, Scale, Words};
use crate::model::plan::Plan;
use crate::model::{Direction, Exact, Metric, MetricUnit, round};

/// The most digits after the point of a share in sentences and tiles.
const SHORT_DECIMALS: usize = 2;

/// Digits after the point of an amount too small for a scale.
const UNSCALED_DECIMALS: usize = 2;

/// Numbers in one language and currency.
pub(super) struct Numbers<'a> {
    words: &'a Words,
    currency: Currency,
    /// The attainments that decide something: edges of warnings and bands, and 1.
    edges: Vec<Exact>,
    /// The coefficients that the plan names.
    steps: Vec<Exact>,
    /// The share of a whole from which on a part may be called its main cause.
    least_share: Exact,
}

impl<'a> Numbers<'a> {
    pub(super) fn new(words: &'a Words, currency: &str, plan: &Plan, least_share: &Exact) -> Self {
        let mut steps = Vec::new();
        let mut edges: Vec<Exact> = plan.warning.all_edges().cloned().collect();
        edges.push(Exact::one());
        for band in plan.coefficients.iter().flat_map(|plan| &plan.bands) {
            edges.push(band.from.clone());
            steps.push(band.coefficient.clone());
        }
        steps.extend(plan.coefficients.iter().filter_map(|plan| plan.cap.clone()));
        let currency = words.money.currencies.get(currency).cloned().unwrap_or_else(|| {
            let text = words.number.other_name.fill(&[("code", currency)]);
            Currency { symbol: text.clone(), name: text }
        });
        Self { words, currency, edges, steps, least_share: least_share.clone() }
    }

    /// The name of the currency, as it follows a number.
    pub(super) fn currency_name(&self) -> &str {
        self.currency.name.trim()
    }

    /// A figure for sentences and tiles: “812.4万元”, “¥8.12M”. Digits are added where rounding
    /// would carry it to or past `against`, its target.
    pub(super) fn short(&self, metric: &Metric, value: &Exact, against: Option<&Exact>) -> String {
        match metric.unit {
            MetricUnit::Money => self.money(&self.scaled(value, against)),
            MetricUnit::Count => grouped(&honest(value, places(metric, value), against)),
            MetricUnit::Days => self.days(&grouped(&honest(value, metric.decimals, against))),
            MetricUnit::Percent => percent(value, metric.decimals.min(SHORT_DECIMALS), against),
        }
    }

    /// A figure with all its digits for tables, without a currency: “8,124,000.00”.
    pub(super) fn full(&self, metric: &Metric, value: &Exact, against: Option<&Exact>) -> String {
        match metric.unit {
            MetricUnit::Money => grouped(&honest(value, metric.decimals, against)),
            MetricUnit::Percent => percent(value, metric.decimals, against),
            MetricUnit::Count | MetricUnit::Days => self.short(metric, value, against),
        }
    }

    /// A figure with every digit that it was delivered with, for tables: none is rounded away.
    pub(super) fn undiminished(&self, metric: &Metric, value: &Exact) -> String {
        let shown = in_its_unit(metric, value);
        let least = metric.decimals;
        let places = (least..least + 6).find(|&places| round::half_up(&shown, places) == shown);
        self.placed(metric, value, places.unwrap_or(least + 6))
    }

    /// Two figures of a metric, with as many digits as tell them apart.
    pub(super) fn told_apart(&self, metric: &Metric, one: &Exact, other: &Exact) -> [String; 2] {
        let least = metric.decimals;
        let at = |places| [one, other].map(|value| self.placed(metric, value, places));
        let places = (least..least + 12).find(|&places| at(places)[0] != at(places)[1]);
        at(places.unwrap_or(least))
    }

    fn placed(&self, metric: &Metric, value: &Exact, places: usize) -> String {
        let digits = grouped(&round::to_fixed(&in_its_unit(metric, value), places));
        match metric.unit {
            MetricUnit::Days => self.days(&digits),
            MetricUnit::Percent => format!("{digits}%"),
            MetricUnit::Money | MetricUnit::Count => digits,
        }
    }

    /// A figure with all its digits for sentences: “8,124,000.00元”.
    pub(super) fn precise(&self, metric: &Metric, value: &Exact) -> String {
        match metric.unit {
            MetricUnit::Money => self.money(&self.full(metric, value, None)),
            _ => self.full(metric, value, None),
        }
    }

    /// A target for sentences and tiles: “900万元”, “95%”.
    pub(super) fn target_short(&self, metric: &Metric, value: &Exact) -> String {
        match metric.unit {
            MetricUnit::Money => self.short(metric, value, None),
            _ => self.target(metric, value),
        }
    }

    /// A target in full, without decimals that are all zero: “5,200,000”, “95%”.
    pub(super) fn target(&self, metric: &Metric, value: &Exact) -> String {
        match metric.unit {
            MetricUnit::Money | MetricUnit::Count => {
                grouped(&trimmed(value, places(metric, value)))
            }
            MetricUnit::Days => self.days(&trimmed(value, metric.decimals)),
            MetricUnit::Percent => {
                format!("{}%", grouped(&trimmed(&hundredfold(value), metric.decimals)))
            }
        }
    }

    /// A target as something to reach: “≥95%” for shares and days, the number for the others.
    pub(super) fn goal(&self, metric: &Metric, value: &Exact) -> String {
        let number = self.target(metric, value);
        let phrase = match (metric.unit, metric.direction) {
            (MetricUnit::Money | MetricUnit::Count, Direction::Higher) => return number,
            (_, Direction::Higher) => &self.words.number.at_least,
            (_, Direction::Lower) => &self.words.number.at_most,
        };
        phrase.fill(&[("number", &number)])
    }

    /// A difference for tables, with its sign: “+1,200.00”, “−1.8个百分点”. Only no difference at
    /// all shows as zero.
    pub(super) fn difference(&self, metric: &Metric, value: &Exact) -> String {
        let nothing = Exact::zero();
        let digits = match metric.unit {
            MetricUnit::Percent => honest(&hundredfold(value), metric.decimals, Some(&nothing)),
            _ => honest(value, places(metric, value), Some(&nothing)),
        };
        let number = signed(&digits);
        match metric.unit {
            MetricUnit::Money | MetricUnit::Count => number,
            MetricUnit::Days => self.days(&number),
            MetricUnit::Percent => self.points(&number),
        }
    }

    /// The size of a difference for sentences, without a sign: “76.5万元”, “1.8个百分点”.
    pub(super) fn distance(&self, metric: &Metric, value: &Exact) -> String {
        let size = value.abs();
        match metric.unit {
            MetricUnit::Percent => {
                let (size, decimals) = (hundredfold(&size), metric.decimals.min(SHORT_DECIMALS));
                self.points(&honest(&size, decimals, Some(&Exact::zero())))
            }
            _ => self.short(metric, &size, Some(&Exact::zero())),
        }
    }

    /// What a part makes of a whole, with its sign and in the scale of the largest part: “−0.4万元”
    /// beside “−96.2万元”.
    pub(super) fn step(&self, metric: &Metric, value: &Exact, largest: &Exact) -> String {
        let sign = match value {
            _ if value.is_zero() => String::new(),
            _ if value.is_negative() => MINUS.to_string(),
            _ => "+".to_owned(),
        };
        let size = value.abs();
        if metric.unit != MetricUnit::Money {
            return format!("{sign}{}", self.distance(metric, &size));
        }
        let (_, scale, suffix) = self.scale_of(largest);
        let decimals = scale.map_or(UNSCALED_DECIMALS, |scale| scale.decimals);
        let scaled = &size * &Exact::from_minor(1, scale.map_or(0, |scale| scale.power));
        let digits = grouped(&honest(&scaled, decimals, Some(&Exact::zero())));
        format!("{sign}{}", self.money(&format!("{digits}{suffix}")))
    }

    /// What is missing to reach something, in full and rounded up, so that it is enough: “¥83,000”.
    pub(super) fn enough(&self, metric: &Metric, value: &Exact) -> String {
        let (value, decimals) = match metric.unit {
            MetricUnit::Percent => (hundredfold(value), metric.decimals),
            _ => (value.clone(), metric.decimals),
        };
        let number = grouped(&trimmed(&rounded_up(&value, decimals), decimals));
        match metric.unit {
            MetricUnit::Money => {
                let symbol = self.currency.symbol.as_str();
                let gaps = [("sign", ""), ("symbol", symbol), ("number", &number)];
                self.words.number.signed_money.fill(&gaps)
            }
            MetricUnit::Count => number,
            MetricUnit::Days => self.days(&number),
            MetricUnit::Percent => self.points(&number),
        }
    }

    /// Points of attainment that are missing to reach something, rounded up.
    pub(super) fn points_up(&self, share: &Exact) -> String {
        self.points(&trimmed(&rounded_up(&hundredfold(share), 1), 1))
    }

    /// The share of a target: “91.5%”, “79.96%” where “80.0%” would be a lie.
    pub(super) fn attainment(&self, value: &Exact) -> String {
        self.share_against(value, &self.edges)
    }

    /// A figure for a sentence, with more digits where rounding would carry it to or past an edge.
    pub(super) fn against(&self, metric: &Metric, value: &Exact, edges: &[Exact]) -> String {
        match metric.unit {
            MetricUnit::Percent => self.share_against(value, edges),
            _ => {
                let nearest = edges.iter().find(|edge| *edge > value);
                self.short(metric, value, nearest)
            }
        }
    }

    /// A part of a composite: “54.9%”.
    pub(super) fn points_of(&self, share: &Exact) -> String {
        format!("{}%", grouped(&round::to_fixed(&hundredfold(share), 1)))
    }

    /// A share with more digits where rounding would carry it to or past an edge.
    pub(super) fn share_against(&self, value: &Exact, edges: &[Exact]) -> String {
        let edges: Vec<Exact> = edges.iter().map(hundredfold).collect();
        format!("{}%", grouped(&round::to_honest(&hundredfold(value), 1, &edges)))
    }

    /// An edge or a weight as the plan has it: “80%”, “82.5%”.
    pub(super) fn share(&self, value: &Exact) -> String {
        format!("{}%", grouped(&trimmed(&hundredfold(value), 1)))
    }

    /// A share to a tenth of a percent: “33.3%”.
    pub(super) fn tenths(&self, value: &Exact) -> String {
        format!("{}%", grouped(&round::to_fixed(&hundredfold(value), 1)))
    }

    /// A small share, as of rows that were set aside: “0.03%”.
    pub(super) fn hundredths(&self, value: &Exact) -> String {
        format!("{}%", grouped(&honest(&hundredfold(value), 2, Some(&Exact::zero()))))
    }

    /// The share of a whole that a part makes: “72.0%”.
    pub(super) fn part(&self, share: &Exact) -> String {
        let edges = [hundredfold(&self.least_share)];
        format!("{}%", grouped(&round::to_honest(&hundredfold(share), 1, &edges)))
    }

    /// A relative change with its sign: “+3.2%”.
    pub(super) fn relative(&self, change: &Exact) -> String {
        format!("{}%", signed(&round::to_fixed(&hundredfold(change), 1)))
    }

    /// A share's change with its sign: “+1.2个百分点”.
    pub(super) fn in_points(&self, metric: &Metric, change: &Exact) -> String {
        let decimals = metric.decimals.clamp(1, SHORT_DECIMALS);
        self.points(&signed(&round::to_fixed(&hundredfold(change), decimals)))
    }

    /// A coefficient: “1.0”, “0.85”, and never one that the plan names where it was not reached.
    pub(super) fn coefficient(&self, value: &Exact) -> String {
        let exact = (1..4).find(|&places| round::half_up(value, places) == *value);
        match exact {
            Some(places) => round::to_fixed(value, places),
            None => round::to_honest(value, 4, &self.steps),
        }
    }

    /// An amount to the cent, for tables: “4,320.00”.
    pub(super) fn plain_cents(&self, value: &Exact) -> String {
        grouped(&round::to_fixed(value, 2))
    }

    /// An amount to the cent: “¥4,320.00”.
    pub(super) fn cents(&self, value: &Exact) -> String {
        let symbol = self.currency.symbol.as_str();
        let number = grouped(&round::to_fixed(value, 2));
        self.words.number.signed_money.fill(&[
            ("sign", ""),
            ("symbol", symbol),
            ("number", &number),
        ])
    }

    /// A number of rows: “12,345”.
    pub(super) fn whole(&self, number: u64) -> String {
        grouped(&number.to_string())
    }

    /// A number of rows, or a mean of such numbers, with a digit after the point where it has one.
    pub(super) fn of_rows(&self, value: &Exact) -> String {
        grouped(&trimmed(value, 1))
    }

    /// The text of a rule across a chart: “200万”, “2M”, “40%”, with every digit that it has: a rule
    /// may lie between the values that the metric can take.
    pub(super) fn tick(&self, metric: &Metric, value: &Exact) -> String {
        let digits = |value: &Exact| grouped(&round::to_plain(value));
        match metric.unit {
            MetricUnit::Money => {
                let (scaled, _, suffix) = self.scale_of(value);
                format!("{}{suffix}", digits(&scaled))
            }
            MetricUnit::Count => digits(value),
            MetricUnit::Days => self.days(&digits(value)),
            MetricUnit::Percent => format!("{}%", digits(&hundredfold(value))),
        }
    }

    fn points(&self, number: &str) -> String {
        self.words.number.points.fill(&[("number", number)])
    }

    fn days(&self, number: &str) -> String {
        self.words.number.days.fill(&[("number", number)])
    }

    /// Puts the currency to digits that may bear a sign, which goes in front of both.
    fn money(&self, digits: &str) -> String {
        let (sign, number) = match digits.strip_prefix(MINUS) {
            Some(number) => ("−", number),
            None => ("", digits),
        };
        let (symbol, name) = (self.currency.symbol.as_str(), self.currency.name.as_str());
        let money = &self.words.number.money;
        format!("{sign}{}", money.fill(&[("symbol", symbol), ("number", number), ("name", name)]))
    }

    /// Digits in the largest scale that fits, without decimals where they are none.
    fn scaled(&self, value: &Exact, against: Option<&Exact>) -> String {
        let (scaled, scale, suffix) = self.scale_of(value);
        let decimals = scale.map_or(UNSCALED_DECIMALS, |scale| scale.decimals);
        let power = scale.map_or(0, |scale| scale.power);
        let against = against.map(|edge| edge * &Exact::from_minor(1, power));
        let whole = round::half_up(&scaled, 0) == scaled;
        let digits = honest(&scaled, if whole { 0 } else { decimals }, against.as_ref());
        format!("{}{suffix}", grouped(&digits))
    }

    /// The largest scale that begins at or below `value`, as the next smaller one would round it:
    /// 99,999,999 is one 亿, not 10,000.0万.
    fn scale_of(&self, value: &Exact) -> (Exact, Option<&Scale>, &str) {
        let scales = &self.words.money.scales;
        for (at, scale) in scales.iter().enumerate() {
            let (power, decimals) = scales
                .get(at + 1)
                .map_or((0, UNSCALED_DECIMALS), |next| (next.power, next.decimals));
            let rounded = round::half_up(&(&value.abs() * &Exact::from_minor(1, power)), decimals);
            if rounded >= &Exact::from(scale.from) * &Exact::from_minor(1, power) {
                return (value * &Exact::from_minor(1, scale.power), Some(scale), &scale.suffix);
            }
        }
        (value.clone(), None, "")
    }
}

/// As it is written: shares in percents.
fn in_its_unit(metric: &Metric, value: &Exact) -> Exact {
    match metric.unit {
        MetricUnit::Percent => hundredfold(value),
        _ => value.clone(),
    }
}

#[cfg(test)]
#[path = "numbers_tests.rs"]
mod tests;
