//! What is said about packs that are wrong: what, where, and what was probably meant.

use crate::sample::{change, changed, load, sample};
use reglament_pack::{MemorySource, Pack};

/// Loads the sample with one change and expects exactly what is said.
#[track_caller]
fn says(source: &MemorySource, expected: &[&str]) {
    assert_eq!(load(source), expected);
}

#[test]
fn the_sample_is_clean() {
    says(&sample(), &[]);
    assert!(Pack::open(&sample()).is_ok());
}

#[test]
fn a_misspelt_key_is_an_error_with_the_key_that_was_meant() {
    says(
        &changed("regulation.toml", "[provider]", "[provder]"),
        &[
            "regulation.toml: ‹› error[RG0906]: nothing is said about `provider` (what the source does not state is listed in `not-stated`)",
            "regulation.toml: ‹provder› error[RG0902]: the manifest has no `provder` (did you mean `provider`?)",
        ],
    );
    says(
        &changed("clauses.yaml", "term: '5", "terms: '5"),
        &["clauses.yaml: ‹terms› error[RG0902]: clause 2 has no `terms` (did you mean `term`?)"],
    );
}

#[test]
fn what_is_missing_is_said_for_each_file_at_once() {
    let source = changed("regulation.toml", "id = \"new-service\"\n", "");
    let source = change(source, "clauses.yaml", "clause: '1'", "claus: '1'");
    let found = load(&source);
    assert_eq!(
        found,
        [
            "regulation.toml: ‹› error[RG0905]: the manifest has no `id`",
            "clauses.yaml: ‹› error[RG0905]: the clause has no `clause`",
        ]
    );
    assert!(Pack::load(&source).0.is_none());
}

#[test]
fn a_section_is_given_or_said_to_be_not_stated_and_not_both() {
    says(
        &changed("regulation.toml", "\"fee\", ", ""),
        &[
            "regulation.toml: ‹› error[RG0906]: nothing is said about `fee` (what the source does not state is listed in `not-stated`)",
        ],
    );
    says(
        &changed("regulation.toml", "\"fee\"", "\"fee\", \"provider\""),
        &[
            "regulation.toml: ‹\"provider\"› error[RG0906]: `provider` is given, and also listed as not stated",
        ],
    );
}

#[test]
fn malformed_text_is_reported_where_reading_stopped() {
    let found = load(&changed("regulation.toml", "format = 1", "format = "));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found
            .iter()
            .all(|line| line.starts_with("regulation.toml:") && line.contains("RG0901"))
    );
    let found = load(&changed("clauses.yaml", "clauses:", "clauses: ]"));
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("clauses.yaml:") && line.contains("RG0901"))
    );
    let found = load(&sample().with("clauses.yaml", b"clauses:\n  - clause: '\xFF'\n".as_slice()));
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("clauses.yaml:") && line.contains("RG0001"))
    );
}

#[test]
fn a_file_that_is_named_is_there_and_inside_the_pack() {
    says(
        &sample().without("forms/application.form"),
        &[
            "regulation.toml: ‹\"forms/application.form\"› error[RG0909]: `forms/application.form`: there is no such file",
        ],
    );
    says(
        &changed(
            "regulation.toml",
            "forms/application.form",
            "../application.form",
        ),
        &[
            "regulation.toml: ‹\"../application.form\"› error[RG0909]: `../application.form`: the path leads outside the pack",
        ],
    );
    let found = load(&MemorySource::new("nothing"));
    assert_eq!(
        found,
        ["regulation.toml: error[RG0909]: `regulation.toml`: there is no such file"]
    );
}

#[test]
fn every_citation_leads_to_words() {
    let cites = |to: &str| changed("counter.bpmn", "<reg:source clause=\"4\" annex=\"1\"/>", to);
    for (source, message) in [
        ("clause=\"9\"", "the clauses have no clause 9"),
        ("clause=\"3\" item=\"9\"", "clause 3 has no item 9"),
        ("clause=\"4\" annex=\"9\"", "the clauses have no annex 9"),
        (
            "clause=\"3\" action=\"1\"",
            "no table lists the actions of clause 3",
        ),
        (
            "clause=\"3\" table=\"2\"",
            "no table 2 lists the actions of clause 3",
        ),
        (
            "clause=\"1\" document=\"o\"",
            "the clauses declare no document `o`",
        ),
    ] {
        says(
            &cites(&format!("<reg:source {source}/>")),
            &[&format!(
                "counter.bpmn: ‹<reg:source {source}/>› error[RG0910]: {message}"
            )],
        );
    }
    says(
        &changed(
            "regulation.toml",
            "clause = \"4\"\nannex = \"1\"",
            "clause = \"4\"\nannex = \"2\"",
        ),
        &[
            "regulation.toml: ‹[[document]]› error[RG0910]: the clauses have no annex 2",
            "regulation.toml: ‹[[form]]› error[RG0910]: the clauses have no annex 2",
        ],
    );
}

#[test]
fn another_document_is_declared_and_its_words_need_not_be_at_hand() {
    let source = changed(
        "counter.bpmn",
        "<reg:source clause=\"4\" annex=\"1\"/>",
        "<reg:source clause=\"11\" document=\"standard\"/>",
    );
    let declared = "documents:\n  - id: standard\n    kk: Стандарт\nclauses:";
    says(&change(source, "clauses.yaml", "clauses:", declared), &[]);
}

#[test]
fn every_item_of_a_channel_is_cited_by_its_flow() {
    says(
        &changed("counter.bpmn", "<reg:source clause=\"3\" item=\"2\"/>", ""),
        &[
            "clauses.yaml: ‹'2'› error[RG0911]: item 2 of clause 3 is cited by no element of `counter.bpmn` (cite it by `reg:source` on the element that implements it)",
        ],
    );
    let missing = "item: '2'\n        missing: true\n        note: 'lost'\n      - item: '6'";
    let source = changed(
        "counter.bpmn",
        "<reg:source clause=\"3\" item=\"2\"/>",
        "<reg:source clause=\"3\" item=\"6\"/>",
    );
    says(&change(source, "clauses.yaml", "item: '2'", missing), &[]);
}

const TABLE: &str = "tables:
  - clause: '3'
    channels: [counter]
    kk: Кесте
    rows:
      - action: '1'
        unit: маман
        kk: өтінішті қабылдайды
        term: '15 мин'
";

#[test]
fn every_row_of_a_channel_is_cited_by_its_flow_and_its_term_is_its_words() {
    let source = changed("clauses.yaml", "annexes:", &format!("{TABLE}annexes:"));
    says(
        &source,
        &[
            "clauses.yaml: ‹'1'› error[RG0911]: action 1 of clause 3 is cited by no element of `counter.bpmn` (cite it by `reg:source` on the element that implements it)",
        ],
    );
    let from = "<reg:source clause=\"3\" item=\"1\"/>";
    let to = |term: &str| {
        format!(
            "<reg:source clause=\"3\" item=\"1\" action=\"1\"/><reg:term literal=\"{term}\" kind=\"minutes\" value=\"15\" clause=\"3\" action=\"1\"/>"
        )
    };
    says(
        &change(source.clone(), "counter.bpmn", from, &to("15 мин")),
        &[],
    );
    says(
        &change(source, "counter.bpmn", from, &to("15 минут")),
        &[
            "counter.bpmn: ‹literal=\"15 минут\"› error[RG0908]: the place that is cited does not have the literal `15 минут`",
        ],
    );
}

#[test]
fn terms_of_a_channel_stand_in_flow_and_manifest_and_read_alike() {
    says(
        &changed("regulation.toml", "value = 5", "value = 6"),
        &[
            "counter.bpmn: ‹<reg:term literal=\"5 жұмыс күні\" kind=\"w› error[RG0912]: the manifest reads this term otherwise",
        ],
    );
    says(
        &changed(
            "regulation.toml",
            "bound = \"bare\"",
            "bound = \"bare\"\nexcludes = [\"acceptance\"]",
        ),
        &[
            "counter.bpmn: ‹<reg:term literal=\"5 жұмыс күні\" kind=\"w› error[RG0912]: the manifest reads this term otherwise",
        ],
    );
    says(
        &changed(
            "regulation.toml",
            "literal = \"5 жұмыс күні\"",
            "literal = \"жұмыс күні\"",
        ),
        &[
            "regulation.toml: ‹\"жұмыс күні\"› error[RG0912]: no `reg:term` of `counter.bpmn` has this literal",
            "counter.bpmn: ‹<reg:term literal=\"5 жұмыс күні\" kind=\"w› error[RG0912]: the manifest has no `term` with this literal",
        ],
    );
    says(
        &changed(
            "regulation.toml",
            "kind = \"working days\"\n",
            "kind = \"working day\"\n",
        ),
        &[
            "regulation.toml: ‹› error[RG0906]: nothing is said about `term` (what the source does not state is listed in `not-stated`)",
            "regulation.toml: ‹[[term]]› error[RG0904]: `working day` is no value of `kind`",
            "counter.bpmn: ‹<reg:term literal=\"5 жұмыс күні\" kind=\"w› error[RG0912]: the manifest has no `term` with this literal",
        ],
    );
}

#[test]
fn a_literal_stands_in_its_words_letter_by_letter() {
    says(
        &changed(
            "clauses.yaml",
            "term: '5 жұмыс күні'",
            "term: '5 жумыс күні'",
        ),
        &[
            "clauses.yaml: ‹'5 жумыс күні'› error[RG0908]: the words of clause 2 do not have the literal `5 жумыс күні`",
        ],
    );
    says(
        &changed("clauses.yaml", "5 жұмыс күні.'", "6 жұмыс күні.'"),
        &[
            "clauses.yaml: ‹'5 жұмыс күні'› error[RG0908]: the words of clause 2 do not have the literal `5 жұмыс күні`",
            "counter.bpmn: ‹literal=\"5 жұмыс күні\"› error[RG0908]: the place that is cited does not have the literal `5 жұмыс күні`",
        ],
    );
}

#[test]
fn every_outcome_of_a_flow_is_promised_in_the_same_words() {
    says(
        &changed(
            "regulation.toml",
            "code = \"certificate\"",
            "code = \"certificat\"",
        ),
        &[
            "regulation.toml: ‹\"certificat\"› warning[RG0914]: no end of `counter.bpmn` has the outcome `certificat` (say in a `note` why no flow ends so, or name the `channels` that do)",
            "counter.bpmn: ‹code=\"certificate\"› error[RG0913]: the manifest has no outcome `certificate` for the channel `counter`",
        ],
    );
    says(
        &changed(
            "regulation.toml",
            "ground = \"құжаттар дұрыс болса\"",
            "ground = \"болса\"",
        ),
        &[
            "counter.bpmn: ‹ground=\"құжаттар дұрыс болса\"› error[RG0913]: `ground`: expected `болса` as in the manifest, found `құжаттар дұрыс болса`",
        ],
    );
    says(
        &changed("counter.bpmn", " code=\"certificate\"", ""),
        &[
            "regulation.toml: ‹\"certificate\"› warning[RG0914]: no end of `counter.bpmn` has the outcome `certificate` (say in a `note` why no flow ends so, or name the `channels` that do)",
            "counter.bpmn: ‹<reg:outcome kind=\"result\" document=\"аны› error[RG0913]: the outcome has no `code`",
        ],
    );
}

#[test]
fn an_outcome_that_no_flow_has_is_noted() {
    let entry = |note: &str| {
        let entry = format!(
            "[[outcome]]\ncode = \"refusal.late\"\nkind = \"refusal\"\nkk = \"бас тарту\"\n{note}\n[[document]]\nid = \"application\""
        );
        changed(
            "regulation.toml",
            "[[document]]\nid = \"application\"",
            &entry,
        )
    };
    assert_eq!(load(&entry("")).len(), 1);
    says(
        &entry("note = \"clause 9 names it, no step leads to it\""),
        &[],
    );
}

#[test]
fn lanes_pools_and_groups_are_parties_of_the_manifest() {
    says(
        &changed(
            "counter.bpmn",
            "name=\"жауапты орындаушы\"",
            "name=\"орындаушы\"",
        ),
        &[
            "counter.bpmn: ‹name=\"орындаушы\"› error[RG0915]: the manifest has no performer and no system `inside` named `орындаушы` (a lane bears a name of a `performer` or `system` of the manifest)",
        ],
    );
    says(
        &changed(
            "counter.bpmn",
            "candidateGroups=\"executor\"",
            "candidateGroups=\"executors\"",
        ),
        &[
            "counter.bpmn: ‹candidateGroups=\"executors\"› error[RG0915]: the manifest has no performer with the group `executors`",
        ],
    );
    says(
        &changed("regulation.toml", "role = \"inside\"", "role = \"outside\""),
        &[
            "regulation.toml: ‹\"institution\"› warning[RG0914]: `institution` is neither lane, pool nor group of `counter.bpmn` (name the `channels` in which it acts, or say in a `note` why it is not drawn)",
            "counter.bpmn: ‹name=\"Үлгі мекеме\"› error[RG0915]: the manifest has no performer and no system `inside` named `Үлгі мекеме` (a lane bears a name of a `performer` or `system` of the manifest)",
        ],
    );
    let longer = changed(
        "counter.bpmn",
        "name=\"жауапты орындаушы\"",
        "name=\"ЖАУАПТЫ  орындаушы (ЖО)\"",
    );
    let short = "group = \"executor\"\nabbreviation = \"ЖО\"";
    says(
        &change(longer, "regulation.toml", "group = \"executor\"", short),
        &[],
    );
}

#[test]
fn forms_documents_decisions_and_channels_that_are_named_exist() {
    says(
        &changed(
            "counter.bpmn",
            "formId=\"application\"",
            "formId=\"aplication\"",
        ),
        &[
            "counter.bpmn: ‹formId=\"aplication\"› error[RG0916]: the manifest has no form `aplication` (did you mean `application`?)",
        ],
    );
    says(
        &changed(
            "counter.bpmn",
            "=&quot;refusal&quot;",
            "=&quot;refused&quot;",
        ),
        &[
            "counter.bpmn: ‹source=\"=&quot;refused&quot;\"› error[RG0916]: the manifest has no document `refused` (did you mean `refusal`?)",
        ],
    );
    says(
        &changed("clauses.yaml", "channels: [counter]", "channels: [conter]"),
        &[
            "clauses.yaml: ‹conter› error[RG0916]: the manifest has no channel `conter` (did you mean `counter`?)",
        ],
    );
    says(
        &changed(
            "forms/application.form",
            "\"id\": \"application\"",
            "\"id\": \"other\"",
        ),
        &[
            "forms/application.form: ‹\"other\"› error[RG0916]: expected the id `application` as in the manifest, found `other`",
        ],
    );
}

const DECISION: &str = "[[decision]]\nid = \"d\"\nfile = \"decisions/d.dmn\"\n";
const DMN: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">
<decision id="d" name="is right"><literalExpression><text>true</text></literalExpression></decision></definitions>"#;

#[test]
fn a_decision_is_in_its_file_and_something_uses_it() {
    let source = changed(
        "regulation.toml",
        "[[form]]",
        &format!("{DECISION}[[form]]"),
    );
    let source = source.with("decisions/d.dmn", DMN);
    says(
        &source,
        &[
            "regulation.toml: ‹\"d\"› warning[RG0914]: nothing uses the decision `d` (say in a `note` what it is for)",
        ],
    );
    let pack = Pack::open(&source);
    let name = pack
        .as_ref()
        .ok()
        .and_then(|pack| Some(pack.decision("d")?.1));
    assert_eq!(name, Some("is right"));
    let source = source.with("decisions/d.dmn", DMN.replace("id=\"d\"", "id=\"e\""));
    let found = load(&source);
    assert!(found.contains(&"regulation.toml: ‹\"d\"› error[RG0916]: `decisions/d.dmn` has no decision with the id `d`".to_owned()), "{found:?}");
}

#[test]
fn numbers_and_identifiers_stand_once() {
    says(
        &changed(
            "regulation.toml",
            "id = \"refusal\"",
            "id = \"certificate\"",
        ),
        &[
            "regulation.toml: ‹\"refusal\"› error[RG0916]: the manifest has no document `refusal` (known are `application`, `certificate`)",
            "regulation.toml: ‹\"certificate\"› error[RG0907]: the document `certificate` stands here twice",
            "counter.bpmn: ‹source=\"=&quot;refusal&quot;\"› error[RG0916]: the manifest has no document `refusal` (known are `application`, `certificate`)",
        ],
    );
    let found = load(&changed("clauses.yaml", "item: '5'", "item: '4'"));
    assert!(
        found.contains(
            &"clauses.yaml: ‹'4'› error[RG0907]: clause 3, item 4 stands here twice".to_owned()
        ),
        "{found:?}"
    );
}

#[test]
fn what_is_wrong_with_a_flow_itself_is_said_with_the_rest() {
    let found = load(&changed(
        "counter.bpmn",
        "targetRef=\"Register\"",
        "targetRef=\"Registre\"",
    ));
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("counter.bpmn:") && line.contains("error[RG02")),
        "{found:?}"
    );
}

#[test]
fn validity_is_stated_and_not_made_up() {
    says(
        &changed("regulation.toml", "date = \"never\"", "date = \"2013\""),
        &[
            "regulation.toml: ‹\"2013\"› error[RG0904]: `date`: expected a date such as `2013-07-03`, found `2013`",
        ],
    );
    says(
        &changed("regulation.toml", "date = \"never\"", "date = 2025-01-01"),
        &[
            "regulation.toml: ‹validity› error[RG0904]: the regulation ceases to be in force on 2025-01-01, before it begins",
        ],
    );
    says(
        &changed(
            "regulation.toml",
            "[validity.from]\ndate = 2026-01-01",
            "[validity.from]\ndate = \"never\"",
        ),
        &[
            "regulation.toml: ‹\"never\"› error[RG0904]: `date`: expected a date such as `2013-07-03`, found `never`",
        ],
    );
}

/// The sample with a survey and an indicator that has `facts`.
fn measured(facts: &str) -> MemorySource {
    let survey = "[survey]\nform = \"survey\"\nen = \"Survey\"\n\n[[form]]\nid = \"survey\"\n\
        file = \"forms/survey.form\"\nen = \"Survey\"\n\n[[form]]\nid = \"application\"";
    let source = changed("regulation.toml", ", \"indicator\", \"survey\"", "");
    let source = change(
        source,
        "regulation.toml",
        "[[form]]\nid = \"application\"",
        survey,
    );
    let indicator = format!(
        "[[indicator]]\nnumber = \"2.1\"\n{facts}en = \"Satisfied\"\nclause = \"1\"\n\n[survey]"
    );
    let form = r#"{"id": "survey", "components": [{"type": "radio", "key": "process", "label": "?",
        "values": [{"label": "иә", "value": "3"}]}]}"#;
    change(source, "regulation.toml", "[survey]", &indicator).with("forms/survey.form", form)
}

#[test]
fn an_indicator_that_is_an_answer_names_a_question_of_the_survey_and_one_of_its_answers() {
    let facts = |question: &str, answer: &str| {
        format!("measure = \"answer\"\nquestion = \"{question}\"\nanswer = \"{answer}\"\n")
    };
    says(&measured(""), &[]);
    says(&measured("measure = \"within-term\"\n"), &[]);
    says(&measured(&facts("process", "3")), &[]);
    says(
        &measured(&facts("proces", "3")),
        &[
            "regulation.toml: ‹\"proces\"› error[RG0916]: the manifest has no question of a survey `proces` (did you mean `process`?)",
        ],
    );
    says(
        &measured(&facts("process", "7")),
        &[
            "regulation.toml: ‹\"7\"› error[RG0916]: the manifest has no answer to that question `7` (did you mean `3`?)",
        ],
    );
    says(
        &measured("measure = \"answer\"\n"),
        &[
            "regulation.toml: ‹\"2.1\"› error[RG0905]: expected `question` and `answer` of indicator `2.1`",
        ],
    );
}

/// What the flow of the sample begins with.
const FIRST_ROOT: &str =
    r#"<bpmn:message id="Message_Application" name="new-service.application"/>"#;

/// The flow of the sample, with an import of `location`.
fn importing(location: &str) -> MemorySource {
    let import = format!(
        r#"<bpmn:import importType="http://www.omg.org/spec/BPMN/20100524/MODEL"
            location="{location}" namespace="urn:shared"/>{FIRST_ROOT}"#
    );
    changed("counter.bpmn", FIRST_ROOT, &import)
}

const SHARED: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    targetNamespace="urn:shared"><process id="Shared" isExecutable="true"><task id="Inner"/></process>
    </definitions>"#;

#[test]
fn a_flow_imports_files_of_its_pack_and_of_the_folder_shared_beside_it() {
    let shared = MemorySource::new("shared").with("check.bpmn", SHARED);
    let source = importing("../shared/check.bpmn").with_shared(shared);
    let pack = Pack::open(&source).unwrap_or_else(|report| panic!("{report:?}"));
    let paths: Vec<&str> = pack.files().iter().map(|file| &*file.path).collect();
    let expected = [
        "counter.bpmn",
        "../shared/check.bpmn",
        "forms/application.form",
    ];
    assert_eq!(paths, expected);
    assert!(pack.flows()[0].lowering.program.process("Shared").is_some());
    let own = importing("parts/check.bpmn").with("parts/check.bpmn", SHARED);
    says(&own, &[]);
}

#[test]
fn an_import_leads_nowhere_else() {
    for (location, why) in [
        ("../shared/check.bpmn", "there is no such file"),
        ("../other/check.bpmn", "the path leads outside the pack"),
        ("../../shared/check.bpmn", "the path leads outside the pack"),
        (
            "/shared/check.bpmn",
            "expected a path from the file that imports it",
        ),
    ] {
        let shared = MemorySource::new("shared").with("other.bpmn", SHARED);
        let found = load(&importing(location).with_shared(shared));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("error[RG0339]"), "{found:?}");
        assert!(found[0].contains(why), "{found:?}");
    }
}

#[test]
fn unqualified_days_need_a_reading_that_something_uses() {
    let unqualified = changed(
        "counter.bpmn",
        "kind=\"working days\"",
        "kind=\"unqualified\"",
    );
    let found = load(&unqualified);
    assert!(
        found.iter().any(|said| said.contains("error[RG0920]")),
        "{found:?}"
    );
    let reading =
        "[unqualified-days]\nreading = \"calendar days\"\nen = \"as the Standard\"\n\n[[channel]]";
    let stated = change(unqualified, "regulation.toml", "[[channel]]", reading);
    let found = load(&stated);
    assert!(
        !found.iter().any(|said| said.contains("RG0920")),
        "{found:?}"
    );
    says(
        &changed("regulation.toml", "[[channel]]", reading),
        &[
            "regulation.toml: ‹[unqualified-days]› warning[RG0914]: no term of the flows has unqualified days",
        ],
    );
}
