//! The meaning of an error's text.

use std::io::IsTerminal as _;

use serde_json::json;

use super::input;
use crate::app::is_json;
use crate::app::printer::Printer;
use crate::cli::Request;
use crate::domain::symptom::{Symptom, symptoms_in};
use crate::error::{Exit, Report};

/// Says what a text means; a text that is not known is no success.
pub(super) fn run(text: Option<&str>, request: &Request, printer: Printer) -> Result<Exit, Report> {
    let symptoms = symptoms_in(&read(text)?);
    if symptoms.is_empty() {
        return Err(Report::new(Exit::Failed, "this text is not known").help(
            "kube2iam's own log says more than the pod: gangplank explain error takes its lines too",
        ));
    }
    if is_json(request) {
        return Ok(printer.json_data(&json(&symptoms)));
    }
    Ok(printer.data(&symptoms.iter().map(|symptom| human(symptom)).collect::<String>()))
}

fn read(text: Option<&str>) -> Result<String, Report> {
    match text {
        Some(text) if text != "-" => Ok(text.to_owned()),
        None if std::io::stdin().is_terminal() => {
            Err(Report::new(Exit::Usage, "there is no text to explain")
                .help("gangplank explain error 'the text', or pipe it in"))
        }
        _ => input::whole("-"),
    }
}

fn json(symptoms: &[&Symptom]) -> serde_json::Value {
    let symptoms = symptoms.iter().map(
        |symptom| json!({ "name": symptom.name, "meaning": symptom.meaning, "next": symptom.next }),
    );
    json!({ "schema": "gangplank.symptoms/1", "symptoms": symptoms.collect::<Vec<_>>() })
}

fn human(symptom: &Symptom) -> String {
    format!("{}: {}\nnext: {}\n", symptom.name, symptom.meaning, symptom.next)
}
