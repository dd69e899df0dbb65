//! From the JavaScript config to a [`Config`], or every problem with it at once.

use wasm_bindgen::JsValue;

use crate::error::Failure;
use crate::events::Events;
use crate::fields::Fields;
use crate::js_value;
use crate::text;
use crate::url::{self, UrlParts};

/// `Number.MAX_SAFE_INTEGER`: up to here a number names one integer.
pub const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

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
    /// The events to poll for.
    pub events: Option<Events>,
    /// Names the attempt, so that a repetition finds its instance again.
    pub idempotency_key: Option<String>,
}

/// The two secrets of a Cloud Elements account.
pub struct Account {
    /// The User Secret.
    pub user_secret: String,
    /// The Organization Secret.
    pub organization_secret: String,
}

impl Config {
    /// Reads and judges `config`, a snapshot of what the caller gave.
    ///
    /// # Errors
    /// All the problems, in the order of the fields.
    pub fn read(config: JsValue) -> Result<Self, Failure> {
        let mut issues = Vec::new();
        match Fields::of(config, Vec::new(), &mut issues).map(read) {
            Some(config) if issues.is_empty() => Ok(config),
            _ => Err(Failure::config(issues)),
        }
    }

    /// What must never be repeated in an error.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let account = self.account.iter().flat_map(|account| {
            [
                account.user_secret.as_str(),
                account.organization_secret.as_str(),
            ]
        });
        let signature_key = self.events.iter().filter_map(Events::signature_key);
        account.chain(signature_key).chain([self.password.as_str()])
    }
}

fn read(mut fields: Fields<'_>) -> Config {
    const USERNAME: &str = "The Username of the BigCommerce Legacy API account is missing.";
    const PASSWORD: &str = "The API Token of the BigCommerce Legacy API account is missing.";
    const STORE_URL: &str = "The API Path of the BigCommerce Legacy API account is missing.";
    const NAME: &str = "A name for the connection is missing.";
    /// The longest delay that timers take.
    const MAX_TIMEOUT: f64 = 2_147_483_647.0;

    let config = Config {
        username: fields.required("username", USERNAME, |value| text::text(value, USERNAME)),
        password: fields.required("password", PASSWORD, |value| text::text(value, PASSWORD)),
        store_url: fields.required("storeUrl", STORE_URL, |value| match text::trim(value) {
            "" => Err(STORE_URL),
            value => url::store_url(value, parse_url),
        }),
        name: fields.required("name", NAME, |value| text::text(value, NAME)),
        tags: fields.texts("tags", text::tag).map(without_duplicates),
        account: account(&mut fields),
        base_url: fields
            .text("baseUrl", |value| {
                url::base_url(value, page_origin().as_deref(), parse_url)
            })
            .unwrap_or_else(|| url::DEFAULT_BASE_URL.to_owned()),
        instance_id: fields.number("instanceId", is_id, "Must be a positive integer."),
        events: fields.object("events").map(Events::read),
        idempotency_key: fields.text("idempotencyKey", text::idempotency_key),
    };
    // The loader obeys these two, because they also bound the loading of this module; what is wrong
    // with them is noted with the rest.
    if fields
        .value("signal")
        .is_some_and(|signal| !is_abort_signal(&signal))
    {
        fields.refuse::<()>("signal", "Must be an AbortSignal.");
    }
    fields.number(
        "timeout",
        |ms| (1.0..=MAX_TIMEOUT).contains(&ms),
        "Must be a number of milliseconds from 1 to 2147483647.",
    );
    fields.refuse_unknown();
    config
}

fn account(fields: &mut Fields<'_>) -> Option<Account> {
    const NAMES: [&str; 2] = ["userSecret", "organizationSecret"];
    const MISSING: &str = "Is required, unless baseUrl names an address that adds both secrets.";
    const ALONE: &str = "Is required: userSecret and organizationSecret go together.";

    let [user, organization] = NAMES.map(|name| fields.value(name).is_some());
    let message = match user || organization {
        true => ALONE,
        false if fields.value("baseUrl").is_none() => MISSING,
        false => return None,
    };
    let [user_secret, organization_secret] =
        NAMES.map(|name| fields.required(name, message, text::secret));
    Some(Account {
        user_secret,
        organization_secret,
    })
}

/// By its members: instanceof knows only this realm's `AbortSignal`.
fn is_abort_signal(value: &JsValue) -> bool {
    let member = |name| js_value::property(value, name).unwrap_or_default();
    member("aborted").as_bool().is_some()
        && member("addEventListener").is_function()
        && member("removeEventListener").is_function()
}

/// Whether `id` can be an instance's.
pub fn is_id(id: f64) -> bool {
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

/// Takes a URL apart as the platform does.
pub fn parse_url(url: &str) -> Option<UrlParts> {
    let url = web_sys::Url::new(url).ok()?;
    Some(UrlParts {
        protocol: url.protocol(),
        username: url.username(),
        password: url.password(),
        host: url.host(),
        hostname: url.hostname(),
        pathname: url.pathname(),
    })
}

/// The page's or worker's own origin; none in Node, and an opaque one in sandboxed frames.
fn page_origin() -> Option<String> {
    let location = js_value::property(&js_sys::global(), "location")?;
    let origin = js_value::property(&location, "origin")?.as_string()?;
    (origin != "null").then_some(origin)
}
