//! A Kubernetes API server on the loopback that knows pods and nothing else: enough for kubectl to
//! create one, look at it, read its logs and delete it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

/// What the server does.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    /// The status of a pod, one for each time that it is looked at; the last one stays.
    pub(crate) statuses: Vec<Json>,
    /// What the pod has written.
    pub(crate) logs: &'static str,
    /// Why a pod is refused, with the status code.
    pub(crate) refuses: Option<(u16, &'static str)>,
    /// From which look at a pod on it is away, and for how long.
    pub(crate) away: Option<(usize, Duration)>,
    /// Whether connections just end while it is away; else something in between says so.
    pub(crate) hangs_up: bool,
    /// Whether a pod that it makes is never answered for.
    pub(crate) loses_answer: bool,
    /// Whether it lets nobody delete pods.
    pub(crate) keeps_pods: bool,
}

impl Default for Cluster {
    fn default() -> Self {
        Cluster {
            statuses: vec![json!({ "phase": "Pending" }), json!({ "phase": "Succeeded" })],
            logs: "",
            refuses: None,
            away: None,
            hangs_up: false,
            loses_answer: false,
            keeps_pods: false,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    pods: BTreeMap<String, Json>,
    created: Vec<Json>,
    requests: Vec<String>,
    looks: usize,
    away_until: Option<Instant>,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct ApiServer {
    url: String,
    state: Arc<Mutex<State>>,
}

impl ApiServer {
    /// Starts one.
    pub(crate) fn start(cluster: Cluster) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (cluster, state) = (cluster.clone(), Arc::clone(&shared));
                thread::spawn(move || serve(stream, &cluster, &state));
            }
        });
        ApiServer { url, state }
    }

    /// A kubeconfig with this server and nothing else.
    pub(crate) fn kubeconfig(&self) -> String {
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{ "name": "c", "cluster": { "server": self.url } }],
            "users": [{ "name": "u", "user": {} }],
            "contexts": [{ "name": "test", "context": { "cluster": "c", "user": "u" } }],
            "current-context": "test",
        });
        config.to_string()
    }

    /// The names of the pods that are there.
    pub(crate) fn pods(&self) -> Vec<String> {
        self.state.lock().unwrap().pods.keys().cloned().collect()
    }

    /// The pods that were made, as they were sent.
    pub(crate) fn created(&self) -> Vec<Json> {
        self.state.lock().unwrap().created.clone()
    }

    /// What it was asked, in order: method and path.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }

    /// Waits until a pod is there.
    pub(crate) fn wait_for_pod(&self) {
        let begin = Instant::now();
        while self.pods().is_empty() {
            assert!(begin.elapsed() < Duration::from_mins(1), "{:?}", self.requests());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

struct Answer {
    code: u16,
    kind: &'static str,
    body: String,
}

fn json_answer(code: u16, body: &Json) -> Answer {
    Answer { code, kind: "application/json", body: body.to_string() }
}

fn serve(mut stream: TcpStream, cluster: &Cluster, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    let mut length = 0;
    while reader.read_line(&mut head).is_ok_and(|count| count > 2) {
        let line = head.lines().last().unwrap().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = head.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return };
    let path = target.split('?').next().unwrap();
    // Without an answer: the connection just ends.
    let Some(answer) = answer(method, path, &body, cluster, &mut state.lock().unwrap()) else {
        return;
    };
    let Answer { code, kind, body } = answer;
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {code} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

fn answer(
    method: &str,
    path: &str,
    body: &[u8],
    cluster: &Cluster,
    state: &mut State,
) -> Option<Answer> {
    if state.away_until.is_some_and(|until| Instant::now() < until) {
        return away(cluster);
    }
    state.requests.push(format!("{method} {path}"));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    Some(match (method, &parts[..]) {
        ("GET", ["api"]) => json_answer(200, &json!({ "kind": "APIVersions", "versions": ["v1"] })),
        ("GET", ["apis"]) => {
            json_answer(200, &json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": [] }))
        }
        ("GET", ["api", "v1"]) => json_answer(200, &resources()),
        ("POST", ["api", "v1", "namespaces", _, "pods"]) => create(body, cluster, state)?,
        ("GET", ["api", "v1", "namespaces", _, "pods", name]) => look(name, cluster, state)?,
        ("GET", ["api", "v1", "namespaces", _, "pods", _, "log"]) => {
            Answer { code: 200, kind: "text/plain", body: cluster.logs.to_owned() }
        }
        ("DELETE", ["api", "v1", "namespaces", _, "pods", name]) => delete(name, cluster, state),
        _ => failure(404, "NotFound", "the server could not find the requested resource"),
    })
}

fn away(cluster: &Cluster) -> Option<Answer> {
    let body = "no backend\n".to_owned();
    (!cluster.hangs_up).then_some(Answer { code: 503, kind: "text/plain", body })
}

fn resources() -> Json {
    let resource = |name: &str, verbs: &[&str]| json!({ "name": name, "singularName": "pod", "namespaced": true, "kind": "Pod", "verbs": verbs });
    json!({
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [
            resource("pods", &["create", "delete", "get", "list"]),
            resource("pods/log", &["get"]),
        ],
    })
}

fn create(body: &[u8], cluster: &Cluster, state: &mut State) -> Option<Answer> {
    let pod: Json = serde_json::from_slice(body).unwrap();
    state.created.push(pod.clone());
    if let Some((code, message)) = cluster.refuses {
        return Some(failure(code, "Forbidden", message));
    }
    let name = pod["metadata"]["name"].as_str().unwrap().to_owned();
    state.pods.insert(name, pod.clone());
    (!cluster.loses_answer).then(|| json_answer(201, &pod))
}

fn look(name: &str, cluster: &Cluster, state: &mut State) -> Option<Answer> {
    let Some(pod) = state.pods.get(name) else {
        return Some(failure(404, "NotFound", "pods not found"));
    };
    let mut pod = pod.clone();
    let last = cluster.statuses.len() - 1;
    pod["status"] = cluster.statuses[state.looks.min(last)].clone();
    state.looks += 1;
    if let Some((from, pause)) = cluster.away {
        if state.looks == from {
            state.away_until = Some(Instant::now() + pause);
            return away(cluster);
        }
    }
    Some(json_answer(200, &pod))
}

fn delete(name: &str, cluster: &Cluster, state: &mut State) -> Answer {
    if cluster.keeps_pods {
        return failure(403, "Forbidden", "pods is forbidden: no deleting here");
    }
    match state.pods.remove(name) {
        Some(_) => {
            json_answer(200, &json!({ "kind": "Status", "apiVersion": "v1", "status": "Success" }))
        }
        None => failure(404, "NotFound", "pods not found"),
    }
}

fn failure(code: u16, reason: &str, message: &str) -> Answer {
    let body = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "reason": reason,
        "message": message,
        "code": code,
    });
    json_answer(code, &body)
}
