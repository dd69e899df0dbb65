//! Reads and validates the JavaScript config, and reports all of its issues at once.

use std::cell::RefCell;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use crate::events::Events;
use crate::fields::{Fields, MISSING, Rule};
use crate::issues::{Issue, IssueCode, Issues};
use crate::promise::Signal;
use crate::text::{self, KEY_TAG, concat};
use crate::url::{self, Parse};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = globalThis)]
    type Global;
    #[wasm_bindgen(static_method_of = Global, js_class = globalThis, getter)]
    fn location() -> JsValue;
}

/// Limits the caller's tags, to which the tag of the idempotency key is added.
const TOO_MANY_TAGS: &Issue = &Issue {
    code: IssueCode::TooMany,
    message: "Has too many entries: at most 99.",
    params: &[("max", 99.0)],
};

const INVALID_ID: &Issue = &Issue::new(IssueCode::Range, "Must be a positive integer.");

const INVALID_TIMEOUT: &Issue = &Issue {
    code: IssueCode::Range,
    message: "Must be a number of milliseconds from 1 to 2147483647.",
    params: &[("min", 1.0), ("max", MAX_TIMEOUT)],
};

const MISSING_SECRETS: &Issue = &Issue::new(
    IssueCode::Missing,
    "Is required, unless baseUrl names an address that adds both secrets.",
);

const MISSING_SECRET: &Issue = &Issue::new(
    IssueCode::Missing,
    "Is required: userSecret and organizationSecret go together.",
);

const BOTH_KINDS: &Issue = &Issue::new(
    IssueCode::BothKinds,
    "Must not be given with username or password: those are of a Legacy API account, this is of a store-level API account.",
);

const WITH_SECRETS: &Issue = &Issue::new(
    IssueCode::BothKinds,
    "Must not be given with userSecret or organizationSecret.",
);

const MISSING_TOKEN: &Issue = &Issue::new(
    IssueCode::Missing,
    "Is required, unless clientSecret is given: a Client ID alone connects nothing.",
);

/// A Client ID of at least this many UTF-16 code units is redacted from errors: merchants may have
/// entered the access token in its place.
const MIN_SECRET_CLIENT_ID: usize = 16;

/// The default `timeout`, in milliseconds.
const DEFAULT_TIMEOUT: f64 = 60_000.0;

/// The longest delay of a timer, in milliseconds.
const MAX_TIMEOUT: f64 = 2_147_483_647.0;

/// A validated config. Does not implement `Debug`, because it contains secrets.
pub struct Config {
    /// The credentials of the store.
    pub credentials: Credentials,
    /// The URL of the store: `https://<host>/api/v2`.
    pub store_url: String,
    /// The name of the instance.
    pub name: String,
    /// The tags of the instance, if given.
    pub tags: Option<Vec<String>>,
    /// The secrets of the Cloud Elements account; `None` if the server at `base_url` adds them.
    pub account: Option<Account>,
    /// The token of the merchant's session, for the server at `base_url`.
    pub session_token: Option<String>,
    /// The base URL of requests, without a trailing slash.
    pub base_url: String,
    /// The id of an instance to update instead of creating one; a positive safe integer.
    pub instance_id: Option<f64>,
    /// Identifies the attempt, so that a retry finds its instance.
    pub idempotency_key: Option<String>,
    /// The events to poll for.
    pub events: Option<Events>,
    /// Aborts the call.
    pub signal: Option<Signal>,
    /// The timeout of the call, in milliseconds.
    pub timeout: f64,
}

/// The credentials of either kind of BigCommerce API account. Does not implement `Debug`.
pub enum Credentials {
    /// Of a Legacy API account.
    Legacy {
        /// Its Username.
        username: String,
        /// Its API Token.
        password: String,
    },
    /// Of a store-level API account.
    StoreLevel {
        /// Its Client ID.
        client_id: String,
        /// Its access token or, without one, its Client secret.
        secret: String,
    },
}

impl Credentials {
    /// Returns the credentials to redact from errors.
    fn secrets(&self) -> [Option<&String>; 2] {
        match self {
            Self::Legacy { password, .. } => [Some(password), None],
            Self::StoreLevel { client_id, secret } => {
                let is_secret = text::utf16_len(client_id) >= MIN_SECRET_CLIENT_ID;
                [Some(client_id).filter(|_| is_secret), Some(secret)]
            }
        }
    }
}

/// The two secrets of a Cloud Elements account. Does not implement `Debug`.
pub struct Account {
    /// The User Secret.
    pub user_secret: String,
    /// The Organization Secret.
    pub organization_secret: String,
}

impl Config {
    /// Reads and validates `config`.
    ///
    /// # Errors
    /// Returns all issues, in the order of the fields.
    pub fn read(config: &JsValue) -> Result<Self, Issues> {
        let issues = RefCell::default();
        let fields = Fields::of(config, Vec::new(), &issues);
        let config = fields.map(read);
        let issues = issues.into_inner();
        config.filter(|_| issues.list.is_empty()).ok_or(issues)
    }

    /// Returns the value of the `authorization` header.
    pub fn authorization(&self) -> Option<String> {
        if let Some(token) = &self.session_token {
            return Some(concat(&["Bearer ", token]));
        }
        let account = self.account.as_ref()?;
        let (user, organization) = (&*account.user_secret, &*account.organization_secret);
        Some(concat(&["User ", user, ", Organization ", organization]))
    }

    /// Returns the secrets to redact from errors: the service may repeat them.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let account = self.account.as_ref();
        let events = self.events.as_ref();
        let [first, second] = self.credentials.secrets();
        let secrets = [
            first,
            second,
            account.map(|account| &account.user_secret),
            account.map(|account| &account.organization_secret),
            self.session_token.as_ref(),
            events.and_then(|events| events.signature_key.as_ref()),
        ];
        secrets.into_iter().flatten().map(String::as_str)
    }

    /// Returns the tag of an instance that is created with the idempotency key.
    pub fn key_tag(&self) -> Option<String> {
        let key = self.idempotency_key.as_deref();
        let key = key.filter(|_| self.instance_id.is_none())?;
        Some(concat(&[KEY_TAG, key]))
    }
}

fn read(mut fields: Fields<'_>) -> Config {
    let credentials = credentials(&mut fields);
    let is_store_level = matches!(credentials, Credentials::StoreLevel { .. });
    let config = Config {
        credentials,
        store_url: fields.required("storeUrl", MISSING, &|value| {
            url::store_url(value, is_store_level, PARSE_URL)
        }),
        name: fields.required("name", MISSING, &text::text),
        tags: fields
            .texts("tags", TOO_MANY_TAGS, &text::tag)
            .map(without_duplicates),
        account: account(&mut fields),
        session_token: fields.text("sessionToken", &text::session_token),
        base_url: fields
            .text("baseUrl", &|value| {
                url::base_url(value, page_origin, PARSE_URL)
            })
            .unwrap_or_else(|| url::DEFAULT_BASE_URL.to_owned()),
        instance_id: fields.number("instanceId", is_id, INVALID_ID),
        events: fields
            .object("events")
            .map(|fields| Events::read(fields, PARSE_URL)),
        idempotency_key: fields.text("idempotencyKey", &text::idempotency_key),
        signal: signal(&mut fields),
        timeout: fields
            .number(
                "timeout",
                |ms| (1.0..=MAX_TIMEOUT).contains(&ms),
                INVALID_TIMEOUT,
            )
            .unwrap_or(DEFAULT_TIMEOUT),
    };
    fields.end();
    config
}

/// Reads the credentials of either kind of account. A form may have the fields of both, so blank
/// ones count as absent.
fn credentials(fields: &mut Fields<'_>) -> Credentials {
    const LEGACY: [&str; 2] = ["username", "password"];
    const STORE_LEVEL: [&str; 3] = ["clientId", "accessToken", "clientSecret"];
    const RULE: Rule<'_> = &text::credential;
    let has_any = |fields: &Fields<'_>, names: &[&str]| names.iter().any(|name| fields.has(name));
    // A form for store-level API accounts alone has blank fields until they are filled in.
    let is_store_level = has_any(fields, &STORE_LEVEL) && !has_any(fields, &LEGACY);
    for name in LEGACY.into_iter().chain(STORE_LEVEL) {
        fields.drop_blank(name);
    }
    if !is_store_level && !has_any(fields, &STORE_LEVEL) {
        return Credentials::Legacy {
            username: fields.required("username", MISSING, RULE),
            password: fields.required("password", MISSING, RULE),
        };
    }
    if has_any(fields, &LEGACY) {
        fields.refuse("clientId", BOTH_KINDS);
        // One issue is enough.
        for name in LEGACY.into_iter().chain(STORE_LEVEL) {
            fields.take(name);
        }
    } else {
        if !fields.has("clientId") {
            fields.refuse("clientId", MISSING);
        }
        if !fields.has("accessToken") && !fields.has("clientSecret") {
            fields.refuse("accessToken", MISSING_TOKEN);
        }
    }
    let client_id = fields.text("clientId", RULE).unwrap_or_default();
    let access_token = fields.text("accessToken", &text::access_token);
    let client_secret = fields.text("clientSecret", RULE);
    Credentials::StoreLevel {
        client_id,
        secret: access_token.or(client_secret).unwrap_or_default(),
    }
}

fn account(fields: &mut Fields<'_>) -> Option<Account> {
    let missing = if fields.has("userSecret") || fields.has("organizationSecret") {
        if fields.take("sessionToken").is_some() {
            fields.refuse("sessionToken", WITH_SECRETS);
        }
        MISSING_SECRET
    } else if fields.has("baseUrl") {
        return None;
    } else {
        MISSING_SECRETS
    };
    Some(Account {
        user_secret: fields.required("userSecret", missing, &text::secret),
        organization_secret: fields.required("organizationSecret", missing, &text::secret),
    })
}

/// Whether `id` is a valid id of an instance.
pub fn is_id(id: f64) -> bool {
    /// `Number.MAX_SAFE_INTEGER`.
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

/// Parses an absolute URL with the platform's `URL`.
const PARSE_URL: Parse = |url| Some(web_sys::Url::new(url).ok()?.href());

/// Returns the page's origin; `None` in Node and in sandboxed frames.
fn page_origin() -> Option<String> {
    let origin = Reflect::get(&Global::location(), &"origin".into()).ok()?;
    let origin = origin.as_string()?;
    Some(origin).filter(|origin| origin != "null")
}

const NOT_A_SIGNAL: &Issue = &Issue::new(IssueCode::Type, "Must be an AbortSignal.");

/// Checks the members, because `instanceof` recognizes only this realm's `AbortSignal`.
fn signal(fields: &mut Fields<'_>) -> Option<Signal> {
    let signal = fields.take("signal")?;
    let get = |name: &str| Reflect::get(&signal, &name.into()).unwrap_or_default();
    let is_signal = get("aborted").as_bool().is_some()
        && get("addEventListener").is_function()
        && get("removeEventListener").is_function();
    if !is_signal {
        fields.refuse("signal", NOT_A_SIGNAL);
        return None;
    }
    Some(signal.unchecked_into())
}
