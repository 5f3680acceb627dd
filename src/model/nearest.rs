//! The name that somebody meant who wrote another one.

/// “did you mean …? ” for a name that has at most half of its letters otherwise than a known one;
/// empty where none is that near.
pub fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wanted, known).map_or_else(String::new, |name| format!("did you mean “{name}”? "))
}

/// The known name with the fewest letters otherwise, where at most half of its letters are.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|name| (distance(wanted, name), name)).min();
    near.filter(|(away, name)| away * 2 <= name.chars().count()).map(|(_, name)| name)
}

/// How many letters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.iter().enumerate() {
            let change = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_none() {
        let known = ["attainment", "label", "value"];
        assert_eq!(nearest("atainment", known), Some("attainment"));
        assert_eq!(nearest("lable", known), Some("label"));
        assert_eq!(nearest("forecast", known), None);
        assert_eq!(did_you_mean("valu", known), "did you mean “value”? ");
        assert_eq!(did_you_mean("x", []), "");
    }
}
