//! Fuzz targets of the pure rules: `npm run fuzz`.

#[path = "../../tests/rules/properties.rs"]
pub mod properties;
