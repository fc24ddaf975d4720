//! A file's bytes as text, and back: byte order mark and line ends are remembered, so that an edit
//! leaves them as they are.

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    text: String,
    has_bom: bool,
}

/// Bytes that are no UTF-8, at this offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not UTF-8 at byte {0}")]
pub struct NotUtf8(pub usize);

const BOM: &str = "\u{feff}";

impl SourceText {
    /// Reads bytes.
    ///
    /// # Errors
    /// Bytes that are no UTF-8.
    pub fn decode(bytes: Vec<u8>) -> Result<Self, NotUtf8> {
        let text =
            String::from_utf8(bytes).map_err(|error| NotUtf8(error.utf8_error().valid_up_to()))?;
        Ok(match text.strip_prefix(BOM) {
            Some(rest) => SourceText { text: rest.to_owned(), has_bom: true },
            None => SourceText { text, has_bom: false },
        })
    }

    /// A file that is not there yet.
    pub fn new(text: String) -> Self {
        SourceText { text, has_bom: false }
    }

    /// The text without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How its lines end: as the first one does.
    pub fn line_end(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// The same file with another text.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        SourceText { text, has_bom: self.has_bom }
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let bom = if self.has_bom { BOM } else { "" };
        [bom.as_bytes(), self.text.as_bytes()].concat()
    }
}
