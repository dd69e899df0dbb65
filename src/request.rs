//! From a [`Config`] to what is sent.

use serde::Serialize;

use crate::config::Config;

/// The body of `POST /instances`.
#[derive(Serialize)]
pub struct InstanceBody<'a> {
    element: Element,
    configuration: Configuration<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a [String]>,
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
}

impl<'a> InstanceBody<'a> {
    /// The body that creates the instance which `config` describes.
    pub fn new(config: &'a Config) -> Self {
        Self {
            element: Element { key: "bigcommerce" },
            configuration: Configuration {
                username: &config.username,
                password: &config.password,
                store_url: &config.store_url,
            },
            tags: config.tags.as_deref(),
            name: &config.name,
        }
    }
}

/// The value of the `authorization` header, where the config holds the account's secrets.
pub fn authorization(config: &Config) -> Option<String> {
    let account = config.account.as_ref()?;
    Some(format!(
        "User {}, Organization {}",
        account.user_secret, account.organization_secret
    ))
}
