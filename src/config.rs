//! From the JavaScript config to a [`Config`], or every problem with it at once.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::error::{Failure, Issue, Segment};
use crate::js_value::{self, NoText};
use crate::text;
use crate::url::{self, UrlParts};

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
    pub fn read(config: &JsValue) -> Result<Self, Failure> {
        if !config.is_object() {
            return Err(Failure::config(vec![Issue {
                path: Vec::new(),
                message: "Must be an object.",
            }]));
        }
        let mut fields = Fields {
            config,
            known: Vec::new(),
            issues: Vec::new(),
        };
        let config = fields.config();
        fields.refuse_unknown();
        match config {
            Some(config) if fields.issues.is_empty() => Ok(config),
            _ => Err(Failure::config(fields.issues)),
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
        account.chain([self.password.as_str()])
    }
}

/// A config that is being read: which fields it may have, and what is wrong with them.
struct Fields<'a> {
    config: &'a JsValue,
    known: Vec<&'static str>,
    issues: Vec<Issue>,
}

impl Fields<'_> {
    fn config(&mut self) -> Option<Config> {
        const USERNAME: &str = "The Username of the BigCommerce Legacy API account is missing.";
        const PASSWORD: &str = "The API Token of the BigCommerce Legacy API account is missing.";
        const STORE_URL: &str = "The API Path of the BigCommerce Legacy API account is missing.";
        const NAME: &str = "A name for the connection is missing.";

        // Each field is read before any of them decides, so that all problems are reported.
        let username = self.required("username", USERNAME, |value| text::text(value, USERNAME));
        let password = self.required("password", PASSWORD, |value| text::text(value, PASSWORD));
        let store_url = self.required("storeUrl", STORE_URL, |value| match text::trim(value) {
            "" => Err(STORE_URL),
            value => url::store_url(value, parse_url),
        });
        let name = self.required("name", NAME, |value| text::text(value, NAME));
        let tags = self.tags();
        let base_url = self.optional("baseUrl", |value| {
            url::base_url(value, page_origin().as_deref(), parse_url)
        });
        let account = self.account(matches!(base_url, Ok(None)));
        self.signal();
        self.timeout();

        Some(Config {
            username: username?,
            password: password?,
            store_url: store_url?,
            name: name?,
            tags: tags.ok()?,
            account: account.ok()?,
            base_url: base_url
                .ok()?
                .unwrap_or_else(|| url::DEFAULT_BASE_URL.to_owned()),
        })
    }

    fn tags(&mut self) -> Result<Option<Vec<String>>, Refused> {
        let Some(value) = self.value("tags")? else {
            return Ok(None);
        };
        let Some(array) = value.dyn_ref::<Array>() else {
            return Err(self.refuse("tags", "Must be an array of strings."));
        };
        let mut tags = Vec::new();
        for (index, value) in (0..).zip(array.iter()) {
            match read_text(&value, text::tag) {
                Ok(tag) if tags.contains(&tag) => {}
                Ok(tag) => tags.push(tag),
                Err(message) => {
                    let path = vec![Segment::Name("tags".to_owned()), Segment::Index(index)];
                    self.issues.push(Issue { path, message });
                }
            }
        }
        Ok(Some(tags))
    }

    fn account(&mut self, required: bool) -> Result<Option<Account>, Refused> {
        const MISSING: &str =
            "Is required, unless baseUrl names an address that adds both secrets.";
        const ALONE: &str = "Is required: userSecret and organizationSecret go together.";

        let user_secret = self.optional("userSecret", text::secret);
        let organization_secret = self.optional("organizationSecret", text::secret);
        let user_given = !matches!(user_secret, Ok(None));
        let organization_given = !matches!(organization_secret, Ok(None));
        for (name, given, other_given) in [
            ("userSecret", user_given, organization_given),
            ("organizationSecret", organization_given, user_given),
        ] {
            if !given && other_given {
                self.refuse(name, ALONE);
            } else if !given && required {
                self.refuse(name, MISSING);
            }
        }
        Ok(user_secret?
            .zip(organization_secret?)
            .map(|(user_secret, organization_secret)| Account {
                user_secret,
                organization_secret,
            }))
    }

    /// The signal and the timeout are the loader's to obey, because they also bound the loading of
    /// this module; what is wrong with them is reported with the rest.
    fn signal(&mut self) {
        let Ok(Some(signal)) = self.value("signal") else {
            return;
        };
        // By its members: instanceof knows only this realm's AbortSignal.
        let has = |name, judge: fn(&JsValue) -> bool| {
            Reflect::get(&signal, &JsValue::from_str(name)).is_ok_and(|member| judge(&member))
        };
        if !has("aborted", |aborted| aborted.as_bool().is_some())
            || !has("addEventListener", JsValue::is_function)
            || !has("removeEventListener", JsValue::is_function)
        {
            self.refuse("signal", "Must be an AbortSignal.");
        }
    }

    fn timeout(&mut self) {
        /// The longest delay that timers take.
        const MAX: f64 = 2_147_483_647.0;
        let Ok(Some(timeout)) = self.value("timeout") else {
            return;
        };
        if !timeout
            .as_f64()
            .is_some_and(|timeout| (1.0..=MAX).contains(&timeout))
        {
            self.refuse(
                "timeout",
                "Must be a number of milliseconds from 1 to 2147483647.",
            );
        }
    }

    fn required(
        &mut self,
        name: &'static str,
        missing: &'static str,
        rule: impl FnOnce(&str) -> Result<String, &'static str>,
    ) -> Option<String> {
        match self.optional(name, rule) {
            Ok(None) => {
                self.refuse(name, missing);
                None
            }
            read => read.ok().flatten(),
        }
    }

    fn optional(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(&str) -> Result<String, &'static str>,
    ) -> Result<Option<String>, Refused> {
        let Some(value) = self.value(name)? else {
            return Ok(None);
        };
        match read_text(&value, rule) {
            Ok(text) => Ok(Some(text)),
            Err(message) => Err(self.refuse(name, message)),
        }
    }

    fn value(&mut self, name: &'static str) -> Result<Option<JsValue>, Refused> {
        self.known.push(name);
        js_value::property(self.config, name).map_err(|_| self.refuse(name, "Cannot be read."))
    }

    fn refuse(&mut self, name: &str, message: &'static str) -> Refused {
        self.issues.push(Issue {
            path: vec![Segment::Name(name.to_owned())],
            message,
        });
        Refused
    }

    fn refuse_unknown(&mut self) {
        for entry in Object::entries(self.config.unchecked_ref()).iter() {
            let entry: Array = entry.unchecked_into();
            let name = entry.get(0).as_string().unwrap_or_default();
            if !self.known.contains(&name.as_str()) && !entry.get(1).is_undefined() {
                self.refuse(&name, "Is not a field of the config.");
            }
        }
    }
}

/// A field that is not usable, with its issue already noted.
struct Refused;

fn read_text(
    value: &JsValue,
    rule: impl FnOnce(&str) -> Result<String, &'static str>,
) -> Result<String, &'static str> {
    match js_value::text(value) {
        Ok(text) => rule(&text),
        Err(NoText::NoString) => Err("Must be a string."),
        Err(NoText::LoneSurrogate) => Err("Must not contain half a character (a lone surrogate)."),
    }
}

fn parse_url(url: &str) -> Option<UrlParts> {
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
    let location = js_value::property(&js_sys::global(), "location").ok()??;
    let origin = js_value::property(&location, "origin").ok()??.as_string()?;
    (origin != "null").then_some(origin)
}
