//! Secrets stay where they are: none of them is written to any place that a run leaves something in.

use std::process::Command;

use super::project::{Project, attain_with};

const SECRETS: [(&str, &str); 5] = [
    ("ATTAIN_TEST_PASSWORD", "plantedPasswordZq1"),
    ("AWS_SECRET_ACCESS_KEY", "plantedBucketKeyZq2"),
    ("AWS_ACCESS_KEY_ID", "plantedBucketIdZq3"),
    ("AZURE_STORAGE_ACCOUNT_KEY", "cGxhbnRlZEF6dXJlWnE0cGxhbnRlZEF6dXJlWnE0"),
    ("GOOGLE_SERVICE_ACCOUNT_KEY", "plantedGoogleZq5"),
];

/// A key, and the part of it that is secret.
fn dkim_key() -> Option<(String, String)> {
    let made = Command::new("openssl").args(["genpkey", "-algorithm", "ed25519"]).output().ok()?;
    let pem = String::from_utf8(made.stdout).ok()?;
    let secret = pem.lines().nth(1)?.to_owned();
    Some((pem, secret))
}

/// All that is wrong with what was printed and left behind.
fn traces(project: &Project, printed: &str, secrets: &[String]) -> Vec<String> {
    let left = project.files("").into_iter().filter(|(name, _)| !name.starts_with("keys/"));
    let texts = left.map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned()));
    let printed = ("the terminal".to_owned(), printed.to_owned());
    let mut found = Vec::new();
    for (place, text) in texts.chain([printed]) {
        for secret in secrets.iter().filter(|secret| text.contains(secret.as_str())) {
            found.push(format!("{secret} in {place}"));
        }
    }
    found
}

#[test]
fn no_secret_is_printed_logged_or_kept() {
    let project = Project::of_two_months();
    std::fs::create_dir(project.path("keys")).unwrap();
    let mut secrets: Vec<String> = SECRETS.iter().map(|(_, value)| (*value).to_owned()).collect();
    let mut config = project.read("attain.toml");
    let from = config.find("[delivery]").unwrap();
    config.truncate(from);
    config += "[delivery]\nchannel = \"smtp\"\nfrom = \"ops@mingde.example\"\n\
               allowed_domains = [\"mingde.example\"]\n\n[delivery.smtp]\n\
               host = \"127.0.0.1\"\nport = 9\nuser = \"ops\"\n\
               password_env = \"ATTAIN_TEST_PASSWORD\"\ntimeout_secs = 2\nretry_secs = 1\n\
               run_retry_secs = 1\n";
    if let Some((pem, secret)) = dkim_key() {
        project.write("keys/dkim.pem", pem);
        secrets.push(secret);
        config += "\n[[delivery.dkim]]\ndomain = \"mingde.example\"\nselector = \"s\"\n\
                   key_file = \"keys/dkim.pem\"\n";
    }
    project.write("attain.toml", config);
    let dir = project.dir().to_str().unwrap();
    let run = ["run", "--config", dir, "--as-of", super::project::AS_OF, "--log", "trace"];
    for more in [&["--dry-run"][..], &["--json"], &["--dry-run", "--json"]] {
        let said = attain_with(&SECRETS, &[&run[..], more].concat());
        let printed = said.out + &said.err;
        assert!(printed.contains("extract loaded"), "nothing is logged: {printed}");
        let found = traces(&project, &printed, &secrets);
        assert!(found.is_empty(), "{more:?}: {found:#?}");
    }
    let shown = attain_with(&SECRETS, &["show", "2026-10", "--config", dir, "--json"]);
    assert_eq!(traces(&project, &(shown.out + &shown.err), &secrets), Vec::<String>::new());
}

/// A password written into the config instead of named there is refused, and not shown.
#[test]
fn a_password_in_the_config_is_refused_without_being_shown() {
    let project = Project::of_two_months();
    let config = project.read("attain.toml");
    let from = config.find("[delivery]").unwrap();
    let smtp = "[delivery]\nchannel = \"smtp\"\nfrom = \"ops@mingde.example\"\n\n[delivery.smtp]\n\
                host = \"127.0.0.1\"\nuser = \"ops\"\npassword = \"plantedPasswordZq6\"\n";
    project.write("attain.toml", format!("{}{smtp}", &config[..from]));
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(!format!("{}{}", said.out, said.err).contains("plantedPasswordZq6"), "{}", said.err);
}
