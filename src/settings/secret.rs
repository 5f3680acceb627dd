//! Secrets: they come from the environment or from a file, and are never shown.

use std::fmt;
use std::path::{Path, PathBuf};

use super::problem::Problem;

/// A password, a token or a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, to be handed over and not to be written anywhere.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What a file holds, without the line end that editors put there.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(file: &Path) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(file)?;
        Ok(Self(text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Where a secret is to be found: `NAME_env` or `NAME_file`.
pub(super) struct SecretKeys<'a> {
    /// The table, such as `delivery.smtp`.
    pub table: &'a str,
    /// `password` stands for the keys `password_env` and `password_file`.
    pub name: &'a str,
    pub env: Option<&'a str>,
    pub file: Option<&'a PathBuf>,
}

impl SecretKeys<'_> {
    pub fn is_given(&self) -> bool {
        self.env.is_some() || self.file.is_some()
    }

    /// The secret, from the variable or the file below `base`.
    pub fn fetch(&self, base: &Path, env: &[(String, String)]) -> Result<Secret, Problem> {
        let Self { table, name, .. } = self;
        let key = |way: &str| format!("{table}.{name}_{way}");
        match (self.env, self.file) {
            (Some(variable), None) => match env.iter().find(|(known, _)| known == variable) {
                Some((_, value)) => Ok(Secret::new(value.as_str())),
                None => {
                    let what = format!("the variable {variable} with the {name} is not set");
                    Err(Problem::new(&key("env"), what, "set it where the job runs"))
                }
            },
            (None, Some(file)) => Secret::read(&base.join(file)).map_err(|why| {
                let what = format!("the file {} cannot be read: {why}", file.display());
                let help = format!("put the {name} there, and nothing else");
                Problem::new(&key("file"), what, help)
            }),
            _ => {
                let what = format!("the {name} comes from {name}_env or from {name}_file");
                Err(Problem::new(table, what, "give one of the two"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_without_its_line_end_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = PathBuf::from("password");
        std::fs::write(folder.path().join(&path), "hush \r\n").unwrap();
        let keys = SecretKeys { table: "t", name: "password", env: None, file: Some(&path) };
        let secret = keys.fetch(folder.path(), &[]).unwrap();
        assert_eq!(secret.reveal(), "hush ");
        assert!(!format!("{secret:?}").contains("hush"));
    }

    #[test]
    fn one_place_and_no_two_hold_a_secret() {
        let path = PathBuf::from("password");
        for (env, file) in [(None, None), (Some("P"), Some(&path))] {
            let keys = SecretKeys { table: "delivery.smtp", name: "password", env, file };
            let problem = keys.fetch(Path::new("/"), &[("P".into(), "x".into())]).unwrap_err();
            assert_eq!(problem.key, "delivery.smtp");
        }
    }
}
