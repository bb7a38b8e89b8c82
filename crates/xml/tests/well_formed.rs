//! What is not well formed is reported, all of it, where it stands, and reading goes on.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use reglament_source::{Diagnostic, SourceText, Span};
use reglament_xml::{Document, Limits, parse, read_xml};

fn read(text: &str) -> (Option<Document>, Vec<Diagnostic>) {
    parse(SourceText::new("t", text.to_owned()), &Limits::default())
}

/// Each problem as code, the text it points at, and message.
fn problems(text: &str) -> Vec<String> {
    let source = SourceText::new("t", text.to_owned());
    let (_, diagnostics) = parse(source.clone(), &Limits::default());
    diagnostics
        .iter()
        .map(|d| {
            format!(
                "{} [{}] {}",
                d.code.id,
                source.slice(d.span.unwrap()),
                d.message
            )
        })
        .collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(problems(text), expected, "{text}");
}

#[track_caller]
fn clean(text: &str) -> Document {
    let (document, diagnostics) = read(text);
    assert_eq!(diagnostics, [], "{text}");
    document.unwrap()
}

#[test]
fn well_formed_documents_are_read_without_a_word() {
    for text in [
        "<a/>",
        "<?xml version='1.0'?><a></a>",
        "<?xml version=\"1.0\" encoding='UTF-8' standalone = 'no' ?>\n<a b='>' c=\"'\" />\n",
        "<!-- c --><?pi?><a>]] &gt; ]&#93;></a ><!----><?pi  x?>",
        "<ә:б xmlns:ә='urn:ә' ә:в='&quot;&apos;&lt;&gt;&amp;&#x4D9;'>&#10;<![CDATA[<>&]]></ә:б>",
        "<a xml:lang='kk' xmlns='urn:a'><b xmlns=''/></a>",
        "<a xmlns:p='urn:1' p:x='1' x='2'><p:b xmlns:p='urn:2'/></a>",
        "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
        "<a><!-- - --><b-c.d/></a>",
        "<a b = 'c'\n\td\r\n=\r\n'e'/>",
    ] {
        clean(text);
    }
}

#[test]
fn a_document_has_one_root() {
    check("", &["RG0110 [] the document has no root element"]);
    check(
        "<!-- c -->",
        &["RG0110 [] the document has no root element"],
    );
    check(
        "<a/><b><c></b>",
        &[
            "RG0110 [<b>] expected one root element, found another: `b`",
            "RG0102 [<c>] element `c` is not closed, expected `</c>`, found `</b>`",
        ],
    );
    check(
        " x <a/> y z ",
        &[
            "RG0110 [x] text stands outside the root element",
            "RG0110 [y z] text stands outside the root element",
        ],
    );
    check(
        "<a/>&amp;",
        &["RG0110 [&amp;] text stands outside the root element"],
    );
    check(
        "<a/><![CDATA[]]>",
        &["RG0110 [<![CDATA[]]>] a CDATA section stands outside the root element"],
    );
    assert_eq!(read("<a/><b/>").0.unwrap().canonical(), "<a></a>");
}

#[test]
fn tags_match() {
    check(
        "<a><b></a>",
        &["RG0102 [<b>] element `b` is not closed, expected `</b>`, found `</a>`"],
    );
    check(
        "<a></b></a>",
        &["RG0102 [</b>] the end tag `</b>` closes nothing"],
    );
    check(
        "</a><a/>",
        &["RG0102 [</a>] the end tag `</a>` closes nothing"],
    );
    check(
        "<a><b>",
        &[
            "RG0102 [<a>] element `a` is not closed, expected `</a>`",
            "RG0102 [<b>] element `b` is not closed, expected `</b>`",
        ],
    );
    check(
        "<p:a xmlns:p='u' xmlns:q='u'></q:a>",
        &[
            "RG0102 [<p:a xmlns:p='u' xmlns:q='u'>] element `p:a` is not closed, expected `</p:a>`",
            "RG0102 [</q:a>] the end tag `</q:a>` closes nothing",
        ],
    );
    check(
        "<a></a b='c'>",
        &["RG0104 [ b='c'] expected `>` behind `</a`"],
    );
}

#[test]
fn markup_is_closed() {
    check(
        "<a><b",
        &[
            "RG0102 [<a>] element `a` is not closed, expected `</a>`",
            "RG0101 [<] the tag is not closed, expected `>`",
        ],
    );
    check(
        "<a><b <c/></b></a>",
        &["RG0101 [<] the tag `b` is not closed, expected `>`, found `<`"],
    );
    check(
        "<a><b></b <c/></a>",
        &["RG0101 [<] the tag `/b` is not closed, expected `>`, found `<`"],
    );
    check(
        "<a><!-- </a>",
        &["RG0101 [<!--] the comment is not closed, expected `-->`"],
    );
    check(
        "<a><![CDATA[ ]]</a>",
        &["RG0101 [<![CDATA[] the CDATA section is not closed, expected `]]>`"],
    );
    check(
        "<a><?p </a>",
        &["RG0101 [<?] the processing instruction is not closed, expected `?>`"],
    );
    check(
        "<a><!X></a>",
        &["RG0101 [<!] expected `<!--` or `<![CDATA[` behind `<!`"],
    );
}

#[test]
fn attributes_are_quoted_pairs_set_apart() {
    check(
        "<a b=c d='e'/>",
        &["RG0104 [c] the value of attribute `b` has no quotes"],
    );
    check("<a b/>", &["RG0104 [b] attribute `b` has no value"]);
    check(
        "<a b='1'c='2'/>",
        &["RG0104 [c] expected white space before attribute `c`"],
    );
    check(
        "<a b='x<y'/>",
        &["RG0104 [<] `<` stands in the value of attribute `b`"],
    );
    check(
        "<a 'x' $ =/>",
        &[
            "RG0104 ['x'] expected an attribute, found `'`",
            "RG0104 [$] expected an attribute, found `$`",
            "RG0104 [=] expected an attribute, found `=`",
        ],
    );
    check(
        "<a b=\"c></a>",
        &["RG0104 [\"c] the value of attribute `b` has no closing quote"],
    );
    check(
        "<a b=/>",
        &["RG0104 [] the value of attribute `b` has no quotes"],
    );
}

#[test]
fn an_attribute_stands_once() {
    check(
        "<a b='1' c='2' b='3'/>",
        &["RG0105 [b='3'] the attribute `b` stands here twice"],
    );
    check(
        "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
        &["RG0105 [q:b='2'] the attribute `q:b` stands here twice"],
    );
    check(
        "<a xmlns:p='u' xmlns:p='v'/>",
        &["RG0105 [xmlns:p='v'] the attribute `xmlns:p` stands here twice"],
    );
    let (_, diagnostics) = read("<a b='1' b='2'/>");
    assert_eq!(diagnostics[0].labels[0].span, Span::new(3, 8));
}

#[test]
fn one_attribute_among_many_stands_once() {
    let many: String = (0..40)
        .map(|n| format!(" p:a{n}='' q:b{n}='' c{n}=''"))
        .collect();
    clean(&format!("<a xmlns:p='u' xmlns:q='u'{many} a1='' b1=''/>"));
    check(
        &format!("<a xmlns:p='u' xmlns:q='u'{many} q:a7='' c3='' p:b9='' p:b9='1'/>"),
        &[
            "RG0105 [q:a7=''] the attribute `q:a7` stands here twice",
            "RG0105 [c3=''] the attribute `c3` stands here twice",
            "RG0105 [p:b9=''] the attribute `p:b9` stands here twice",
            "RG0105 [p:b9='1'] the attribute `p:b9` stands here twice",
        ],
    );
}

#[test]
fn prefixes_are_declared() {
    check(
        "<p:a><q:b r:c='' xmlns:q='u'/></p:a>",
        &[
            "RG0106 [p:a] the prefix `p` is not declared",
            "RG0106 [r:c] the prefix `r` is not declared",
        ],
    );
    check(
        "<a><b xmlns:p='u'/><p:c/></a>",
        &["RG0106 [p:c] the prefix `p` is not declared"],
    );
    check(
        "<xmlns:a/>",
        &["RG0107 [xmlns:a] the prefix `xmlns` is for declarations only"],
    );
}

#[test]
fn reserved_prefixes_are_not_declared() {
    let xml = "http://www.w3.org/XML/1998/namespace";
    check(
        "<a xmlns:xml='u'/>",
        &["RG0107 [xmlns:xml] the prefix `xml` cannot be declared"],
    );
    check(
        "<a xmlns:xmlns='u'/>",
        &["RG0107 [xmlns:xmlns] the prefix `xmlns` cannot be declared"],
    );
    check(
        "<a xmlns:p=''/>",
        &["RG0107 [xmlns:p] the prefix `p` cannot stand for no namespace"],
    );
    for name in ["xmlns", "xmlns:p"] {
        check(
            &format!("<a {name}='{xml}'/>"),
            &[&format!(
                "RG0107 [{name}] the namespace `{xml}` cannot be declared"
            )],
        );
    }
}

#[test]
fn names_are_names() {
    check("<a:b:c/>", &["RG0103 [a:b:c] `a:b:c` is not a name"]);
    check(
        "<a 1b='' -c='' d:=''/>",
        &[
            "RG0103 [1b] `1b` is not a name",
            "RG0103 [-c] `-c` is not a name",
            "RG0103 [d:] `d:` is not a name",
        ],
    );
    check("<a×/>", &["RG0103 [a×] `a×` is not a name"]);
    check("<a> 1 < 2 </a>", &["RG0103 [<] `<` does not begin a tag"]);
    check("<a><1b></a>", &["RG0103 [<] `<` does not begin a tag"]);
    assert_eq!(read("<a> 1 < 2 </a>").0.unwrap().root().text(), " 1 < 2 ");
}

#[test]
fn references_stand_for_something() {
    check(
        "<a b='&nbsp;'>&x;</a>",
        &[
            "RG0109 [&nbsp;] the entity `&nbsp;` is not defined",
            "RG0109 [&x;] the entity `&x;` is not defined",
        ],
    );
    check(
        "<a b='x & y'>x & y && z</a>",
        &[
            "RG0109 [&] `&` does not begin a reference",
            "RG0109 [&] `&` does not begin a reference",
            "RG0109 [&] `&` does not begin a reference",
            "RG0109 [&] `&` does not begin a reference",
        ],
    );
    check(
        "<a b='&#0;'>&#xFFFE;</a>",
        &[
            "RG0109 [&#0;] `&#0;` does not stand for a character",
            "RG0109 [&#xFFFE;] `&#xFFFE;` does not stand for a character",
        ],
    );
    assert_eq!(read("<a>x & y</a>").0.unwrap().root().text(), "x & y");
}

#[test]
fn characters_of_xml_only() {
    check(
        "<a>\0\u{1}</a>",
        &[
            "RG0108 [\0] the character U+0000 is not allowed",
            "RG0108 [\u{1}] the character U+0001 is not allowed",
        ],
    );
    check(
        "<a b='\u{FFFE}'>\u{FFFD}ﬁ</a><!--\u{FFFF}-->",
        &[
            "RG0108 [\u{FFFE}] the character U+FFFE is not allowed",
            "RG0108 [\u{FFFF}] the character U+FFFF is not allowed",
        ],
    );
}

#[test]
fn comments_texts_and_instructions_keep_their_rules() {
    check(
        "<a><!-- a -- b --><!-- c ---></a>",
        &[
            "RG0112 [--] `--` stands in a comment",
            "RG0112 [--] `--` stands in a comment",
        ],
    );
    check("<a>x]]>y</a>", &["RG0114 []]>] `]]>` stands in text"]);
    check(
        "<a><?xMl?><?p:q?><?1?></a>",
        &[
            "RG0113 [xMl] the instruction name `xMl` is reserved",
            "RG0113 [p:q] `p:q` is not a name of a processing instruction",
            "RG0113 [1] `1` is not a name of a processing instruction",
        ],
    );
}

#[test]
fn a_doctype_is_refused() {
    let text = "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>";
    check(
        text,
        &[
            "RG0111 [<!DOCTYPE a [<!ENTITY x 'y'>]>] a DOCTYPE is not read",
            "RG0109 [&x;] the entity `&x;` is not defined",
        ],
    );
    assert!(problems("<!DOCTYPE a [<a/>")[0].starts_with("RG0111"));
    assert!(problems("<!doctype a><a/>")[0].starts_with("RG0111"));
}

#[test]
fn the_declaration_stands_first_and_is_complete() {
    for text in [
        " <?xml version='1.0'?><a/>",
        "<a><?xml version='1.0'?></a>",
        "<!----><?xml?><a/>",
    ] {
        let found = problems(text);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("RG0113"), "{found:?}");
        assert!(found[0].ends_with("at the start of a document only"));
    }
    for inner in [
        "",
        " encoding='UTF-8'",
        " version='1.0' standalone='maybe'",
        " version='1.0' encoding=''",
        " version='1.0' encoding='8'",
        " version='1.0'encoding='UTF-8'",
        " version='1.0' standalone='yes' encoding='UTF-8'",
        " version='1.0' x='y'",
        " version=1.0",
    ] {
        let found = problems(&format!("<?xml{inner}?><a/>"));
        assert_eq!(found.len(), 1, "{inner}");
        assert!(found[0].starts_with("RG0113"), "{found:?}");
    }
    assert!(problems("<?xml version='2.0'?><a/>")[0].starts_with("RG0117"));
    let (_, diagnostics) = read("<?xml version='1.1'?><a/>");
    assert!(!diagnostics[0].is_error());
}

#[test]
fn a_declaration_that_the_bytes_prove_wrong_is_a_warning() {
    let text = "\u{FEFF}<?xml version='1.0' encoding='ISO-8859-1'?><a/>";
    let (_, document, diagnostics) = read_xml("t", text.as_bytes(), &Limits::default());
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(
        (diagnostics[0].code.id, diagnostics[0].is_error()),
        ("RG0116", false)
    );
    let written = document.unwrap().write();
    assert_eq!(written, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>");
}

#[test]
fn every_limit_is_named_when_it_is_reached() {
    let small = Limits {
        document_bytes: 300,
        depth: 3,
        nodes: 20,
        attributes: 2,
        text_bytes: 30,
        name_bytes: 10,
        prefixes: 6,
        problems: 4,
    };
    let long = "x".repeat(31);
    let prefixes: String = ('a'..'f')
        .map(|c| format!("<{c} xmlns:{c}='u'/>"))
        .collect();
    for (text, expected) in [
        (
            "x".repeat(301),
            "the document has 301 bytes, more than the limit of 300",
        ),
        (
            "<a><a><a><a>".to_owned(),
            "elements are nested deeper than the limit of 3",
        ),
        (
            format!("<a>{}</a>", "<b/>".repeat(20)),
            "the document has more nodes than the limit of 20",
        ),
        (
            "<a b='' c='' d=''/>".to_owned(),
            "an element has more attributes than the limit of 2",
        ),
        (
            format!("<a>{long}</a>"),
            "a text has 31 bytes, more than the limit of 30",
        ),
        (
            format!("<a b='{long}'/>"),
            "a text has 31 bytes, more than the limit of 30",
        ),
        (
            format!("<a><!--{long}--></a>"),
            "a text has 38 bytes, more than the limit of 30",
        ),
        (
            format!("<a>&#10;{}</a>", "&#10;".repeat(6)),
            "a text has 35 bytes, more than the limit of 30",
        ),
        (
            format!("<{long}/>"),
            "a name is longer than the limit of 10 bytes",
        ),
        (
            format!("<a>{prefixes}</a>"),
            "the document has more prefixes than the limit of 6",
        ),
        (
            "<a>&b;&b;&b;&b;&b;</a>".to_owned(),
            "more problems than the limit of 4; the rest is not read",
        ),
    ] {
        let (_, diagnostics) = parse(SourceText::new("t", text), &small);
        let last = diagnostics.iter().find(|d| d.code.id == "RG0115");
        assert_eq!(last.map(|d| d.message.as_str()), Some(expected));
    }
}

#[test]
fn broken_tags_cannot_make_reading_slow() {
    for piece in [
        "<a b='",
        "<!--",
        "<![CDATA[",
        "<a <",
        "< ",
        "<?",
        "<!D",
        "</a <",
        "&",
        "<a b=\"<c d='",
    ] {
        let (_, diagnostics) = read(&piece.repeat(300_000 / piece.len()));
        assert!(!diagnostics.is_empty());
        assert!(diagnostics.len() <= Limits::default().problems + 1);
    }
}

#[test]
fn a_deep_document_within_the_limits_is_read_written_and_dropped() {
    let limits = Limits {
        depth: 200_000,
        ..Limits::default()
    };
    let text = format!("{}{}", "<a>".repeat(150_000), "</a>".repeat(150_000));
    let (document, diagnostics) = parse(SourceText::new("deep", text.clone()), &limits);
    assert_eq!(diagnostics, []);
    let document = document.unwrap();
    assert_eq!(document.write(), text);
    assert_eq!(document.canonical(), text);
}

#[test]
fn a_second_byte_order_mark_is_text() {
    check(
        "\u{FEFF}\u{FEFF}<a/>",
        &["RG0110 [\u{FEFF}] text stands outside the root element"],
    );
    assert_eq!(clean("<a>\u{FEFF}</a>").root().text(), "\u{FEFF}");
}
