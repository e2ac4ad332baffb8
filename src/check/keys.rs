//! The keys that Compose knows, and the form of what stands under them.

use crate::answers::nearest;
use crate::compose::{Compose, Value};

/// The keys of a mapping in a Compose file, by the forms that their values may have.
struct Keys {
    /// Where such mappings are; `*` is any name.
    at: &'static [&'static str],
    /// The forms, one letter each, and the keys: `t` a text, a number or a truth value, `l` a list, `m` a mapping,
    /// `n` nothing.
    forms: &'static [(&'static str, &'static str)],
}

/// After the schema of the Compose specification, as far as entries of a catalog go.
const ALL: &[Keys] = &[
    Keys {
        at: &[],
        forms: &[
            ("t", "name version"),
            ("l", "include"),
            ("m", "configs models networks secrets services volumes"),
        ],
    },
    Keys {
        at: &["services", "*"],
        forms: &[
            (
                "t",
                "attach cgroup cgroup_parent container_name cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period \
                 cpu_rt_runtime cpu_shares cpus cpuset domainname hostname image init ipc isolation mac_address \
                 mem_limit mem_reservation mem_swappiness memswap_limit network_mode oom_kill_disable oom_score_adj pid \
                 pids_limit platform privileged pull_policy pull_refresh_after read_only restart runtime scale \
                 shm_size stdin_open stop_grace_period stop_signal tty use_api_socket user userns_mode uts working_dir",
            ),
            (
                "l",
                "cap_add cap_drop configs device_cgroup_rules devices dns_opt expose external_links group_add links \
                 ports post_start pre_stop profiles secrets security_opt volumes volumes_from",
            ),
            ("m", "blkio_config credential_spec healthcheck logging provider storage_opt ulimits"),
            ("mn", "deploy develop"),
            ("tl", "dns dns_search env_file gpus label_file tmpfs"),
            ("tln", "command entrypoint"),
            ("tm", "build extends"),
            ("lm", "annotations depends_on environment extra_hosts labels models networks sysctls"),
        ],
    },
    Keys {
        at: &["services", "*", "build"],
        forms: &[
            (
                "t",
                "context dockerfile dockerfile_inline isolation network no_cache privileged provenance pull sbom \
                 shm_size target",
            ),
            ("l", "cache_from cache_to entitlements platforms secrets tags"),
            ("lm", "additional_contexts args extra_hosts labels ssh"),
            ("m", "ulimits"),
        ],
    },
    Keys {
        at: &["services", "*", "healthcheck"],
        forms: &[("t", "disable interval retries start_interval start_period timeout"), ("tl", "test")],
    },
    Keys { at: &["services", "*", "logging"], forms: &[("t", "driver"), ("m", "options")] },
    Keys {
        at: &["services", "*", "deploy"],
        forms: &[
            ("t", "endpoint_mode mode replicas"),
            ("lm", "labels"),
            ("m", "placement resources restart_policy rollback_config update_config"),
        ],
    },
    Keys { at: &["services", "*", "deploy", "resources"], forms: &[("m", "limits reservations")] },
    Keys { at: &["services", "*", "deploy", "resources", "limits"], forms: &[("t", "cpus memory pids")] },
    Keys {
        at: &["services", "*", "deploy", "resources", "reservations"],
        forms: &[("t", "cpus memory"), ("l", "devices generic_resources")],
    },
    Keys { at: &["services", "*", "depends_on", "*"], forms: &[("t", "condition required restart")] },
    Keys {
        at: &["networks", "*"],
        forms: &[
            ("t", "attachable driver enable_ipv4 enable_ipv6 internal name"),
            ("tm", "external"),
            ("m", "driver_opts ipam"),
            ("lm", "labels"),
        ],
    },
    Keys {
        at: &["volumes", "*"],
        forms: &[("t", "driver name"), ("tm", "external"), ("m", "driver_opts"), ("lm", "labels")],
    },
    Keys {
        at: &["secrets", "*"],
        forms: &[
            ("t", "driver environment file name template_driver"),
            ("tm", "external"),
            ("m", "driver_opts"),
            ("lm", "labels"),
        ],
    },
    Keys {
        at: &["configs", "*"],
        forms: &[
            ("t", "content environment file name template_driver"),
            ("tm", "external"),
            ("lm", "labels"),
        ],
    },
];

/// The keys of a service, and of what is in no service, that Compose does not know, or whose values have another form
/// than it takes: each with what is wrong.
pub fn wrong(compose: &Compose, service: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for keys in ALL {
        for path in paths(compose, keys.at, service) {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            for (key, value) in entries(compose, &path).iter().filter(|(key, _)| !key.starts_with("x-")) {
                // What a tag takes away or replaces has rules of its own
                let tagged = compose.tag(&[&path[..], &[key]].concat()).is_some();
                let message = keys.message(path.last().copied(), key, value).filter(|_| !tagged);
                found.extend(message.map(|message| (key.clone(), message)));
            }
        }
    }
    found
}

/// The places in a text that a path means; `*` below `services` is the one service.
fn paths(compose: &Compose, at: &[&str], service: &str) -> Vec<Vec<String>> {
    let mut paths: Vec<Vec<String>> = vec![Vec::new()];
    for step in at {
        let below = |path: Vec<String>| -> Vec<Vec<String>> {
            let keys: Vec<&str> = path.iter().map(String::as_str).collect();
            let names = match (*step, keys.as_slice()) {
                ("*", ["services"]) => vec![service.to_owned()],
                ("*", keys) => entries(compose, keys).into_iter().map(|(name, _)| name).collect(),
                (step, _) => vec![step.to_owned()],
            };
            names.into_iter().map(|name| [path.clone(), vec![name]].concat()).collect()
        };
        paths = paths.into_iter().flat_map(below).collect();
    }
    paths
}

fn entries(compose: &Compose, path: &[&str]) -> Vec<(String, Value)> {
    match compose.get(path) {
        Some(Value::Map(entries)) => entries,
        _ => Vec::new(),
    }
}

impl Keys {
    fn message(&self, place: Option<&str>, key: &str, value: &Value) -> Option<String> {
        let all = || self.forms.iter().flat_map(|(_, keys)| keys.split(' '));
        let takes = self.forms.iter().find(|(_, keys)| keys.split(' ').any(|known| known == key));
        let Some((forms, _)) = takes else {
            let place = place.map(|place| format!(" in `{place}`")).unwrap_or_default();
            let near =
                nearest(key, all()).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
            return Some(format!("Compose knows no key `{key}`{place}{near}"));
        };
        let form = match value {
            Value::Null => 'n',
            Value::Scalar { .. } => 't',
            Value::Seq(_) => 'l',
            Value::Map(_) => 'm',
        };
        let wanted: Vec<&str> = forms.chars().filter(|form| *form != 'n').map(in_words).collect();
        (!forms.contains(form))
            .then(|| format!("`{key}` is {}: Compose takes {}", in_words(form), wanted.join(" or ")))
    }
}

fn in_words(form: char) -> &'static str {
    match form {
        't' => "a single value",
        'l' => "a list",
        'm' => "a mapping",
        _ => "empty",
    }
}
