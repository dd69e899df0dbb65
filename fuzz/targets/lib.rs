//! Fuzz targets of the pure rules: `npm run fuzz`.

#[path = "../../tests/rust/properties.rs"]
pub mod properties;
