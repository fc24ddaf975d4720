//! The one YAML model: nodes made from parser events, with places, and with Go's reading of scalars.
//!
//! Every edit, evaluation and rule looks at a file through this model, because it keeps what the
//! others lose: where a node stands in the text, how it was written, which keys occur twice, and
//! what kubectl's YAML reader (YAML 1.1, in Go) makes of a plain scalar.
//!
//! What stays out: changing text (`manifests::edit`) and any meaning of keys.

mod node;
mod parse;
mod quote;
mod scalar;
mod value;
mod write;

pub use node::{Entry, Node, Place, Style};
pub use parse::{SyntaxError, Yaml};
pub use quote::{annotation_value, double_quoted, is_plain_safe, quoted};
pub use scalar::Scalar;
pub use value::Value;
pub use write::{block_item, block_text, scalar_text};
