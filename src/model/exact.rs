//! Exact numbers. Every figure that is paid or compared is one of these, from the extract's text
//! to the last comparison; only [`super::round`] turns one into digits.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Pow, Signed, Zero};

/// An exact rational number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Exact(BigRational);

/// By cross-multiplying: denominators are positive.
impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0.denom() == other.0.denom() {
            return self.0.numer().cmp(other.0.numer());
        }
        (self.0.numer() * other.0.denom()).cmp(&(other.0.numer() * self.0.denom()))
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Exact {
    /// Nothing of something: a known zero, never an absent figure.
    pub fn zero() -> Self {
        Self(BigRational::zero())
    }

    /// One.
    pub fn one() -> Self {
        Self::from(1)
    }

    /// `minor` × 10^-`scale`, as decimals are stored in tables.
    pub fn from_minor(minor: i128, scale: usize) -> Self {
        Self(BigRational::new(BigInt::from(minor), power_of_ten(scale)))
    }

    /// Reads plain decimal text such as `-1234.50`, `80%` or `1.3e8`.
    ///
    /// # Errors
    /// The text itself, where it is not a decimal number.
    pub fn parse(text: &str) -> Result<Self, NotANumber> {
        let refused = || NotANumber(text.to_owned());
        let trimmed = text.trim();
        let (body, percent) = match trimmed.strip_suffix('%') {
            Some(body) => (body.trim_end(), true),
            None => (trimmed, false),
        };
        let (mantissa, exponent) = match body.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent.parse::<i32>().ok().filter(|e| e.abs() <= 60))
            }
            None => (body, Some(0)),
        };
        let exponent = exponent.ok_or_else(refused)?;
        let (sign, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = [whole, fraction].concat();
        if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refused());
        }
        let minor: BigInt = all.parse().map_err(|_| refused())?;
        let mut value = BigRational::new(minor * sign, power_of_ten(fraction.len()));
        let shift = power_of_ten(exponent.unsigned_abs() as usize);
        value = if exponent >= 0 { value * shift } else { value / shift };
        if percent {
            value /= power_of_ten(2);
        }
        Ok(Self(value))
    }

    /// The share that `self` is of `whole`; `None` where `whole` is zero.
    pub fn over(&self, whole: &Self) -> Option<Self> {
        if whole.is_zero() { None } else { Some(Self(&self.0 / &whole.0)) }
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    pub fn is_positive(&self) -> bool {
        self.0.is_positive()
    }

    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    pub fn abs(&self) -> Self {
        Self(self.0.abs())
    }

    /// `minor` × 10^-`scale`, however large.
    pub(super) fn from_big_minor(minor: BigInt, scale: usize) -> Self {
        Self(BigRational::new(minor, power_of_ten(scale)))
    }

    /// The number × 10^`scale` rounded towards minus infinity, with whether anything was cut off.
    pub(super) fn floor_minor(&self, scale: usize) -> (BigInt, bool) {
        let (floor, rest) = (self.0.numer() * power_of_ten(scale)).div_mod_floor(self.0.denom());
        let cut = !rest.is_zero();
        (floor, cut)
    }

    /// The number × 10^`scale`, rounded half up (away from zero at the half).
    pub(super) fn half_up_minor(&self, scale: usize) -> BigInt {
        let twice: BigInt = self.0.numer().abs() * power_of_ten(scale) * 2 + self.0.denom();
        let minor = twice.div_floor(&(self.0.denom() * 2));
        if self.is_negative() { -minor } else { minor }
    }

    /// The mean, exact where it is a decimal of at most 24 places, else rounded half up to these;
    /// `None` of nothing. Over thousands of shares, each with a denominator of its own, the exact
    /// quotient would have tens of thousands of digits.
    pub fn mean<'a>(values: impl Iterator<Item = &'a Self>) -> Option<Self> {
        const PLACES: usize = 24;
        const MORE: usize = 6;
        let (mut sum, mut count) = (BigInt::zero(), 0_u64);
        for value in values {
            sum += value.half_up_minor(PLACES + MORE);
            count += 1;
        }
        let whole = BigRational::new(sum, power_of_ten(PLACES + MORE) * count.max(1));
        (count > 0).then(|| Self::from_big_minor(Self(whole).half_up_minor(PLACES), PLACES))
    }

    /// A position on a drawing, between 0 and 1 for instance. Never for a figure that is paid,
    /// compared or printed.
    pub fn to_drawing(&self) -> f64 {
        use num_traits::ToPrimitive;
        self.0.to_f64().unwrap_or(f64::NAN)
    }
}

fn power_of_ten(exponent: usize) -> BigInt {
    Pow::pow(BigInt::from(10), exponent)
}

/// Text that should have been a decimal number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a decimal number")]
pub struct NotANumber(pub String);

macro_rules! from_whole {
    ($($whole:ty),*) => {$(
        impl From<$whole> for Exact {
            fn from(whole: $whole) -> Self {
                Self(BigRational::from_integer(BigInt::from(whole)))
            }
        }
    )*};
}
from_whole!(i32, i64, u64, i128);

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for &Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                Exact($trait::$method(&self.0, &other.0))
            }
        }
        impl $trait for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                Exact($trait::$method(self.0, other.0))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);

/// Only where the divisor cannot be zero; see [`Exact::over`] for the other places.
impl Div<i64> for &Exact {
    type Output = Exact;
    fn div(self, divisor: i64) -> Exact {
        assert!(divisor != 0, "a number of parts is never zero");
        Exact(&self.0 / BigInt::from(divisor))
    }
}

impl Neg for &Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        Exact(-&self.0)
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(parts: I) -> Exact {
        parts.fold(Exact::zero(), |sum, part| sum + part)
    }
}

impl<'a> Sum<&'a Exact> for Exact {
    fn sum<I: Iterator<Item = &'a Exact>>(parts: I) -> Exact {
        parts.fold(Exact::zero(), |sum, part| &sum + part)
    }
}

/// As text: a decimal where the number is one, else `numerator/denominator`; both read back.
impl serde::Serialize for Exact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::round::to_plain(self))
    }
}

/// From TOML or JSON: a whole number, or text as [`Exact::parse`] reads it. A float is refused,
/// since it may already have lost what was written.
impl<'de> serde::Deserialize<'de> for Exact {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Exact;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or a decimal in quotes such as \"0.8\" or \"80%\"")
            }
            fn visit_i64<E: serde::de::Error>(self, whole: i64) -> Result<Exact, E> {
                Ok(Exact::from(whole))
            }
            fn visit_u64<E: serde::de::Error>(self, whole: u64) -> Result<Exact, E> {
                Ok(Exact::from(whole))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Exact, E> {
                match text.split_once('/') {
                    None => Exact::parse(text).map_err(E::custom),
                    Some((top, bottom)) => {
                        let top = Exact::parse(top).map_err(E::custom)?;
                        let bottom = Exact::parse(bottom).map_err(E::custom)?;
                        top.over(&bottom).ok_or_else(|| E::custom("a fraction over zero"))
                    }
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_people_write() {
        assert_eq!(Exact::parse("-1234.50"), Ok(Exact::from_minor(-123450, 2)));
        assert_eq!(Exact::parse(" 80% "), Ok(Exact::from_minor(8, 1)));
        assert_eq!(Exact::parse("1.3e8"), Ok(Exact::from(130_000_000)));
        assert_eq!(Exact::parse(".5"), Ok(Exact::from_minor(5, 1)));
        for wrong in ["", "-", "1.2.3", "12O0", "1,000", "e5", "1e999", "NaN"] {
            assert!(Exact::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_ratio_is_compared_exactly() {
        let ratio = Exact::from_minor(7995, 2).over(&Exact::from(100)).unwrap();
        assert!(ratio < Exact::parse("80%").unwrap());
        assert_eq!(Exact::one().over(&Exact::zero()), None);
    }

    #[test]
    fn a_mean_is_exact_where_it_is_a_decimal_and_short_everywhere() {
        let part = |of: i64| Exact::one().over(&Exact::from(of)).unwrap();
        let halves = [part(3), &part(3) + &part(3)];
        assert_eq!(Exact::mean(halves.iter()), Some(Exact::from_minor(5, 1)));
        let tie = ["0.8505", "-0.8505", "0.00015"].map(|text| Exact::parse(text).unwrap());
        assert_eq!(Exact::mean(tie.iter()), Some(Exact::from_minor(5, 5)));
        let shares: Vec<Exact> = (1..=2400).map(part).collect();
        let mean = Exact::mean(shares.iter()).unwrap();
        assert!(format!("{mean:?}").len() < 60, "{mean:?}");
        assert_eq!(Exact::mean([].iter()), None);
    }

    proptest::proptest! {
        #[test]
        fn order_is_the_sign_of_the_difference(a in -99i64..99, b in 1i64..99, c in -99i64..99, d in 1i64..99) {
            let left = Exact::from(a).over(&Exact::from(b)).unwrap();
            let right = Exact::from(c).over(&Exact::from(d)).unwrap();
            let apart = &left - &right;
            proptest::prop_assert_eq!(left < right, apart.is_negative());
            proptest::prop_assert_eq!(left == right, apart.is_zero());
            proptest::prop_assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
        }
    }

    #[test]
    fn text_reads_back() {
        let third = Exact::one().over(&Exact::from(3)).unwrap();
        for value in [third, Exact::from_minor(-1005, 3), Exact::zero()] {
            let text = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Exact>(&text).unwrap(), value, "{text}");
        }
    }
}
