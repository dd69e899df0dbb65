//! What is sent, as it is built of a config.

use crate::config::Config;
use crate::value::Object;

/// The body of `POST /instances` and `PUT /instances/{id}`.
pub fn instance_body(config: Config) -> Object {
    let tag = config.key_tag();
    let mut element = Object::default();
    element.set("key", "bigcommerce");
    let mut configuration = Object::default();
    configuration.set("username", config.username);
    configuration.set("password", config.password);
    configuration.set("store.url", config.store_url);
    if let Some(events) = config.events {
        configuration.extend(events.settings);
        configuration.set_some("event.notification.signature.key", events.signature_key);
    }
    let mut tags = config.tags;
    if let Some(tag) = tag {
        tags.get_or_insert_default().push(tag);
    }
    let mut body = Object::default();
    body.set("element", element);
    body.set("configuration", configuration);
    body.set_some("tags", tags);
    body.set("name", config.name);
    body
}
