use authenticate_bigcommerce::rules::text::decimal;
use proptest::prelude::*;

use crate::properties;

#[test]
fn a_whole_number_is_written_in_digits() {
    for number in [0, 9, 10, 15, 1440, 12_345, 9_007_199_254_740_991] {
        assert_eq!(decimal(number), number.to_string());
    }
}

proptest! {
    #[test]
    fn an_accepted_text_is_what_can_be_sent_in_its_place(
        value in "\\PC{0,300}|[ \t\u{feff}]?(subject:|SUBJECT:|idempotency-key:)?[a-zA-Z0-9._,-]{0,70} ?"
    ) {
        properties::texts(&value);
    }

    #[test]
    fn no_text_makes_the_rules_panic(value in any::<String>()) {
        properties::texts(&value);
    }
}
