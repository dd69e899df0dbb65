//! From the JavaScript config to a [`Config`], or every problem with it at once.

use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::events::Events;
use crate::fields::{Fields, Problems};
use crate::text::{self, KEY_TAG, concat};
use crate::url;

/// A usable config. Has no `Debug`: it holds secrets.
pub struct Config {
    /// The Username of the BigCommerce Legacy API account.
    pub username: String,
    /// Its API Token.
    pub password: String,
    /// Its API Path: `https://<host>/api/v2`.
    pub store_url: String,
    /// What the instance is to be called.
    pub name: String,
    /// The instance's tags, where given.
    pub tags: Option<Vec<String>>,
    /// What opens the Cloud Elements account; absent where the `base_url` adds it.
    pub account: Option<Account>,
    /// Where requests go, without a slash at the end.
    pub base_url: String,
    /// The instance to re-authenticate, instead of creating one; a positive safe integer.
    pub instance_id: Option<f64>,
    /// Names the attempt, so that a repetition finds its instance again.
    pub idempotency_key: Option<String>,
    /// The events to poll for.
    pub events: Option<Events>,
}

/// The two secrets of a Cloud Elements account. Has no `Debug`.
pub struct Account {
    /// The User Secret.
    pub user_secret: String,
    /// The Organization Secret.
    pub organization_secret: String,
}

impl Config {
    /// Reads and judges `config`, a snapshot of what the caller gave in a page of `origin`; `None`
    /// in Node and in sandboxed frames.
    ///
    /// # Errors
    /// All the problems, in the order of the fields.
    pub fn read(config: &JsValue, origin: Option<&str>) -> Result<Self, Problems> {
        let problems = Problems::new();
        let fields = Fields::of(config, Array::new(), &problems);
        match fields.map(|fields| read(fields, origin)) {
            Some(config) if problems.length() == 0 => Ok(config),
            _ => Err(problems),
        }
    }

    /// The value of the `authorization` header.
    pub fn authorization(&self) -> Option<String> {
        let account = self.account.as_ref()?;
        let (user, organization) = (&*account.user_secret, &*account.organization_secret);
        Some(concat(&["User ", user, ", Organization ", organization]))
    }

    /// The tag that the instance of an attempt with a key carries.
    pub fn key_tag(&self) -> Option<String> {
        let key = self.idempotency_key.as_deref();
        let key = key.filter(|_| self.instance_id.is_none())?;
        Some(concat(&[KEY_TAG, key]))
    }
}

fn read(mut fields: Fields<'_>, origin: Option<&str>) -> Config {
    const USERNAME: &str = "The Username of the BigCommerce Legacy API account is missing.";
    const PASSWORD: &str = "The API Token of the BigCommerce Legacy API account is missing.";
    const STORE_URL: &str = "The API Path of the BigCommerce Legacy API account is missing.";
    const NAME: &str = "A name for the connection is missing.";

    let config = Config {
        username: fields.required("username", USERNAME, &|value| text::text(value, USERNAME)),
        password: fields.required("password", PASSWORD, &|value| text::text(value, PASSWORD)),
        store_url: fields.required("storeUrl", STORE_URL, &|value| match text::trim(value) {
            "" => Err(STORE_URL),
            value => url::store_url(value, parse_url),
        }),
        name: fields.required("name", NAME, &|value| text::text(value, NAME)),
        tags: fields.texts("tags", &text::tag).map(without_duplicates),
        account: account(&mut fields),
        base_url: fields
            .text("baseUrl", &|value| url::base_url(value, origin, parse_url))
            .unwrap_or_else(|| url::DEFAULT_BASE_URL.to_owned()),
        instance_id: fields.number("instanceId", is_id, "Must be a positive integer."),
        events: fields.object("events").map(Events::read),
        idempotency_key: fields.text("idempotencyKey", &text::idempotency_key),
    };
    // `src/call.ts` obeys these two, because they also bound the loading of this module; here comes
    // whether it can, and what is wrong with them is noted with the rest.
    for (name, message) in [
        ("signal", "Must be an AbortSignal."),
        (
            "timeout",
            "Must be a number of milliseconds from 1 to 2147483647.",
        ),
    ] {
        if fields.value(name) == Some(JsValue::FALSE) {
            fields.refuse(name, message);
        }
    }
    fields.end();
    config
}

fn account(fields: &mut Fields<'_>) -> Option<Account> {
    const MISSING: &str = "Is required, unless baseUrl names an address that adds both secrets.";
    const ALONE: &str = "Is required: userSecret and organizationSecret go together.";

    let message = if fields.has("userSecret") || fields.has("organizationSecret") {
        ALONE
    } else if fields.has("baseUrl") {
        return None;
    } else {
        MISSING
    };
    Some(Account {
        user_secret: fields.required("userSecret", message, &text::secret),
        organization_secret: fields.required("organizationSecret", message, &text::secret),
    })
}

/// Whether `id` can be an instance's.
fn is_id(id: f64) -> bool {
    /// Up to here a number names one integer.
    const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
    (1.0..=MAX_SAFE_INTEGER).contains(&id) && id.trunc() == id
}

fn without_duplicates(tags: Vec<String>) -> Vec<String> {
    let mut unique = Vec::new();
    for tag in tags {
        if !unique.contains(&tag) {
            unique.push(tag);
        }
    }
    unique
}

/// An absolute URL as the platform writes it.
pub fn parse_url(url: &str) -> Option<String> {
    Some(web_sys::Url::new(url).ok()?.href())
}
