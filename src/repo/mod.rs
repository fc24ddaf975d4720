//! Reading a GitOps repository: where things are, how people write them, and what is known of a
//! cluster. Reads a tree, writes nothing, decides nothing about a single onboarding.

mod answers_file;
pub mod config;
mod config_text;
mod defaults;
mod delivery;
mod house;
mod layout;
mod mentions;
mod node_reader;
mod own_templates;
mod policies;
mod protected;
mod root;
mod survey;
mod walk;

pub use answers_file::{AnswerMap, parse_answers, parse_user_config};
pub use config_text::{ConfigError, place_of};
pub use defaults::{Defaults, DefaultsChoice};
pub use delivery::{Delivery, Verdict as DeliveryVerdict};
pub use house::{House, KustomizationShape, OWN_NAME, Shape, TemplateFile};
pub use layout::{ClusterLayout, LayoutError, NamespacePlace};
pub use mentions::is_about_cluster;
pub use own_templates::{
    TEMPLATES_FOLDER, all_templates, own_templates, template_files, unused_script,
};
pub use policies::SecondGate;
pub use protected::Protected;
pub use root::{CLUSTERS, CONFIG_NAME, Root, RootError};
pub use survey::{IdleEntry, Repository, Survey, SurveyError, in_words};
