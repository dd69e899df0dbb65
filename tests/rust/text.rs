use proptest::prelude::*;

use crate::properties;

proptest! {
    #[test]
    fn an_accepted_string_follows_the_rules_of_its_field(
        value in "\\PC{0,300}|[ \t\u{feff}]?(subject:|SUBJECT:|idempotency-key:)?[a-zA-Z0-9._,-]{0,70} ?"
    ) {
        properties::texts(&value);
    }

    #[test]
    fn no_text_makes_the_rules_panic(value in any::<String>()) {
        properties::texts(&value);
    }
}
