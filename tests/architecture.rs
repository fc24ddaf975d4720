//! Proves that the layers keep apart: which module may use what, by looking at the source.
