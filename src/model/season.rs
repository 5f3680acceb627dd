//! How a year's target is shared among its months.

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Exact;

/// What the months of a fiscal year weigh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Seasonality {
    /// Each the same.
    #[default]
    Even,
    /// Twelve shares, by month of the fiscal year.
    Given(Vec<Exact>),
    /// As much as the month a year before came to.
    LastYear,
}

/// `"even"`, `"last_year"`, or twelve shares.
impl<'de> Deserialize<'de> for Seasonality {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Seasonality;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("\"even\", \"last_year\", or twelve shares such as [\"8%\", …]")
            }
            fn visit_str<E: Error>(self, word: &str) -> Result<Seasonality, E> {
                match word {
                    "even" => Ok(Seasonality::Even),
                    "last_year" => Ok(Seasonality::LastYear),
                    other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
                }
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Seasonality, A::Error> {
                let mut shares = Vec::new();
                while let Some(share) = seq.next_element()? {
                    shares.push(share);
                }
                Ok(Seasonality::Given(shares))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
