use authenticate_bigcommerce::rules::url::{base_url, callback_url, store_url};
use proptest::prelude::*;

use crate::properties::{self, ORIGIN, parse};

fn store(value: &str) -> Result<String, &'static str> {
    store_url(value, parse)
}

#[test]
fn what_merchants_paste_becomes_the_api_path() {
    for pasted in [
        "https://store-abc123.mybigcommerce.com/api/v2",
        "https://store-abc123.mybigcommerce.com/api/v2/",
        "https://store-abc123.mybigcommerce.com/",
        "https://store-abc123.mybigcommerce.com",
        "store-abc123.mybigcommerce.com/api/v2/",
        "store-abc123.mybigcommerce.com",
        "HTTPS://Store-ABC123.MyBigCommerce.com/api/v2",
    ] {
        assert_eq!(
            store(pasted).as_deref(),
            Ok("https://store-abc123.mybigcommerce.com/api/v2"),
            "{pasted}"
        );
    }
    for host in ["my_store-1.example", "1.2.3.example", "7-eleven.example"] {
        assert_eq!(store(host), Ok(format!("https://{host}/api/v2")));
    }
    assert_eq!(
        store("https://büro.example").as_deref(),
        Ok("https://xn--bro-hoa.example/api/v2")
    );
}

#[test]
fn each_refusal_of_a_store_url_says_what_is_wrong() {
    for (value, part) in [
        ("http://s.example/api/v2", "https://"),
        ("ftp://s.example/api/v2", "https://"),
        ("javascript://s.example/api/v2", "https://"),
        ("https://api.bigcommerce.com/stores/abc/v3/", "V3"),
        ("api.bigcommerce.com/stores/abc/V3", "V3"),
        ("https://s.example/api/v2/orders", "path"),
        ("https://s.example/api/v2//", "path"),
        ("https://s.example//api/v2", "path"),
        ("https://s.example/API/V2", "path"),
        ("https://s.example/api/x/../v2", "path"),
        ("https://s.example/api/%762", "path"),
        ("https://me@s.example/api/v2", "user"),
        ("https://me:pw@s.example/api/v2", "user"),
        ("https://@s.example/api/v2", "user"),
        ("https://s.example:8443/api/v2", "port"),
        ("https://s.example:443/api/v2", "port"),
        ("s.example:8443/api/v2", "port"),
        ("https://s.example:/api/v2", "port"),
        ("https://s.example/api/v2?a=b", "query"),
        ("https://s.example/api/v2?", "query"),
        ("https://s.example?", "query"),
        ("https://s.example/api/v2#a", "fragment"),
        ("https://s.example/api/v2#", "fragment"),
        ("https://", "complete"),
        ("https:///s.example/api/v2", "complete"),
        ("https:s.example/api/v2", "complete"),
        ("https:/s.example/api/v2", "complete"),
        ("/api/v2", "complete"),
        ("https://s .example/api/v2", "space"),
        ("https://s.example/api /v2", "space"),
        ("https://s.example\\api\\v2", "backslash"),
        ("https://s.exa\tmple/api/v2", "control"),
        ("https://s.example/api/v2\u{0}", "control"),
        ("https://sto\u{200b}re.example/api/v2", "control"),
        ("https://sto\u{ad}re.example/api/v2", "control"),
        ("https://s.exa%6dple/api/v2", "complete"),
        ("https://0x7f.1/api/v2", "complete"),
        ("https://[::1/api/v2", "complete"),
        ("https://[::1]:8443/api/v2", "complete"),
        ("https://s..<.example/api/v2", "complete"),
        ("https://s!ore.example/api/v2", "complete"),
        ("https://store..example/api/v2", "complete"),
        ("https://.example/api/v2", "complete"),
        ("https://store.example./api/v2", "complete"),
        ("https://./api/v2", "complete"),
        ("nonsense", "complete"),
        ("localhost", "complete"),
        ("127.0.0.1", "complete"),
        ("127.1", "complete"),
        ("2130706433", "complete"),
        ("1.2.3.999", "complete"),
        ("store.1", "complete"),
        ("[::1]", "complete"),
        ("[::ffff:127.0.0.1]", "complete"),
    ] {
        let message = store(value).unwrap_err();
        assert!(message.contains(part), "{value}: {message}");
    }
}

fn base(value: &str) -> Result<String, &'static str> {
    base_url(value, Some(ORIGIN), parse)
}

#[test]
fn a_base_url_is_taken_without_its_last_slash() {
    for (value, expected) in [
        (
            "https://api.example/elements/api-v2",
            "https://api.example/elements/api-v2",
        ),
        (
            "https://api.example/elements/api-v2/",
            "https://api.example/elements/api-v2",
        ),
        ("https://api.example", "https://api.example"),
        ("https://API.example:8443/x", "https://api.example:8443/x"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
        ("http://a.localhost/x", "http://a.localhost/x"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        (
            "/api/cloud-elements",
            "https://shop.example/api/cloud-elements",
        ),
        (
            "/api/cloud-elements/",
            "https://shop.example/api/cloud-elements",
        ),
        ("/", "https://shop.example"),
    ] {
        assert_eq!(base(value).as_deref(), Ok(expected), "{value}");
    }
}

#[test]
fn an_unsafe_base_url_is_refused() {
    for value in [
        "",
        "api",
        "api/cloud-elements",
        "http://api.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.evil.example",
        "http://127..",
        "ftp://localhost",
        "javascript:alert(1)",
        "data:text/plain,x",
        "//evil.example/x",
        "/\\evil.example/x",
        "https://me@api.example",
        "https://:pw@api.example",
        "https://api.example/?a",
        "https://api.example/#a",
        "/x?",
        "/x#",
        "/\t/evil.example",
        "https://api.\nexample",
    ] {
        assert!(base(value).is_err(), "{value}");
    }
}

#[test]
fn a_path_needs_a_page_with_an_origin() {
    assert!(
        base_url("/api", None, parse)
            .unwrap_err()
            .contains("whole URL")
    );
}

#[test]
fn a_callback_url_is_secure_or_on_loopback_and_sent_as_given() {
    for value in [
        "https://shop.example/events?a=b",
        "http://localhost:8080/x",
        "HTTPS://x.example",
    ] {
        assert_eq!(callback_url(value, parse).as_deref(), Ok(value));
    }
    for value in [
        "",
        "/events",
        "http://shop.example",
        "ftp://localhost",
        " https://x.example",
        "https://x.example/\n",
    ] {
        assert!(callback_url(value, parse).is_err(), "{value:?}");
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
    fn an_accepted_path_stays_on_the_pages_origin(path in "/[a-z0-9/.%@:\\\\]{0,30}") {
        properties::base_url(&path);
    }

    #[test]
    fn an_accepted_address_is_safe_from_readers_on_the_way(
        value in "(https?|ftp|):?[/\\\\]{0,3}([a-z]:?@)?(localhost|127\\.|\\[::1\\]|[a-z0-9.\\[:\\]]{0,9})\\PC{0,9}"
    ) {
        properties::base_url(&value);
        properties::callback_url(&value);
    }

    #[test]
    fn no_address_makes_the_rules_panic(value in any::<String>()) {
        properties::store_url(&value);
        properties::base_url(&value);
        properties::callback_url(&value);
    }
}
