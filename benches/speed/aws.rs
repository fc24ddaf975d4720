//! An AWS on the loopback that lists many roles.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Roles in the account.
pub(crate) const ROLES: usize = 5_000;

/// Roles a page, as IAM has it.
const PAGE: usize = 1_000;

/// Starts it, for whoever is logged in to this account; returns the address.
pub(crate) fn start(account: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream, account));
        }
    });
    url
}

fn answer(mut stream: TcpStream, account: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).is_ok_and(|count| count > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    let (status, text) = response(&String::from_utf8_lossy(&body), account);
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    let _ = stream.write_all(format!("{head}{text}").as_bytes());
}

fn response(body: &str, account: &str) -> (u16, String) {
    if body.contains("GetCallerIdentity") {
        let text = format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/dev</Arn><UserId>x</UserId><Account>{account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        );
        return (200, text);
    }
    if !body.contains("ListRoles") {
        let text = "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>";
        return (404, text.to_owned());
    }
    let marker = body.split('&').find_map(|pair| pair.strip_prefix("Marker="));
    (200, page(marker.and_then(|marker| marker.parse().ok()).unwrap_or(0), account))
}

fn page(first: usize, account: &str) -> String {
    let end = (first + PAGE).min(ROLES);
    let mut members = String::new();
    for number in first..end {
        write!(
            members,
            "<member><Path>/</Path><RoleName>app-{number:05}</RoleName><RoleId>AROA{number:012}</RoleId><Arn>arn:aws:iam::{account}:role/app-{number:05}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></member>"
        )
        .unwrap();
    }
    let is_truncated = end < ROLES;
    let marker = if is_truncated { format!("<Marker>{end}</Marker>") } else { String::new() };
    format!(
        "<ListRolesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListRolesResult><IsTruncated>{is_truncated}</IsTruncated>{marker}<Roles>{members}</Roles></ListRolesResult></ListRolesResponse>"
    )
}
