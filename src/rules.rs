//! The rules for single values: pure, so that they run natively too.

pub mod redaction;
pub mod retry_after;
pub mod text;
pub mod url;
