//! The exported function in a browser, against the sandbox over HTTP; `tests/wasm/run.ts` starts
//! that and names its address.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use authenticate_bigcommerce::authenticate_big_commerce;
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::AbortController;

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

/// What the loader hands in, as far as calls without a key use it.
fn call() -> JsValue {
    let attempt = Object::new();
    let signal = AbortController::new().unwrap().signal();
    Reflect::set(&attempt, &"signal".into(), &signal).unwrap();
    Reflect::set(&attempt, &"mayHaveCreated".into(), &false.into()).unwrap();
    let call = Object::new();
    Reflect::set(&call, &"attempt".into(), &attempt).unwrap();
    Reflect::set(&call, &"aborted".into(), &false.into()).unwrap();
    call.into()
}

fn get(object: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(object.clone(), |value, name| {
        Reflect::get(&value, &(*name).into()).unwrap()
    })
}

async fn connect(changes: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let promise = authenticate_big_commerce(config(changes), call().unchecked_ref())?;
    JsFuture::from(promise).await
}

#[wasm_bindgen_test]
async fn a_store_is_connected() {
    let instance = connect(&[]).await.unwrap();
    assert!(get(&instance, &["id"]).as_f64().unwrap() >= 1.0);
    assert!(!get(&instance, &["token"]).as_string().unwrap().is_empty());
    assert_eq!(get(&instance, &["name"]).as_string().unwrap(), "Büro 😀");
    assert_eq!(get(&instance, &["configuration"]), JsValue::UNDEFINED);
}

#[wasm_bindgen_test]
async fn refused_credentials_are_told_with_the_providers_reason() {
    let failure = connect(&[("username", "refused".into())])
        .await
        .unwrap_err();
    assert_eq!(get(&failure, &["code"]), "ERR_REJECTED");
    assert_eq!(get(&failure, &["status"]), 400);
    assert_eq!(get(&failure, &["providerMessage"]), "Invalid API token");
}

#[wasm_bindgen_test]
async fn a_wrong_secret_is_told() {
    let failure = connect(&[("userSecret", "wrong".into())])
        .await
        .unwrap_err();
    assert_eq!(get(&failure, &["code"]), "ERR_UNAUTHORIZED");
}

#[wasm_bindgen_test]
async fn all_problems_of_a_config_are_told_at_once() {
    let changes = [
        ("username", JsValue::NULL),
        ("storeUrl", "ftp://x".into()),
        ("a", 1.into()),
    ];
    let failure = connect(&changes).await.unwrap_err();
    assert_eq!(get(&failure, &["code"]), "ERR_CONFIG");
    let paths = JSON::stringify(&get(&failure, &["issues"])).unwrap();
    let paths = String::from(paths);
    assert_eq!(paths.matches("\"path\":").count(), 3, "{paths}");
}
