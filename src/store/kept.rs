//! Files that are read by the names they once had, from where their contents are kept.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};
use sha2::{Digest, Sha256};

use super::Place;

/// What the store is called in errors.
pub const KEPT_INPUTS: &str = "kept inputs";

/// Where a file's content is kept, and what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Below the place that keeps it.
    pub path: String,
    pub size: u64,
    /// In hexadecimal digits.
    pub sha256: String,
}

/// Files of any places, by the name that a person called them: `data/orders/2026-10.csv`.
#[derive(Clone, Debug)]
pub struct Kept {
    from: Place,
    files: BTreeMap<String, KeptFile>,
}

impl Kept {
    pub fn new(from: Place, files: BTreeMap<String, KeptFile>) -> Self {
        Self { from, files }
    }

    /// A place as it was when its files were kept: it lists them, and gives what they held then.
    pub fn place(&self, location: &str) -> Place {
        let shown = super::hide_credentials(location);
        let root = format!("{}/", shown.trim_end_matches('/'));
        let below = |(name, file): (&String, &KeptFile)| {
            let path = Path::parse(name.strip_prefix(&root)?).ok()?;
            Some((path, file.clone()))
        };
        let files = self.files.iter().filter_map(below).collect();
        Place {
            store: Arc::new(KeptStore { from: self.from.clone(), files }),
            prefix: Path::default(),
            local: None,
            shown,
            lists: true,
        }
    }
}

/// The files of one place. Whatever is read is held against its hash first.
#[derive(Debug)]
struct KeptStore {
    from: Place,
    files: BTreeMap<Path, KeptFile>,
}

impl fmt::Display for KeptStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "inputs kept in {}", self.from.shown)
    }
}

impl KeptStore {
    fn meta(&self, location: &Path, file: &KeptFile) -> ObjectMeta {
        ObjectMeta {
            location: location.clone(),
            last_modified: chrono::DateTime::UNIX_EPOCH,
            size: file.size,
            e_tag: None,
            version: None,
        }
    }

    fn refuse(&self, file: &KeptFile, what: &str) -> Error {
        let why = format!("{}: {what}", self.from.show(&file.path));
        Error::Generic { store: KEPT_INPUTS, source: why.into() }
    }

    fn read_only(&self, location: &Path) -> Error {
        let why = format!("{self} are never changed");
        Error::PermissionDenied { path: location.to_string(), source: why.into() }
    }
}

#[async_trait]
impl ObjectStore for KeptStore {
    async fn put_opts(&self, to: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(self.read_only(to))
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(self.read_only(to))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Some(file) = self.files.get(location) else {
            let why = format!("it is none of the {self}");
            return Err(Error::NotFound { path: location.to_string(), source: why.into() });
        };
        let meta = self.meta(location, file);
        let answer = |bytes: bytes::Bytes| GetResult {
            range: 0..meta.size,
            payload: GetResultPayload::Stream(stream::once(async { Ok(bytes) }).boxed()),
            meta: meta.clone(),
            attributes: object_store::Attributes::default(),
        };
        if options.head {
            return Ok(answer(bytes::Bytes::new()));
        }
        let path = self.from.at(&file.path).map_err(|why| self.refuse(file, &why.to_string()))?;
        let bytes = match self.from.store.get(&path).await {
            Ok(found) => found.bytes().await?,
            Err(Error::NotFound { .. }) => {
                return Err(self.refuse(file, "the content is not there any more"));
            }
            Err(why) => return Err(why),
        };
        let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        if hash != file.sha256 {
            return Err(self.refuse(file, "the content was changed: its SHA-256 is another"));
        }
        Ok(answer(bytes))
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let shown = self.to_string();
        let refuse = move |path: Path| Error::PermissionDenied {
            path: path.to_string(),
            source: format!("{shown} are never changed").into(),
        };
        locations.map(move |path| path.and_then(|path| Err(refuse(path)))).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let inside = |path: &Path| prefix.is_none_or(|prefix| path.prefix_matches(prefix));
        let found: Vec<Result<ObjectMeta>> = self
            .files
            .iter()
            .filter(|(path, _)| inside(path))
            .map(|(path, file)| Ok(self.meta(path, file)))
            .collect();
        stream::iter(found).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        Err(Error::NotImplemented {
            operation: "list_with_delimiter".into(),
            implementer: self.to_string(),
        })
    }

    async fn copy_opts(&self, _: &Path, to: &Path, _: CopyOptions) -> Result<()> {
        Err(self.read_only(to))
    }
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt;

    use super::*;

    fn kept(folder: &tempfile::TempDir, sha256: &str) -> Kept {
        let place = super::super::open(folder.path().to_str().unwrap(), folder.path(), true, &[]);
        let file = KeptFile { path: "inputs/x".into(), size: 3, sha256: sha256.into() };
        let name = "s3://bucket/data/orders/2026-10.csv".to_owned();
        Kept::new(place.unwrap(), BTreeMap::from([(name, file)]))
    }

    /// SHA-256 of `abc`, as NIST gives it.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[tokio::test]
    async fn a_file_is_found_by_its_old_name_in_any_place_above_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("inputs")).unwrap();
        std::fs::write(folder.path().join("inputs/x"), "abc").unwrap();
        let kept = kept(&folder, ABC);
        for (location, path) in [
            ("s3://bucket/data", "orders/2026-10.csv"),
            ("s3://bucket/", "data/orders/2026-10.csv"),
        ] {
            let place = kept.place(location);
            let found = place.store.get(&place.at(path).unwrap()).await.unwrap();
            assert_eq!(found.bytes().await.unwrap(), "abc");
            let listed: Vec<_> = place.store.list(None).try_collect().await.unwrap();
            assert_eq!(listed.len(), 1);
            let shown = place.show(listed[0].location.as_ref());
            assert_eq!(shown, "s3://bucket/data/orders/2026-10.csv");
        }
        let elsewhere = kept.place("s3://other/data");
        assert!(elsewhere.store.get(&Path::from("orders/2026-10.csv")).await.is_err());
    }

    #[tokio::test]
    async fn a_content_that_was_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("inputs")).unwrap();
        std::fs::write(folder.path().join("inputs/x"), "abd").unwrap();
        let place = kept(&folder, ABC).place("s3://bucket/data");
        let refused = place.store.get(&Path::from("orders/2026-10.csv")).await.unwrap_err();
        assert!(refused.to_string().contains("its SHA-256 is another"), "{refused}");
    }
}
