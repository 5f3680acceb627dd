//! The one font that pictures are drawn with: pinned, so that the same run gives the same picture
//! everywhere, and checked, so that no character turns into an empty box.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use resvg::usvg::fontdb;
use typst::foundations::Bytes;
use typst::text::Font as PageFont;

use crate::model::{Diagnostic, Place};

/// The name that drawings ask for.
pub const FAMILY: &str = "Noto Sans CJK SC";

/// Where distributions put it.
const PLACES: &[&str] = &[
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
];

/// A loaded font.
#[derive(Clone, Debug)]
pub struct Font {
    /// Regular and, if its file lies beside, bold.
    pub(super) faces: Arc<fontdb::Database>,
    /// The same for pages: the regular face first.
    pub(super) pages: Vec<PageFont>,
}

impl Font {
    /// Loads the font from a file, or from where distributions put it.
    ///
    /// # Errors
    /// A file that is not there or holds no face of the family.
    pub fn load(path: Option<&Path>) -> Result<Self, Diagnostic> {
        let found = path
            .map(PathBuf::from)
            .or_else(|| PLACES.iter().map(PathBuf::from).find(|place| place.exists()));
        let help = "install it (Debian, Ubuntu: apt-get install fonts-noto-cjk), or name the file of Noto Sans CJK in ATTAIN_FONT";
        let Some(file) = found else {
            let what = format!("the font “{FAMILY}” of the charts is not installed");
            return Err(Diagnostic::error(Place::file("font"), what, help));
        };
        let shown = file.display().to_string();
        let read = |file: &Path| {
            std::fs::read(file).map(Bytes::new).map_err(|why| {
                let what = format!("the font cannot be read: {why}");
                Diagnostic::error(Place::file(file.display().to_string()), what, help)
            })
        };
        // In memory, since a database of files reads the whole file for each question.
        let data = read(&file)?;
        let mut faces = fontdb::Database::new();
        faces.load_font_source(fontdb::Source::Binary(Arc::new(data.clone())));
        let wanted =
            fontdb::Query { families: &[fontdb::Family::Name(FAMILY)], ..fontdb::Query::default() };
        let face = page_font(data);
        let (Some(_), Some(face)) = (faces.query(&wanted), face) else {
            let what = format!("the file holds no face “{FAMILY}”");
            return Err(Diagnostic::error(Place::file(&shown), what, help));
        };
        let bold = file
            .to_str()
            .map(|name| PathBuf::from(name.replace("-Regular.", "-Bold.")))
            .filter(|beside| *beside != file && beside.exists());
        let bold = bold.map(|beside| read(&beside)).transpose()?;
        if let Some(data) = &bold {
            faces.load_font_source(fontdb::Source::Binary(Arc::new(data.clone())));
        }
        let bold = bold.and_then(page_font);
        let pages = std::iter::once(face).chain(bold).collect();
        Ok(Self { faces: Arc::new(faces), pages })
    }

    /// How wide a text is at the size 1, as it is set without kerning.
    pub(super) fn width(&self, text: &str) -> f64 {
        let Some(face) = self.face() else { return 0.0 };
        let advance = |c| face.glyph_hor_advance(face.glyph_index(c)?);
        let units: u32 = text.chars().filter_map(advance).map(u32::from).sum();
        f64::from(units) / f64::from(face.units_per_em())
    }

    /// The first character that the font does not have.
    pub fn lacks(&self, text: &str) -> Option<char> {
        let face = self.face()?;
        text.chars().find(|c| !c.is_whitespace() && face.glyph_index(*c).is_none())
    }

    fn face(&self) -> Option<ttf_parser::Face<'_>> {
        let regular = self.pages.first()?;
        ttf_parser::Face::parse(regular.data(), regular.index()).ok()
    }
}

/// The face of the family in a file that may hold many.
fn page_font(data: Bytes) -> Option<PageFont> {
    PageFont::iter(data).find(|face| face.info().family == FAMILY)
}
