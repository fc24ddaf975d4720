//! `gangplank explain …`: asks the domain and prints what it says. All but `pod` works outside a
//! repository.

mod annotation;
mod error_text;
mod input;
mod lines;
mod pod;
mod trust;

use super::is_json;
use super::printer::Printer;
use crate::cli::{Environment, Explain, Request};
use crate::domain::{kube2iam, trust as trust_policy};
use crate::error::{Exit, Report};

pub(super) fn run(
    what: &Explain,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let answer = match what {
        Explain::Annotation { settings, question } => {
            let answer = kube2iam::decide(settings, question);
            if is_json(request) {
                return Ok(printer.json_data(&annotation::json(&answer)));
            }
            annotation::human(&answer)
        }
        Explain::Trust { policy, request: asked } => {
            let answer = trust_policy::evaluate(&input::whole(policy)?, asked);
            if is_json(request) {
                return Ok(printer.json_data(&trust::json(&answer)));
            }
            trust::human(&answer, asked)
        }
        Explain::AnnotationLines(path) => return lines::run(path, lines::annotation, printer),
        Explain::TrustLines(path) => return lines::run(path, lines::trust, printer),
        Explain::Pod { cluster, namespace, pod } => {
            return pod::run((cluster, namespace), pod, request, environment, printer);
        }
        Explain::Error(text) => return error_text::run(text.as_deref(), request, printer),
    };
    Ok(printer.data(&answer))
}
