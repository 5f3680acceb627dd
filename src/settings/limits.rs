//! `[[delivery.limits]]`: how much mail the recipients' domains are given.

use serde::Deserialize;

use super::problem::{Problem, Problems};

/// A limit of some domains, which share it; of each other domain where `domains` is `["*"]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainLimit {
    pub domains: Vec<String>,
    /// How many mails are under way at once.
    pub connections: Option<usize>,
    pub per_minute: Option<u32>,
}

/// Every domain that no other limit names.
pub const OTHERS: &str = "*";

/// The limits, in small letters.
pub(super) fn check(limits: Vec<DomainLimit>, problems: &mut Problems) -> Vec<DomainLimit> {
    let mut seen: Vec<String> = Vec::new();
    let mut checked = Vec::with_capacity(limits.len());
    for (index, mut limit) in limits.into_iter().enumerate() {
        let key = format!("delivery.limits[{index}]");
        for domain in &mut limit.domains {
            *domain = domain.to_lowercase();
            if seen.contains(domain) {
                let what = format!("“{domain}” is limited twice");
                problems.push(Problem::new(&format!("{key}.domains"), what, "keep one of them"));
            }
            if domain != OTHERS && (domain.contains(['@', ' ', '*', '/']) || !domain.contains('.'))
            {
                let what = format!("“{domain}” is no domain");
                let help = "write what follows the @, such as qq.com, or \"*\" for each other one";
                problems.push(Problem::new(&format!("{key}.domains"), what, help));
            }
            seen.push(domain.clone());
        }
        if limit.domains.len() > 1 && limit.domains.iter().any(|domain| domain == OTHERS) {
            let what = "“*” stands for each other domain by itself, and shares with none";
            problems.push(Problem::new(
                &format!("{key}.domains"),
                what,
                "give it a limit of its own",
            ));
        }
        if limit.domains.is_empty() {
            problems.push(Problem::new(&key, "no domain is named", "add domains = [\"qq.com\"]"));
        }
        if (limit.connections, limit.per_minute) == (None, None) {
            let help = "add connections or per_minute";
            problems.push(Problem::new(&key, "nothing is limited", help));
        }
        if limit.connections == Some(0) || limit.per_minute == Some(0) {
            let help = "to mail nobody there, leave the domain out of allowed_domains";
            problems.push(Problem::new(&key, "nothing would leave", help));
        }
        checked.push(limit);
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_names_its_domains_and_what_is_limited() {
        let limit = |domains: &[&str], connections, per_minute| DomainLimit {
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
            connections,
            per_minute,
        };
        let whats = |limits: Vec<DomainLimit>| -> Vec<String> {
            let mut problems = Problems::new();
            check(limits, &mut problems);
            problems.into_iter().map(|problem| problem.what).collect()
        };
        let good =
            vec![limit(&["QQ.com", "foxmail.com"], Some(1), None), limit(&["*"], None, Some(9))];
        assert!(whats(good).is_empty());
        let twice = vec![limit(&["qq.com"], Some(1), None), limit(&["QQ.com"], Some(1), None)];
        assert_eq!(whats(twice), ["“qq.com” is limited twice"]);
        assert_eq!(whats(vec![limit(&["qq"], Some(1), None)]), ["“qq” is no domain"]);
        assert_eq!(whats(vec![limit(&["a.b"], None, None)]), ["nothing is limited"]);
        assert_eq!(whats(vec![limit(&["a.b"], Some(0), None)]), ["nothing would leave"]);
    }
}
