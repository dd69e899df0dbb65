//! Converts the `events` of a config to the service's settings.

use js_sys::Array;

use crate::fields::{Fields, MISSING, has_replacement_character, is_over};
use crate::issues::{Issue, IssueCode};
use crate::json::Object;
use crate::text::{self, EMPTY, concat};
use crate::url::{self, Parse};

/// Limits the resources, because reading a huge list or object would take long.
const TOO_MANY: &Issue = &Issue {
    code: IssueCode::TooMany,
    message: "Has too many entries: at most 50.",
    params: &[("max", 50.0)],
};

const INVALID_INTERVAL: &Issue = &Issue {
    code: IssueCode::Range,
    message: "Must be a whole number of minutes from 1 to 1440.",
    params: &[("min", 1.0), ("max", 1440.0)],
};

const INVALID_NAME: &Issue = &Issue::new(IssueCode::Reserved, "Is not a usable name.");

const NOT_STANDARD: &Issue = &Issue::new(
    IssueCode::Unknown,
    "Must be orders, products or customers; give other resources as entries.",
);

/// The default `refreshInterval`, in minutes.
const DEFAULT_REFRESH_INTERVAL: f64 = 15.0;

const STANDARD_RESOURCES: [&str; 3] = ["orders", "products", "customers"];

/// The date format of the standard resources, in the service's notation.
const DATE_FORMAT: &str = "EEE, dd MMM yyyy HH:mm:ss Z";

/// The settings that make the service poll a store for events. Does not implement `Debug`, because
/// it contains a secret.
pub struct Events {
    /// All settings but the key, by the service's names.
    pub settings: Object,
    /// The key that signs events.
    pub signature_key: Option<String>,
}

impl Events {
    /// Reads and validates a config's `events`.
    pub fn read(mut fields: Fields<'_>, parse_url: Parse) -> Self {
        let mut settings = Object::default();
        settings.set("event.notification.enabled", true);
        settings.set("event.vendor.type", "polling");
        let callback_url = fields.required("callbackUrl", MISSING, &|value| {
            url::callback_url(value, parse_url)
        });
        settings.set("event.notification.callback.url", callback_url);
        let refresh_interval = fields.number(
            "refreshInterval",
            |minutes| (1.0..=1440.0).contains(&minutes) && minutes.trunc() == minutes,
            INVALID_INTERVAL,
        );
        // A small integer, so the cast is exact.
        let refresh_interval = refresh_interval.unwrap_or(DEFAULT_REFRESH_INTERVAL) as u64;
        settings.set(
            "event.poller.refresh_interval",
            refresh_interval.to_string(),
        );
        let signature_key = fields.text("signatureKey", &text::not_trimmed);
        settings.set("event.poller.configuration", resources(&mut fields));
        fields.end();
        Self {
            settings,
            signature_key,
        }
    }
}

/// Reads the names of standard resources, or custom ones.
fn resources(fields: &mut Fields<'_>) -> Object {
    let mut resources = Object::default();
    match fields.peek("resources") {
        None => {
            for name in STANDARD_RESOURCES {
                resources.set(name, standard_resource(name));
            }
        }
        Some(given) if Array::is_array(given) => {
            for name in fields
                .texts("resources", TOO_MANY, &standard_name)
                .iter()
                .flatten()
            {
                resources.set(name, standard_resource(name));
            }
        }
        Some(_) => {
            if let Some(mut entries) = fields.object("resources") {
                let names = entries.names();
                if is_over(names.len() as u32, TOO_MANY) {
                    fields.refuse("resources", TOO_MANY);
                } else {
                    custom_resources(&names, &mut entries, &mut resources);
                }
            }
        }
    }
    resources
}

fn custom_resources(names: &[String], entries: &mut Fields<'_>, resources: &mut Object) {
    for name in names {
        // Setting `__proto__` on an object sets its prototype, so the entry would not be sent. A
        // lone surrogate has become U+FFFD by now.
        if name == "__proto__" || has_replacement_character(name) {
            entries.refuse(name, INVALID_NAME);
        } else if let Some(fields) = entries.object(name) {
            resources.set(name, resource(fields));
        }
    }
}

fn standard_resource(name: &str) -> Object {
    let query = concat(&["?where=min_date_modified='${date:", DATE_FORMAT, "}'"]);
    let mut dates = Object::default();
    dates.set("updatedDateField", "date_modified");
    dates.set("updatedDateFormat", DATE_FORMAT);
    dates.set("createdDateField", "date_created");
    dates.set("createdDateFormat", DATE_FORMAT);
    let mut resource = Object::default();
    resource.set("url", concat(&["/hubs/ecommerce/", name, &query]));
    resource.set("idField", "id");
    resource.set("datesConfiguration", dates);
    resource
}

fn resource(mut fields: Fields<'_>) -> Object {
    let mut resource = Object::default();
    copy(&mut fields, &mut resource, &["url", "idField"], &[]);
    let mut dates = Object::default();
    if !fields.has("datesConfiguration") {
        fields.refuse("datesConfiguration", MISSING);
    }
    if let Some(mut fields) = fields.object("datesConfiguration") {
        copy(
            &mut fields,
            &mut dates,
            &[
                "updatedDateField",
                "updatedDateFormat",
                "createdDateField",
                "createdDateFormat",
            ],
            &["updatedDateTimezone", "createdDateTimezone"],
        );
        fields.end();
    }
    resource.set("datesConfiguration", dates);
    fields.end();
    resource
}

/// Copies fields that have the same names in the config and in the service's settings.
fn copy(fields: &mut Fields<'_>, settings: &mut Object, required: &[&str], optional: &[&str]) {
    for name in required {
        settings.set(name, fields.required(name, MISSING, &not_empty));
    }
    for name in optional {
        settings.set_some(name, fields.text(name, &not_empty));
    }
}

fn not_empty(value: &str) -> Result<String, &'static Issue> {
    if value.is_empty() {
        return Err(EMPTY);
    }
    Ok(value.to_owned())
}

fn standard_name(name: &str) -> Result<String, &'static Issue> {
    if STANDARD_RESOURCES.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(NOT_STANDARD)
    }
}
