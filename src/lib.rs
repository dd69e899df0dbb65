//! Connects a BigCommerce store through Cloud Elements, from the browser.
//!
//! One call goes through four files: [`config`] reads and judges what the caller gave, [`request`]
//! says what is sent, [`transport`] sends it and reads the answer, [`response`] judges that.
//! The rules for single values are in [`text`] and [`url`], what can go wrong in [`error`].
//!
//! Loading this module, the call's timer and its abort signal are the business of the TypeScript
//! beside it, which also makes the errors that the caller sees.

#![deny(missing_docs)]

pub mod config;
pub mod error;
pub mod js_value;
#[cfg(target_arch = "wasm32")]
mod memory;
pub mod redaction;
pub mod request;
pub mod response;
pub mod text;
pub mod transport;
pub mod url;

use wasm_bindgen::prelude::*;

use config::Config;
use error::Failure;
use redaction::Secrets;
use response::Instance;
use transport::Call;

/// Creates an instance of the element `bigcommerce` as `config`, a snapshot of the caller's object,
/// asks for it.
///
/// # Errors
/// The plain object of a [`Failure`].
#[wasm_bindgen(js_name = authenticateBigCommerce)]
pub async fn authenticate_big_commerce(config: JsValue, call: Call) -> Result<JsValue, JsValue> {
    let instance = authenticate(&config, &call)
        .await
        .map_err(Failure::into_js)?;
    Ok(serde_wasm_bindgen::to_value(&instance)?)
}

async fn authenticate(config: &JsValue, call: &Call) -> Result<Instance, Failure> {
    let (request, secrets) = prepare(config, call)?;
    let answer = transport::send(&request, call).await?;
    answer.instance(|text, max| secrets.redacted(text, max))
}

/// All that needs the config, which is dropped here: while the answer is awaited, no secret stands
/// in the module's memory.
fn prepare(config: &JsValue, call: &Call) -> Result<(web_sys::Request, Secrets), Failure> {
    let config = Config::read(config)?;
    Ok((
        transport::request(&config, call)?,
        Secrets::new(config.secrets()),
    ))
}
