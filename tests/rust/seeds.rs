use std::fs;

use crate::properties;

#[test]
fn the_properties_hold_for_the_seeds_of_the_fuzzer() {
    for (target, property) in [
        ("store_url", properties::store_url as fn(&str)),
        ("base_url", properties::base_url),
        ("callback_url", properties::callback_url),
        ("texts", properties::texts),
        ("redaction", properties::redaction),
    ] {
        let folder = format!("{}/fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
        let seeds: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        assert!(!seeds.is_empty(), "{folder}");
        for seed in seeds {
            property(&fs::read_to_string(seed.unwrap().path()).unwrap());
        }
    }
}
