//! Tests of the crate's export in a browser, over HTTP against the sandbox that `tests/wasm/wasm.test.ts`
//! starts.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use authenticate_bigcommerce::authenticate_big_commerce;
use js_sys::{Array, Map, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{AbortController, AbortSignal};

wasm_bindgen_test_configure!(run_in_browser);

// Clippy compiles the tests without them.
const SANDBOX_URL: Option<&str> = option_env!("SANDBOX_URL");
const SANDBOX_USER_SECRET: Option<&str> = option_env!("SANDBOX_USER_SECRET");
const SANDBOX_ORGANIZATION_SECRET: Option<&str> = option_env!("SANDBOX_ORGANIZATION_SECRET");

fn config(changes: &[(&str, JsValue)]) -> JsValue {
    let config = Object::new();
    let fields = [
        ("username", "shop"),
        ("password", "0123456789abcdef"),
        ("storeUrl", "https://store-wuxeae6.mybigcommerce.com"),
        ("name", "Büro 😀"),
        ("baseUrl", SANDBOX_URL.unwrap()),
        ("userSecret", SANDBOX_USER_SECRET.unwrap()),
        ("organizationSecret", SANDBOX_ORGANIZATION_SECRET.unwrap()),
    ];
    for (name, value) in fields {
        Reflect::set(&config, &name.into(), &value.into()).unwrap();
    }
    for (name, value) in changes {
        Reflect::set(&config, &(*name).into(), value).unwrap();
    }
    config.into()
}

/// Calls the export without the states of other keys.
fn authenticate(config: &JsValue) -> Promise {
    authenticate_big_commerce(config, None)
}

async fn call(changes: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    JsFuture::from(authenticate(&config(changes))).await
}

/// The error of a call that rejects.
async fn failure(changes: &[(&str, JsValue)]) -> JsValue {
    call(changes).await.unwrap_err()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap()
}

fn keys(object: &JsValue) -> Vec<String> {
    let keys = Object::keys(object.unchecked_ref::<Object>());
    keys.iter().map(|key| key.as_string().unwrap()).collect()
}

/// A random key, because the browsers share the sandbox.
fn new_key() -> JsValue {
    format!("0123456789abcdef-{}", js_sys::Math::random()).into()
}

#[wasm_bindgen_test]
async fn a_call_resolves_to_the_new_instance() {
    let tags = Array::of1(&"Docs".into());
    let instance = call(&[("tags", tags.into())]).await.unwrap();
    let members = ["id", "token", "name", "tags", "valid", "disabled"];
    assert_eq!(keys(&instance), members);
    assert!(get(&instance, "id").as_f64().unwrap() >= 1.0);
    assert!(!text(&instance, "token").is_empty());
    assert_eq!(text(&instance, "name"), "Büro 😀");
    assert_eq!(Array::from(&get(&instance, "tags")).get(0), "Docs");
    assert_eq!(get(&instance, "valid"), true);
    assert_eq!(get(&instance, "disabled"), false);
}

#[wasm_bindgen_test]
async fn a_call_with_an_id_updates_the_instance() {
    let id = get(&call(&[]).await.unwrap(), "id");
    let changes = [("instanceId", id.clone()), ("name", "Renamed".into())];
    let updated = call(&changes).await.unwrap();
    assert_eq!(get(&updated, "id"), id);
    assert_eq!(text(&updated, "name"), "Renamed");
}

#[wasm_bindgen_test]
async fn an_error_of_the_service_rejects_with_the_code_of_its_status() {
    for (username, code, status) in [
        ("refused", "ERR_REJECTED", 400),
        ("forbidden", "ERR_FORBIDDEN", 403),
        ("conflict", "ERR_CONFLICT", 409),
        ("rate-limited", "ERR_RATE_LIMITED", 429),
        ("server-error", "ERR_SERVER", 500),
        ("gateway", "ERR_SERVER", 502),
        ("unavailable", "ERR_SERVER", 503),
    ] {
        let failure = failure(&[("username", username.into())]).await;
        assert_eq!(text(&failure, "code"), code);
        assert_eq!(get(&failure, "status"), status);
        assert_eq!(get(&failure, "mayHaveCreated"), status >= 500);
        let answered = format!("answered {status}");
        assert!(text(&failure, "message").contains(&answered), "{username}");
        let has_details = username != "gateway";
        assert_eq!(get(&failure, "requestId").is_string(), has_details);
        let has_provider_message = status == 400 || status == 403;
        assert_eq!(
            get(&failure, "providerMessage").is_string(),
            has_provider_message
        );
        let has_retry_after = username == "rate-limited" || username == "unavailable";
        assert_eq!(
            get(&failure, "retryAfter").as_f64().is_some(),
            has_retry_after
        );
    }
}

#[wasm_bindgen_test]
async fn a_wrong_secret_or_address_rejects_with_401_or_404() {
    let failed = failure(&[("userSecret", "wrong".into())]).await;
    assert_eq!(text(&failed, "code"), "ERR_UNAUTHORIZED");
    let address = format!("{}/nowhere", SANDBOX_URL.unwrap());
    let failed = failure(&[("baseUrl", address.into()), ("idempotencyKey", new_key())]).await;
    assert_eq!(text(&failed, "code"), "ERR_NOT_FOUND");
    assert_eq!(get(&failed, "mayHaveCreated"), false);
}

#[wasm_bindgen_test]
async fn a_lost_response_rejects_without_a_key() {
    // Not "half": WebKit reads half a body as a whole one.
    for username in ["cut", "lost"] {
        let name = format!("Lost {}", js_sys::Math::random());
        let failure = failure(&[("username", username.into()), ("name", name.into())]).await;
        assert_eq!(text(&failure, "code"), "ERR_NETWORK");
        assert_eq!(get(&failure, "mayHaveCreated"), true);
        assert!(!get(&failure, "cause").is_undefined());
    }
}

#[wasm_bindgen_test]
async fn an_instance_is_found_by_its_key_after_a_lost_response() {
    for username in ["lost", "lost-gateway", "half"] {
        let changes = [("username", username.into()), ("idempotencyKey", new_key())];
        let found = call(&changes).await.unwrap();
        let again = call(&changes).await.unwrap();
        assert_eq!(get(&found, "id"), get(&again, "id"));
        assert_eq!(get(&found, "token"), get(&again, "token"));
        assert_eq!(Array::from(&get(&found, "tags")).length(), 0);
    }
}

#[wasm_bindgen_test]
async fn a_key_is_new_once_in_flight_during_a_call_and_forgotten_after_success() {
    let key = new_key();
    let keys = Map::new();
    keys.set(&key, &"new".into());
    let config = config(&[("username", "lost".into()), ("idempotencyKey", key.clone())]);
    let first = authenticate_big_commerce(&config, Some(keys.clone()));
    let second = authenticate_big_commerce(&config, Some(keys.clone()));
    assert_eq!(keys.get(&key), "in flight");
    let second = JsFuture::from(second).await.unwrap_err();
    assert_eq!(text(&second, "code"), "ERR_CONFIG");
    assert_eq!(get(&second, "mayHaveCreated"), true);
    let issue = Array::from(&get(&second, "issues")).get(0);
    assert_eq!(text(&issue, "code"), "in-use");
    let first = JsFuture::from(first).await.unwrap();
    assert_eq!(keys.size(), 0);
    let again = JsFuture::from(authenticate(&config)).await.unwrap();
    assert_eq!(get(&first, "id"), get(&again, "id"));
}

#[wasm_bindgen_test]
async fn an_aborted_signal_rejects_with_its_reason() {
    let aborted = AbortSignal::abort_with_reason(&"why".into());
    let failed = failure(&[("signal", aborted.into())]).await;
    assert_eq!(text(&failed, "code"), "ERR_ABORTED");
    assert_eq!(get(&failed, "cause"), "why");
    assert_eq!(get(&failed, "mayHaveCreated"), false);

    let controller = AbortController::new().unwrap();
    let slow = [
        ("username", "slow".into()),
        ("signal", controller.signal().into()),
    ];
    let call = authenticate(&config(&slow));
    // Once a later call is settled, this one has sent its request.
    failure(&[("username", "refused".into())]).await;
    controller.abort_with_reason(&"later".into());
    let failed = JsFuture::from(call).await.unwrap_err();
    assert_eq!(text(&failed, "code"), "ERR_ABORTED");
    assert_eq!(get(&failed, "cause"), "later");
    assert_eq!(get(&failed, "mayHaveCreated"), true);
}

#[wasm_bindgen_test]
async fn a_call_without_a_response_rejects_after_its_timeout() {
    let failure = failure(&[("username", "slow".into()), ("timeout", 500.into())]).await;
    assert_eq!(text(&failure, "code"), "ERR_TIMEOUT");
    assert_eq!(get(&failure, "mayHaveCreated"), true);
}

#[wasm_bindgen_test]
async fn an_unusable_config_rejects_with_all_its_issues() {
    let tags = Array::of2(&"Docs".into(), &5.into());
    let changes = [
        ("username", JsValue::NULL),
        ("storeUrl", "ftp://x".into()),
        ("tags", tags.into()),
        ("signal", 1.into()),
        ("timeout", 0.into()),
        ("a", 1.into()),
    ];
    let failure = failure(&changes).await;
    assert_eq!(text(&failure, "code"), "ERR_CONFIG");
    let mut paths = Vec::new();
    for issue in Array::from(&get(&failure, "issues")) {
        let path = Array::from(&get(&issue, "path"));
        assert!(text(&failure, "message").contains(&path.get(0).as_string().unwrap()));
        paths.push(path.join("/").as_string().unwrap());
    }
    assert_eq!(
        paths,
        ["username", "storeUrl", "tags/1", "signal", "timeout", "a"]
    );
    for config in [JsValue::NULL, 5.into(), Array::new().into()] {
        let call = JsFuture::from(authenticate(&config)).await;
        assert_eq!(text(&call.unwrap_err(), "code"), "ERR_CONFIG");
    }
}
