//! Findings for programs: `gangplank.check/1`.

use serde::Serialize;
use serde_json::Value;

use crate::check::Known;
use crate::domain::finding::Finding;

#[derive(Serialize)]
struct CheckJson<'a> {
    schema: &'static str,
    findings: &'a [Finding],
}

pub(in crate::app) fn document(findings: &[Finding]) -> Value {
    serde_json::json!(CheckJson { schema: Known::SCHEMA, findings })
}
