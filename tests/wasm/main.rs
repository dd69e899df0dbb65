//! What the crate exports, in a browser and against the sandbox over HTTP; `tests/wasm/run.ts`
//! starts that and names its address.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use authenticate_bigcommerce::{Attempt, Requests};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{AbortController, Response};

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

/// What the package's TypeScript hands in.
fn attempt() -> Attempt {
    let attempt = Object::new();
    let signal = AbortController::new().unwrap().signal();
    Reflect::set(&attempt, &"signal".into(), &signal).unwrap();
    Reflect::set(&attempt, &"mayHaveCreated".into(), &false.into()).unwrap();
    attempt.unchecked_into()
}

fn get(object: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(object.clone(), |value, name| {
        Reflect::get(&value, &(*name).into()).unwrap()
    })
}

/// Sends one request and hands the answer in.
async fn exchange(requests: &mut Requests, attempt: &Attempt) -> Result<JsValue, JsValue> {
    let response = JsFuture::from(requests.send(attempt)?).await?;
    let response: Response = response.unchecked_into();
    let body = JsFuture::from(response.json()?).await?;
    requests.receive(Some(response.status()), None, &body, 60_000.0)
}

async fn connect(changes: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let mut requests = Requests::new(&config(changes), None, false)?;
    exchange(&mut requests, &attempt()).await
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
    let key = "idempotencyKey";
    let changes = [(key, "wasm-0123456789abcdef".into())];
    let mut requests = Requests::new(&config(&changes), None, false).unwrap();
    let attempt = attempt();
    let may_have_created = || get(&attempt, &["mayHaveCreated"]);
    let pause = exchange(&mut requests, &attempt).await.unwrap();
    assert_eq!(
        pause, 0,
        "nothing is found, so the next request goes at once"
    );
    assert_eq!(may_have_created(), false);
    let created = exchange(&mut requests, &attempt).await.unwrap();
    assert_eq!(may_have_created(), true);
    let found = connect(&changes).await.unwrap();
    assert_eq!(get(&found, &["id"]), get(&created, &["id"]));
}

#[wasm_bindgen_test]
fn a_post_without_an_answer_is_a_network_failure() {
    let mut requests = Requests::new(&config(&[]), None, false).unwrap();
    let failure = requests.receive(None, None, &JsValue::UNDEFINED, 60_000.0);
    assert_eq!(get(&failure.unwrap_err(), &["code"]), "ERR_NETWORK");
}
