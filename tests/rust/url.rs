use authenticate_bigcommerce::issues::IssueCode;
use authenticate_bigcommerce::url::{base_url, store_url};
use proptest::prelude::*;

use crate::properties::{self, parse};

#[test]
fn a_path_is_refused_without_the_pages_origin() {
    let issue = base_url("/api", || None, parse).unwrap_err();
    assert_eq!(issue.code, IssueCode::Origin);
}

#[test]
fn a_malformed_store_url_is_refused_with_the_api_path_of_its_kind_of_account() {
    for (is_store_level, example) in [(false, ".com/api/v2"), (true, ".com/stores/abc123/v3/")] {
        let issue = store_url("shop", is_store_level, parse).unwrap_err();
        assert_eq!(issue.code, IssueCode::Malformed);
        assert!(issue.message.contains(example), "{}", issue.message);
    }
}

proptest! {
    #[test]
    fn an_accepted_store_url_is_an_https_host_with_the_api_path(
        value in "(https?://|[a-z]{1,3}:|)([a-zA-Z0-9.%@:\\[\\]?#/\\\\ é_-]{0,40})(/api/v2|/v3|/|)"
    ) {
        properties::store_url(&value);
    }

    #[test]
    fn an_accepted_store_level_path_is_an_https_host_with_the_api_path(
        value in "(https://)?api\\.bigcommerce\\.com(/stores)?/[a-zA-Z0-9.%/_-]{0,34}/v[23]/?"
    ) {
        properties::store_url(&value);
    }

    #[test]
    fn an_accepted_path_is_on_the_pages_origin(path in "/[a-z0-9/.%@:\\\\]{0,30}") {
        properties::base_url(&path);
    }

    #[test]
    fn an_accepted_url_uses_tls_or_a_loopback_host(
        value in "(https?|ftp|):?[/\\\\]{0,3}([a-z]:?@)?(localhost|127\\.|\\[::1\\]|[a-z0-9.\\[:\\]]{0,9})\\PC{0,9}"
    ) {
        properties::base_url(&value);
        properties::callback_url(&value);
    }

    #[test]
    fn no_url_makes_the_rules_panic(value in any::<String>()) {
        properties::store_url(&value);
        properties::base_url(&value);
        properties::callback_url(&value);
    }
}
