//! Lines of text as the HTML part of a mail that has nothing to show but text.

/// A page with the lines as they are.
pub fn plain_page(lines: &[String]) -> String {
    let text: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!(
        "<!doctype html><html><body style=\"margin:16px;font-family:sans-serif\">\
         <div style=\"white-space:pre-wrap\">{}</div></body></html>",
        text.join("<br>\n")
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let page = plain_page(&["a <b> & \"c\"".into(), "d".into()]);
        assert!(page.contains("a &lt;b&gt; &amp; &quot;c&quot;<br>\nd"), "{page}");
    }
}
