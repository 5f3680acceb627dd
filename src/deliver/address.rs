//! Names and addresses, and which of them a mail may go to.

use lettre::Address;
use lettre::message::Mailbox;

use crate::settings::DeliverySettings;

/// `Name <name@example.com>` or the address alone.
pub fn mailbox(text: &str) -> Result<Mailbox, String> {
    let (name, address) = match text.rsplit_once('<') {
        Some((name, rest)) => (unquoted(name.trim()), rest.trim_end_matches('>').trim()),
        None => ("", text.trim()),
    };
    named(name, address)
}

fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name)
}

/// A mailbox of a name and an address.
pub fn named(name: &str, address: &str) -> Result<Mailbox, String> {
    let parsed: Address =
        address.parse().map_err(|why| format!("“{address}” is no mail address: {why}"))?;
    let name = without_marks(name);
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), parsed))
}

/// A text without control and direction marks, so that none can forge a header or turn the line
/// around, and with single spaces between its words, since encoded words keep no others.
pub fn without_marks(text: &str) -> String {
    let is_direction = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let words: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_direction(*c))
        .collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The domain that mails come from, and that their Message-IDs end in.
pub fn own_domain(settings: &DeliverySettings) -> String {
    mailbox(&settings.from)
        .map_or_else(|_| "attain".to_owned(), |from| from.email.domain().to_owned())
}

/// The part after the @, in small letters.
pub fn domain(address: &str) -> String {
    address.rsplit_once('@').map_or(String::new(), |(_, domain)| domain.to_lowercase())
}

/// Why a mail may not go to an address; none where it may.
pub fn refusal(address: &str, allowed_domains: &[String]) -> Option<String> {
    if address.trim().is_empty() {
        return Some("no mail address is known".to_owned());
    }
    if let Err(why) = named("", address) {
        return Some(why);
    }
    let domain = domain(address);
    let allowed = allowed_domains.is_empty() || allowed_domains.contains(&domain);
    (!allowed).then(|| format!("{domain} is none of the allowed domains"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_forge_a_header() {
        let sender = mailbox("张\r\nBcc: x\u{202e} <a@example.com>").unwrap();
        assert_eq!(sender.name.as_deref(), Some("张 Bcc: x"));
    }

    #[test]
    fn a_quoted_name_is_shown_without_its_quotes() {
        let sender = mailbox("\"Ops, Sales\" <ops@example.com>").unwrap();
        assert_eq!(sender.name.as_deref(), Some("Ops, Sales"));
    }

    #[test]
    fn only_allowed_domains_are_mailed() {
        let allowed = ["example.com".to_owned()];
        assert_eq!(refusal("a@Example.COM", &allowed), None);
        assert!(refusal("a@evil-example.com", &allowed).is_some());
        assert!(refusal("a@example.com.evil", &allowed).is_some());
        assert!(refusal("nobody", &[]).is_some());
        assert_eq!(refusal("a@anywhere.example", &[]), None);
    }
}
