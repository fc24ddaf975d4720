//! AWS on the loopback: moto where it can answer, and a small server for what it can't.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The account that moto says everybody belongs to.
pub(crate) const MOTO_ACCOUNT: &str = "123456789012";

/// A moto server; it ends with the test.
pub(crate) struct Moto {
    server: Child,
    python: PathBuf,
    port: u16,
}

impl Moto {
    /// Starts a server; without the tests' own environment, none, unless that is a failure.
    pub(crate) fn start() -> Option<Self> {
        let Some(path) = std::env::var_os("GANGPLANK_TEST_MOTO").map(PathBuf::from) else {
            assert!(std::env::var_os("GANGPLANK_TESTS").is_none(), "tests/run starts no moto");
            eprintln!("ignored: needs moto, which tests/run installs");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(&path);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = command.spawn().unwrap();
        let moto = Moto { server, python: path.with_file_name("python"), port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_mins(1), "moto does not answer");
            thread::sleep(Duration::from_millis(50));
        }
        Some(moto)
    }

    /// The address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs Python with an IAM client called `iam`.
    pub(crate) fn iam(&self, script: &str) {
        let head = format!(
            "import boto3, json\niam = boto3.client('iam', endpoint_url='{}', region_name='us-east-1', aws_access_key_id='x', aws_secret_access_key='x')\n",
            self.url()
        );
        let status = Command::new(&self.python).args(["-c", &format!("{head}{script}")]).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What the small server does with a call.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// This status and body.
    Body(u16, &'static str),
    /// It hangs up.
    HangUp,
    /// It never answers.
    Silence,
}

/// Who is asking, as STS says it.
pub(crate) const IDENTITY: Answer = Answer::Body(
    200,
    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789098:user/dev</Arn><UserId>x</UserId><Account>123456789098</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
);

/// Answers each call to STS with `sts` and each one to IAM with `iam`; returns the address.
pub(crate) fn serve(sts: Answer, iam: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream, sts, iam));
        }
    });
    url
}

fn answer(stream: TcpStream, sts: Answer, iam: Answer) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|count| count > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    let is_sts = String::from_utf8_lossy(&body).contains("GetCallerIdentity");
    let mut stream = stream;
    match if is_sts { sts } else { iam } {
        Answer::Body(status, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
        Answer::HangUp => drop(stream),
        Answer::Silence => {
            // Until the other side has enough of it.
            let _ = stream.read(&mut [0; 1]);
        }
    }
}
