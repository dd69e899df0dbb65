//! From a [`Config`] to the body that is sent.

use serde::Serialize;

use crate::config::Config;
use crate::events::Events;
use crate::text::KEY_TAG;

/// The body of `POST /instances` and `PUT /instances/{id}`.
#[derive(Serialize)]
pub struct InstanceBody<'a> {
    element: Element,
    configuration: Configuration<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<&'a str>>,
    name: &'a str,
}

#[derive(Serialize)]
struct Element {
    key: &'static str,
}

#[derive(Serialize)]
struct Configuration<'a> {
    username: &'a str,
    password: &'a str,
    #[serde(rename = "store.url")]
    store_url: &'a str,
    #[serde(flatten)]
    events: Option<&'a Events>,
}

impl<'a> InstanceBody<'a> {
    /// The body for the instance that `config` describes, marked with `key_tag` where one is given.
    pub fn new(config: &'a Config, key_tag: Option<&'a str>) -> Self {
        let tags = config
            .tags
            .as_ref()
            .map(|tags| tags.iter().map(String::as_str));
        Self {
            element: Element { key: "bigcommerce" },
            configuration: Configuration {
                username: &config.username,
                password: &config.password,
                store_url: &config.store_url,
                events: config.events.as_ref(),
            },
            tags: match (tags, key_tag) {
                (None, None) => None,
                (tags, key_tag) => Some(tags.into_iter().flatten().chain(key_tag).collect()),
            },
            name: &config.name,
        }
    }
}

/// The tag that an instance created under `key` carries.
pub fn key_tag(key: &str) -> String {
    format!("{KEY_TAG}{key}")
}

/// The value of the `authorization` header, where the config holds the account's secrets.
pub fn authorization(config: &Config) -> Option<String> {
    let account = config.account.as_ref()?;
    Some(format!(
        "User {}, Organization {}",
        account.user_secret, account.organization_secret
    ))
}
