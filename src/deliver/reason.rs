//! Errors of libraries, in a line.

use std::error::Error;

/// `words` and all that an error came from, on one line; what was said already is not said again.
pub fn with_causes(mut words: String, why: &dyn Error) -> String {
    let mut cause = why.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words.push_str(&format!(": {text}"));
        }
        cause = inner.source();
    }
    words.lines().collect::<Vec<_>>().join(" ")
}
