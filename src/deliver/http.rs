//! Requests to webhooks, whose addresses are secrets: no error and no log shows one.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use url::Url;

use super::reason::with_causes;

/// An answer is read so far; the rest says nothing more.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What a server answered.
#[derive(Debug)]
pub struct Heard {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    pub why: String,
    /// Whether the request may have arrived all the same.
    pub in_doubt: bool,
}

/// A client that follows nobody elsewhere. HTTP/1.1 is all that a robot needs.
pub fn client(timeout: Duration) -> Result<Client, String> {
    Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .redirect(Policy::none())
        .http1_only()
        .user_agent(concat!("attain/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|why| told(&why.without_url()))
}

/// The answer to a request.
///
/// # Errors
/// No connection, or none that lasted until the answer.
pub async fn ask(request: RequestBuilder) -> Result<Heard, Unheard> {
    let mut response = request.send().await.map_err(|why| {
        let in_doubt = !(why.is_connect() || why.is_builder());
        Unheard { why: told(&why.without_url()), in_doubt }
    })?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut bytes = Vec::new();
    // The first line of an answer is an answer: a body that breaks off only says less.
    while let Ok(Some(part)) = response.chunk().await {
        bytes.extend_from_slice(&part);
        if bytes.len() > LONGEST_ANSWER {
            bytes.truncate(LONGEST_ANSWER);
            break;
        }
    }
    Ok(Heard { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() })
}

/// A text of others without what of it would give the address away: its words of eight letters or
/// more behind the host.
pub fn without_secrets(text: &str, secrets: &[&str]) -> String {
    const SHORTEST: usize = 8;
    let mut hidden: Vec<String> = Vec::new();
    for secret in secrets {
        hidden.push((*secret).to_owned());
        if let Ok(url) = Url::parse(secret) {
            let rest = &url[url::Position::BeforePath..];
            let words = rest.split(['/', '?', '&', '=', '#']).map(str::to_owned);
            let decoded = url.query_pairs().map(|(_, value)| value.into_owned());
            hidden.extend(words.chain(decoded));
            hidden.extend([url.username().to_owned(), url.password().unwrap_or("").to_owned()]);
        }
    }
    hidden.retain(|word| word.chars().count() >= SHORTEST);
    hidden.sort_by_key(|word| std::cmp::Reverse(word.len()));
    hidden.iter().fold(text.to_owned(), |text, word| text.replace(word.as_str(), "***"))
}

/// The error with its causes, on one line.
fn told(why: &reqwest::Error) -> String {
    let words = match (why.is_connect(), why.is_timeout()) {
        (true, _) => "the server cannot be reached",
        (false, true) => "no answer came in time",
        (false, false) => "the connection broke",
    };
    with_causes(words.to_owned(), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_cannot_give_an_address_away() {
        let url = "https://hooks.example/services/T0000/B0000/abcdefgh?key=s3cr%2Bt-key&v=1";
        let said = "no such hook: /services/T0000/B0000/abcdefgh?key=s3cr%2Bt-key (s3cr+t-key) v=1";
        let shown = without_secrets(said, &[url, "SECxyzabc"]);
        assert!(!shown.contains("abcdefgh") && !shown.contains("s3cr"), "{shown}");
        assert!(shown.ends_with("v=1") && shown.starts_with("no such hook"), "{shown}");
    }
}
