//! The `events` of a config, and the settings that they become.

use js_sys::Array;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::config::parse_url;
use crate::fields::Fields;
use crate::url;

/// Minutes between two polls, where a config says nothing.
const DEFAULT_REFRESH_INTERVAL: f64 = 15.0;

const STANDARD_RESOURCES: [&str; 3] = ["orders", "products", "customers"];

/// The date format of the standard resources, in the service's notation.
const DATE_FORMAT: &str = "EEE, dd MMM yyyy HH:mm:ss Z";

/// The settings that make the service poll a store for events, as they stand in an instance's
/// configuration. Has no `Debug`: it holds a secret.
#[derive(Serialize)]
pub struct Events {
    #[serde(rename = "event.notification.enabled")]
    enabled: bool,
    #[serde(rename = "event.vendor.type")]
    vendor_type: &'static str,
    #[serde(rename = "event.notification.callback.url")]
    callback_url: String,
    #[serde(rename = "event.poller.refresh_interval")]
    refresh_interval: String,
    #[serde(
        rename = "event.notification.signature.key",
        skip_serializing_if = "Option::is_none"
    )]
    signature_key: Option<String>,
    #[serde(rename = "event.poller.configuration", serialize_with = "as_map")]
    resources: Vec<(String, Resource)>,
}

/// What is polled, and how its changes are told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    url: String,
    id_field: String,
    dates_configuration: Dates,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dates {
    updated_date_field: String,
    updated_date_format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_date_timezone: Option<String>,
    created_date_field: String,
    created_date_format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_date_timezone: Option<String>,
}

impl Events {
    /// Reads and judges a config's `events`.
    pub fn read(mut fields: Fields<'_>) -> Self {
        let callback_url = fields.required(
            "callbackUrl",
            "The address for the events is missing.",
            |value| url::callback_url(value, parse_url),
        );
        let refresh_interval = fields.number(
            "refreshInterval",
            |minutes| (1.0..=1440.0).contains(&minutes) && minutes.trunc() == minutes,
            "Must be a whole number of minutes from 1 to 1440.",
        );
        let events = Self {
            enabled: true,
            vendor_type: "polling",
            callback_url,
            // A whole number below 1441, so the cast is exact; floats cost kilobytes to print.
            refresh_interval: (refresh_interval.unwrap_or(DEFAULT_REFRESH_INTERVAL) as u32)
                .to_string(),
            signature_key: fields.text("signatureKey", not_empty),
            resources: resources(&mut fields),
        };
        fields.refuse_unknown();
        events
    }

    /// The secret that signs the events.
    pub fn signature_key(&self) -> Option<&str> {
        self.signature_key.as_deref()
    }
}

/// Names of standard resources, or entries of the caller's own.
fn resources(fields: &mut Fields<'_>) -> Vec<(String, Resource)> {
    let names = match fields.value("resources") {
        None => STANDARD_RESOURCES.map(str::to_owned).to_vec(),
        Some(given) if Array::is_array(&given) => {
            fields.texts("resources", standard_name).unwrap_or_default()
        }
        Some(_) => {
            let entries = fields.object("resources");
            return entries.map_or_else(Vec::new, |mut entries| entries.objects(Resource::read));
        }
    };
    names.into_iter().map(Resource::standard).collect()
}

impl Resource {
    fn standard(name: String) -> (String, Self) {
        let resource = Self {
            url: format!(
                "/hubs/ecommerce/{name}?where=min_date_modified='${{date:{DATE_FORMAT}}}'"
            ),
            id_field: "id".to_owned(),
            dates_configuration: Dates {
                updated_date_field: "date_modified".to_owned(),
                updated_date_format: DATE_FORMAT.to_owned(),
                updated_date_timezone: None,
                created_date_field: "date_created".to_owned(),
                created_date_format: DATE_FORMAT.to_owned(),
                created_date_timezone: None,
            },
        };
        (name, resource)
    }

    fn read(mut fields: Fields<'_>) -> Self {
        let resource = Self {
            url: required(&mut fields, "url"),
            id_field: required(&mut fields, "idField"),
            dates_configuration: match fields.value("datesConfiguration") {
                Some(_) => fields.object("datesConfiguration").map(Dates::read),
                None => fields.refuse("datesConfiguration", MISSING),
            }
            .unwrap_or_default(),
        };
        fields.refuse_unknown();
        resource
    }
}

impl Dates {
    fn read(mut fields: Fields<'_>) -> Self {
        let dates = Self {
            updated_date_field: required(&mut fields, "updatedDateField"),
            updated_date_format: required(&mut fields, "updatedDateFormat"),
            updated_date_timezone: fields.text("updatedDateTimezone", not_empty),
            created_date_field: required(&mut fields, "createdDateField"),
            created_date_format: required(&mut fields, "createdDateFormat"),
            created_date_timezone: fields.text("createdDateTimezone", not_empty),
        };
        fields.refuse_unknown();
        dates
    }
}

const MISSING: &str = "Is missing.";

fn required(fields: &mut Fields<'_>, name: &'static str) -> String {
    fields.required(name, MISSING, not_empty)
}

fn not_empty(value: &str) -> Result<String, &'static str> {
    if value.is_empty() {
        return Err("Must not be empty.");
    }
    Ok(value.to_owned())
}

fn standard_name(name: &str) -> Result<String, &'static str> {
    if STANDARD_RESOURCES.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err("Must be orders, products or customers; give other resources as entries.")
    }
}

fn as_map<S: Serializer>(
    resources: &[(String, Resource)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(resources.len()))?;
    for (name, resource) in resources {
        map.serialize_entry(name, resource)?;
    }
    map.end()
}
