//! Floor 1: a place in an object store, or a folder that is used as one.

mod kept;

use std::io::ErrorKind;
use std::path::{Path as FilePath, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use url::Url;

use crate::model::{Diagnostic, Place as At};

pub use kept::{KEPT_INPUTS, Kept, KeptFile};

/// A prefix in a store.
#[derive(Clone, Debug)]
pub struct Place {
    pub store: Arc<dyn ObjectStore>,
    pub prefix: Path,
    /// The folder, where it is one on this machine.
    pub local: Option<PathBuf>,
    /// As the user wrote it, without credentials.
    pub shown: String,
    /// Whether the store can list what it holds; a web server cannot.
    pub lists: bool,
}

impl Place {
    /// A path below this place, from names that hold any characters.
    ///
    /// # Errors
    /// A path with an empty step or with `..`.
    pub fn at(&self, relative: &str) -> Result<Path, object_store::path::Error> {
        let whole = match self.prefix.as_ref() {
            "" => relative.to_owned(),
            prefix => format!("{prefix}/{relative}"),
        };
        Path::parse(whole)
    }

    /// Makes sure that a file which was just written outlives a power cut; a store has seen to it by
    /// the time that it answers. `relative` is made of plain letters.
    ///
    /// # Errors
    /// A disk that refuses.
    pub async fn sync(&self, relative: &str) -> std::io::Result<()> {
        let Some(folder) = &self.local else { return Ok(()) };
        let path = folder.join(relative);
        let synced = tokio::task::spawn_blocking(move || {
            std::fs::File::open(&path)?.sync_all()?;
            path.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
        });
        synced.await.map_err(std::io::Error::other)?
    }

    /// What a person calls a path below this place.
    pub fn show(&self, relative: &str) -> String {
        format!("{}/{relative}", self.shown.trim_end_matches('/'))
    }
}

/// Opens a folder (a path relative to `base`, or `file://…`) or a store by its URL: `s3://…`,
/// `az://…`, `gs://…`, `https://…`. Credentials, endpoint and region come from the variables in
/// `env` by the stores' usual names. Nothing is asked of the store yet.
///
/// # Errors
/// A scheme that is not known, a folder that is not there (unless `create`), settings that do not
/// fit together, and what stands in a URL but would not be sent: a password, a query.
pub fn open(
    location: &str,
    base: &FilePath,
    create: bool,
    env: &[(String, String)],
) -> Result<Place, Diagnostic> {
    let refuse = |what: String, help: &str| {
        Diagnostic::error(At::file(hide_credentials(location)), what, help)
    };
    let Some((scheme, _)) = location.split_once("://") else {
        return open_folder(&base.join(location), location, create);
    };
    let url = Url::parse(location)
        .map_err(|why| refuse(format!("the location is no URL: {why}"), SCHEMES))?;
    if let Some((what, help)) = unused_part(&url) {
        return Err(refuse(what.to_owned(), help));
    }
    let broken = |why: object_store::Error| {
        refuse(
            format!("the store cannot be used: {why}"),
            "check the URL and the variables with its credentials and region; docs/config.md names them",
        )
    };
    let store: Arc<dyn ObjectStore> = match scheme {
        "file" => {
            let elsewhere = |()| refuse("the URL names no folder of this machine".into(), SCHEMES);
            return open_folder(&url.to_file_path().map_err(elsewhere)?, location, create);
        }
        "s3" | "s3a" => {
            let builder = AmazonS3Builder::new().with_url(location).with_retry(retry());
            let builder = builder.with_client_options(client(env, "aws_allow_http"));
            let options = options_of(env, "aws_");
            let builder = options.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(builder.build().map_err(broken)?)
        }
        "az" | "azure" | "abfs" | "abfss" | "adl" => {
            let builder = MicrosoftAzureBuilder::new().with_url(location).with_retry(retry());
            let builder = builder.with_client_options(client(env, "azure_allow_http"));
            let options = options_of(env, "azure_");
            let builder = options.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(builder.build().map_err(broken)?)
        }
        "gs" => {
            let builder = GoogleCloudStorageBuilder::new().with_url(location).with_retry(retry());
            let builder = builder.with_client_options(client(env, "google_allow_http"));
            let options = options_of(env, "google_");
            let builder = options.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(builder.build().map_err(broken)?)
        }
        "http" | "https" => {
            let root = &url[..url::Position::BeforePath];
            let builder = HttpBuilder::new().with_url(root).with_retry(retry());
            let plain = ClientOptions::new().with_allow_http(true);
            Arc::new(builder.with_client_options(limits(plain)).build().map_err(broken)?)
        }
        other => return Err(refuse(format!("“{other}” is no kind of store"), SCHEMES)),
    };
    let prefix = Path::from_url_path(url.path()).map_err(|why| refuse(why.to_string(), SCHEMES))?;
    let shown = hide_credentials(location);
    Ok(Place { store, prefix, local: None, shown, lists: !scheme.starts_with("http") })
}

const SCHEMES: &str =
    "name a folder, or a URL that begins with s3://, az://, gs://, https:// or file://";

fn open_folder(folder: &FilePath, location: &str, create: bool) -> Result<Place, Diagnostic> {
    let refuse = |why: &dyn std::fmt::Display, help: &str| {
        let what = format!("the folder cannot be used: {why}");
        Diagnostic::error(At::file(folder.display().to_string()), what, help)
    };
    if create {
        std::fs::create_dir_all(folder)
            .map_err(|why| refuse(&why, "name a folder that may be written to"))?;
    }
    let help = "make it, or mend the location in the config";
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(refuse(&"it is a file", "name the folder that the file lies in")),
        Err(why) if why.kind() == ErrorKind::NotFound => {
            return Err(refuse(&"it is not there", help));
        }
        Err(why) => return Err(refuse(&why, help)),
    }
    let store = LocalFileSystem::new_with_prefix(folder).map_err(|why| refuse(&why, help))?;
    Ok(Place {
        store: Arc::new(store),
        prefix: Path::default(),
        local: Some(folder.to_owned()),
        shown: location.to_owned(),
        lists: true,
    })
}

/// The variables that belong to a store, by its own keys; what the store does not know is none of
/// its settings.
fn options_of<'a, K: FromStr + 'a>(
    env: &'a [(String, String)],
    prefix: &'static str,
) -> impl Iterator<Item = (K, String)> + 'a {
    env.iter().filter_map(move |(name, value)| {
        let name = name.to_ascii_lowercase();
        let key = name.starts_with(prefix).then(|| name.parse().ok()).flatten()?;
        Some((key, value.clone()))
    })
}

fn client(env: &[(String, String)], allow_http: &str) -> ClientOptions {
    let allowed =
        env.iter().any(|(name, value)| name.eq_ignore_ascii_case(allow_http) && value == "true");
    limits(ClientOptions::new().with_allow_http(allowed))
}

fn limits(options: ClientOptions) -> ClientOptions {
    options.with_connect_timeout(Duration::from_secs(10)).with_timeout(Duration::from_secs(120))
}

fn retry() -> RetryConfig {
    RetryConfig { max_retries: 4, retry_timeout: Duration::from_secs(45), ..RetryConfig::default() }
}

/// What no store would be sent, so that it must not be dropped in silence.
fn unused_part(url: &Url) -> Option<(&'static str, &'static str)> {
    if url.query().is_some() || url.fragment().is_some() {
        let help = "write ? and # of a name as %3F and %23; a signed address cannot be used";
        return Some(("the location goes on with ? or #", help));
    }
    let names_user = !url.username().is_empty() && !has_container(url);
    (names_user || url.password().is_some()).then_some((
        "the location holds a user or a password",
        "take them out; credentials come from the environment, docs/config.md names the variables",
    ))
}

/// `abfss://CONTAINER@ACCOUNT…`: what stands before the @ is no user.
fn has_container(url: &Url) -> bool {
    matches!(url.scheme(), "az" | "abfs" | "abfss") && url.password().is_none()
}

/// A location without user, password and query, even where it is no URL.
fn hide_credentials(location: &str) -> String {
    let Some((scheme, rest)) = location.split_once("://") else {
        return location.to_owned();
    };
    let url = Url::parse(location).ok();
    let authority = match url {
        Some(_) => rest.find(['/', '?', '#']).unwrap_or(rest.len()),
        None => rest.len(),
    };
    let rest = match rest[..authority].rfind('@') {
        Some(at) if !url.is_some_and(|url| has_container(&url)) => &rest[at + 1..],
        _ => rest,
    };
    let shown = rest.find(['?', '#']).map_or(rest, |end| &rest[..end]);
    format!("{scheme}://{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strange_schemes_and_missing_folders_are_refused() {
        let base = FilePath::new("/");
        let refused = |location: &str| open(location, base, false, &[]).unwrap_err();
        assert!(refused("ftp://host/x").what.contains("no kind of store"));
        assert!(refused("no-such-folder-here").what.contains("not there"));
    }

    #[test]
    fn credentials_are_not_shown() {
        for location in [
            "https://me:SECRET@host.example/data",
            "https://SECRET@host.example/data",
            "https://me:SECRET@host.example/data?sig=SECRET",
            "https://me:SEC/RET@host.example/data",
            "https://me:SECRET@host.example:99999/data",
            "s3://key:SECRET@bucket/data#SECRET",
            "abfss://box:SECRET@account.dfs.core.windows.net/data",
        ] {
            let refused = open(location, FilePath::new("/"), false, &[]).unwrap_err();
            let (said, shown) = (refused.to_string(), hide_credentials(location));
            assert!(!said.contains("SEC") && !shown.contains("SEC"), "{said} {shown}");
            assert!(shown.ends_with("/data"), "{shown}");
        }
        let container = "abfss://box@account.dfs.core.windows.net/data@home";
        assert_eq!(hide_credentials(container), container);
    }

    #[test]
    fn a_file_url_names_a_folder_of_any_characters() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("华东 100%");
        std::fs::create_dir(&inner).unwrap();
        let url = Url::from_directory_path(&inner).unwrap();
        let place = open(url.as_str(), FilePath::new("/"), false, &[]).unwrap();
        assert_eq!(place.local.unwrap().canonicalize().unwrap(), inner.canonicalize().unwrap());
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = open(file.path().to_str().unwrap(), FilePath::new("/"), false, &[]);
        assert!(refused.unwrap_err().what.contains("a file"));
    }

    #[test]
    fn names_of_any_characters_are_paths() {
        let folder = tempfile::tempdir().unwrap();
        let place = open(folder.path().to_str().unwrap(), FilePath::new("/"), false, &[]).unwrap();
        assert!(place.at("orders/华东 100%.csv").is_ok());
        assert!(place.at("../up").is_err());
    }
}
