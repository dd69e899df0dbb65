//! Native tests of the modules that do not use JavaScript.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod plan;
mod properties;
mod redaction;
mod retry_after;
mod text;
mod url;
mod vectors;
