//! What the crate exports, in a browser and against the sandbox over HTTP; `tests/wasm/run.ts`
//! starts that and names its address.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use authenticate_bigcommerce::Requests;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{AbortController, AbortSignal, Response};

wasm_bindgen_test_configure!(run_in_browser);

fn config(changes: &[(&str, JsValue)]) -> JsValue {
    let config = Object::new();
    let fields = [
        ("username", "shop"),
        ("password", "0123456789abcdef"),
        ("storeUrl", "https://store-wuxeae6.mybigcommerce.com"),
        ("name", "Büro 😀"),
        ("baseUrl", env!("SANDBOX_URL")),
        ("userSecret", env!("SANDBOX_USER_SECRET")),
        ("organizationSecret", env!("SANDBOX_ORGANIZATION_SECRET")),
    ];
    for (name, value) in fields {
        Reflect::set(&config, &name.into(), &value.into()).unwrap();
    }
    for (name, value) in changes {
        Reflect::set(&config, &(*name).into(), value).unwrap();
    }
    config.into()
}

fn signal() -> AbortSignal {
    AbortController::new().unwrap().signal()
}

fn get(object: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(object.clone(), |value, name| {
        Reflect::get(&value, &(*name).into()).unwrap()
    })
}

/// Sends one request, and waits for the status and the body.
async fn exchange(requests: &Requests) -> Result<(u16, JsValue), JsValue> {
    let response = JsFuture::from(requests.send(&signal())?).await?;
    let response: Response = response.unchecked_into();
    let body = JsFuture::from(response.json()?).await?;
    Ok((response.status(), body))
}

async fn connect(changes: &[(&str, JsValue)]) -> Result<(u16, JsValue), JsValue> {
    exchange(&Requests::new(&config(changes), None, false)?).await
}

#[wasm_bindgen_test]
async fn a_store_is_connected() {
    let (status, instance) = connect(&[]).await.unwrap();
    assert_eq!(status, 200);
    assert!(get(&instance, &["id"]).as_f64().unwrap() >= 1.0);
    assert!(!get(&instance, &["token"]).as_string().unwrap().is_empty());
    assert_eq!(get(&instance, &["name"]).as_string().unwrap(), "Büro 😀");
}

#[wasm_bindgen_test]
async fn the_secrets_go_into_the_header() {
    let (status, _) = connect(&[("userSecret", "wrong".into())]).await.unwrap();
    assert_eq!(status, 401);
}

#[wasm_bindgen_test]
fn all_problems_of_a_config_are_told_at_once() {
    let changes = [
        ("username", JsValue::NULL),
        ("storeUrl", "ftp://x".into()),
        ("a", 1.into()),
    ];
    let problems: Array = Requests::new(&config(&changes), None, false)
        .err()
        .unwrap()
        .unchecked_into();
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| get(&problem, &["0", "0"]))
        .collect();
    assert_eq!(paths, ["username", "storeUrl", "a"]);
}

#[wasm_bindgen_test]
async fn with_a_key_it_is_looked_for_an_instance_before_one_is_created() {
    // Another one in each browser, for they share the sandbox.
    let key = format!("0123456789abcdef-{}", js_sys::Math::random());
    let changes = [("idempotencyKey", key.into())];
    let mut requests = Requests::new(&config(&changes), None, false).unwrap();
    assert!(!requests.creates());
    let (status, list) = exchange(&requests).await.unwrap();
    assert_eq!(Array::from(&list).length(), 0);
    assert_eq!(requests.next(Some(status), None, 60_000.0), Some(0.0));
    assert!(requests.creates());
    let (_, created) = exchange(&requests).await.unwrap();
    let (_, list) = connect(&changes).await.unwrap();
    assert_eq!(get(&list, &["0", "id"]), get(&created, &["id"]));
}

#[wasm_bindgen_test]
async fn an_aborted_signal_rejects_with_its_reason() {
    let requests = Requests::new(&config(&[]), None, false).unwrap();
    let sent = requests.send(&AbortSignal::abort_with_reason(&"why".into()));
    let reason = JsFuture::from(sent.unwrap()).await.unwrap_err();
    assert_eq!(reason, "why");
}
