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

/// How many letters must be put in, taken out, changed, or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let above = &rows[i - 1];
            let changed = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_none() {
        let known = ["attainment", "label", "value"];
        assert_eq!(nearest("atainment", known), Some("attainment"));
        assert_eq!(nearest("lable", known), Some("label"));
        assert_eq!(nearest("titel", ["tiles", "title"]), Some("title"));
        assert_eq!(nearest("forecast", known), None);
        assert_eq!(did_you_mean("valu", known), "did you mean “value”? ");
        assert_eq!(did_you_mean("x", []), "");
    }
}
