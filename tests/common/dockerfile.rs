//! A Dockerfile as its builder reads it: stages of instructions, comments and heredocs gone, lines joined, `ARG`s filled in.

use std::collections::BTreeMap;

/// One build stage.
#[derive(Debug, Default)]
pub struct Stage {
    pub name: String,
    /// What it starts from: an image or an earlier stage.
    pub from: String,
    pub platform: Option<String>,
    pub steps: Vec<Step>,
}

/// One instruction, its keyword apart from the rest.
#[derive(Debug, Clone)]
pub struct Step {
    pub keyword: String,
    pub rest: String,
}

/// A Dockerfile.
#[derive(Debug)]
pub struct Dockerfile {
    pub stages: Vec<Stage>,
}

impl Dockerfile {
    pub fn parse(text: &str) -> Self {
        let mut stages: Vec<Stage> = Vec::new();
        let mut arguments = BTreeMap::new();
        for step in steps(text) {
            match (step.keyword.as_str(), stages.last_mut()) {
                ("ARG", None) => {
                    if let Some((key, value)) = step.rest.split_once('=') {
                        arguments.insert(format!("${{{key}}}"), value.to_owned());
                    }
                }
                ("FROM", _) => stages.push(stage(&step.rest, &arguments)),
                (_, Some(stage)) => stage.steps.push(step),
                (keyword, None) => panic!("{keyword} before the first stage"),
            }
        }
        Self { stages }
    }

    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// The stage that is built without `--target`.
    pub fn last(&self) -> &Stage {
        self.stages.last().expect("a stage")
    }

    /// A stage and those that it continues, the first one last.
    pub fn lineage<'d>(&'d self, stage: &'d Stage) -> Vec<&'d Stage> {
        let mut line = vec![stage];
        while let Some(earlier) = self.stage(&line[line.len() - 1].from) {
            line.push(earlier);
        }
        line
    }

    /// The image that a stage stands on.
    pub fn image(&self, stage: &Stage) -> String {
        self.lineage(stage).last().map(|first| first.from.clone()).unwrap_or_default()
    }

    /// All images: of `FROM` and of `COPY --from`.
    pub fn images(&self) -> Vec<String> {
        let copied = self.all().filter_map(|step| flag(&step.rest, "--from")).map(str::to_owned);
        let images = self.stages.iter().map(|stage| stage.from.clone()).chain(copied);
        images.filter(|image| self.stage(image).is_none()).collect()
    }

    /// The instructions of all stages.
    pub fn all(&self) -> impl Iterator<Item = &Step> {
        self.stages.iter().flat_map(|stage| &stage.steps)
    }
}

impl Stage {
    pub fn of<'s>(&'s self, keyword: &'s str) -> impl Iterator<Item = &'s Step> {
        self.steps.iter().filter(move |step| step.keyword == keyword)
    }
}

/// The value of `--flag=value` among the words before the operands.
pub fn flag<'r>(rest: &'r str, name: &str) -> Option<&'r str> {
    let flags = rest.split_whitespace().take_while(|word| word.starts_with("--"));
    flags.filter_map(|word| word.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn stage(rest: &str, arguments: &BTreeMap<String, String>) -> Stage {
    let filled = arguments.iter().fold(rest.to_owned(), |rest, (key, value)| rest.replace(key, value));
    let words: Vec<&str> = filled.split_whitespace().filter(|word| !word.starts_with("--")).collect();
    Stage {
        from: words[0].to_owned(),
        name: words.get(2).copied().unwrap_or_default().to_owned(),
        platform: flag(&filled, "--platform").map(str::to_owned),
        steps: Vec::new(),
    }
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut whole = line.to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            let next = lines.by_ref().find(|line| !line.trim_start().starts_with('#'));
            whole.push_str(next.unwrap_or_default().trim_start());
        }
        let (keyword, rest) = whole.split_once(' ').unwrap_or((&whole, ""));
        let (keyword, rest) = (keyword.to_owned(), rest.trim().to_owned());
        let end = rest
            .split_once("<<")
            .map(|(_, end)| end.split_whitespace().next().unwrap_or_default().replace('\'', ""));
        if let Some(end) = end {
            lines.by_ref().find(|line| *line == end);
        }
        steps.push(Step { keyword, rest });
    }
    steps
}
