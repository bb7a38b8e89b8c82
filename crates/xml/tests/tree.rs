//! What the tree shows, what edits change and what writing keeps.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use reglament_source::SourceText;
use reglament_xml::{Document, EditError, Limits, NewNode, NodeId, NodeKind, Place, parse};

fn read(text: &str) -> Document {
    let (document, diagnostics) = parse(SourceText::new("t", text.to_owned()), &Limits::default());
    assert_eq!(diagnostics, [], "{text}");
    document.unwrap()
}

/// Reads, writes, reads again: both trees say the same.
fn rewritten(text: &str) -> String {
    let document = read(text);
    let written = document.write();
    assert_eq!(read(&written).canonical(), document.canonical(), "{text}");
    written
}

#[test]
fn spans_point_into_the_text() {
    let text = "<!--c--><p:а xmlns:p='u' id=\"ә&amp;\"> т<b/>x<![CDATA[y]]></p:а>";
    let document = read(text);
    let source = document.source();
    let root = document.root();
    assert_eq!(source.slice(root.span()), "<p:а xmlns:p='u' id=\"ә&amp;\">");
    assert_eq!(root.full_span().end as usize, text.len());
    assert_eq!(root.full_span().start, root.span().start);
    let id = root.attribute_ref("id").unwrap();
    assert_eq!(source.slice(id.span), "id=\"ә&amp;\"");
    assert_eq!(source.slice(id.value_span), "ә&amp;");
    assert_eq!(id.value, "ә&");
    assert_eq!(
        source.slice(root.text_span().unwrap()),
        " т<b/>x<![CDATA[y]]>"
    );
    let spans: Vec<_> = root
        .nodes()
        .map(|id| source.slice(document.span(id)))
        .collect();
    assert_eq!(spans, [" т", "<b/>", "x", "<![CDATA[y]]>"]);
}

#[test]
fn names_namespaces_and_attributes_are_shown() {
    let document = read(
        "<p:a xmlns:p='urn:p' xmlns='urn:d' x='1' p:x='2' xml:lang='kk'><b/><p:b/><b>t</b></p:a>",
    );
    let root = document.root();
    assert_eq!(
        (root.prefix(), root.local_name(), root.namespace()),
        (Some("p"), "a", Some("urn:p"))
    );
    assert_eq!(root.name(), "p:a");
    assert!(root.is("urn:p", "a") && !root.is("urn:d", "a"));
    assert_eq!(root.attribute("x"), Some("1"));
    assert_eq!(root.attribute_ns("urn:p", "x"), Some("2"));
    assert_eq!(
        root.attribute_ns("http://www.w3.org/XML/1998/namespace", "lang"),
        Some("kk")
    );
    assert_eq!(root.attribute("lang"), None);
    assert_eq!(root.attributes().count(), 3);
    let declared: Vec<_> = root.namespace_declarations().collect();
    assert_eq!(declared, [(Some("p"), "urn:p"), (None, "urn:d")]);
    let names: Vec<_> = root.children().map(|c| c.namespace().unwrap()).collect();
    assert_eq!(names, ["urn:d", "urn:p", "urn:d"]);
    assert_eq!(root.children_named("urn:d", "b").count(), 2);
    assert_eq!(root.child("urn:p", "b").unwrap().parent(), Some(root));
    assert_eq!(root.parent(), None);
}

#[test]
fn what_stands_beside_the_root_is_kept() {
    let text = "<?xml version=\"1.0\"?>\n<!--a-->\n<?b c?>\n\n<r/>\n<!--d-->\n";
    let document = read(text);
    let kind = |id: NodeId| format!("{:?}", document.kind(id));
    let prolog: Vec<_> = document.prolog().map(kind).collect();
    assert_eq!(
        prolog,
        [
            "Comment(\"a\")",
            "ProcessingInstruction { target: \"b\", data: \"c\" }"
        ]
    );
    assert_eq!(
        document.epilog().map(kind).collect::<Vec<_>>(),
        ["Comment(\"d\")"]
    );
    assert_eq!(document.write(), text);
}

#[test]
fn what_xml_gives_no_meaning_to_stays_as_it_was_written() {
    for text in [
        "<a   b='c'\n\t d = \"e\"  ><f/><g></g><h /></a >",
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?><a/>",
        "<a>x > y ] ]] </a>",
        "<a b='x > y'>&lt;&gt;</a>",
        "<a b='&#xA;&#x9;'>&#xD;</a>",
        "<a b='&#10;&#9;'>&#13;</a>",
        "<a>\r\n  <!-- x\r\ny -->\r\n  <b\r\n    c='&#13;&#10;'/>\r\n</a>\r\n",
        "<a b='\"'>\"'</a>",
    ] {
        let text = text.replace("</a >", "</a>").replace("d = ", "d=");
        assert_eq!(rewritten(&text), text);
    }
}

#[test]
fn what_reading_would_change_is_written_as_a_reference() {
    let mut document = read("<a b=\"\">x</a>");
    let root = document.root().id();
    let hostile = "\r\n\t<>&\"' ]]> --";
    document.set_attribute(root, "b", hostile).unwrap();
    document.set_text(root, hostile).unwrap();
    document
        .insert_child(root, Place::Last, NewNode::CData("]]>\r]]"))
        .unwrap();
    let again = read(&document.write());
    assert_eq!(again.root().attribute("b"), Some(hostile));
    assert_eq!(again.root().text(), format!("{hostile}]]>\r]]"));
    assert!(document.write().starts_with(
        "<a b=\"&#13;&#10;&#9;&lt;&gt;&amp;&quot;' ]]&gt; --\">&#13;\n\t&lt;&gt;&amp;\"' ]]&gt; --"
    ));
}

#[test]
fn line_ends_are_normalised_as_xml_says() {
    let document = read("<a b='1\r\n2\r3\n4\t5'>1\r\n2\r3\n<![CDATA[4\r\n5]]><!--6\r--></a>");
    assert_eq!(document.root().attribute("b"), Some("1 2 3 4 5"));
    for space in ["\r", "\n", "\t", "\r\n"] {
        let document = read(&format!("<a b='1{space}2'/>"));
        assert_eq!(document.root().attribute("b"), Some("1 2"), "{space:?}");
    }
    assert_eq!(document.root().text(), "1\n2\n3\n4\n5");
    let comment = document.root().nodes().last().unwrap();
    assert!(matches!(document.kind(comment), NodeKind::Comment("6\n")));
}

#[test]
fn references_in_attributes_survive() {
    let text = "<a b=\"1&#10;2&#9;3&#13;4\"/>";
    assert_eq!(read(text).root().attribute("b"), Some("1\n2\t3\r4"));
    assert_eq!(rewritten(text), text);
}

#[test]
fn canonical_form_follows_canonical_xml() {
    for (text, canonical) in [
        (
            "<?xml version='1.0'?>\n\n<?p  q ?>\n<a/>\n<!--c-->",
            "<?p q ?>\n<a></a>\n<!--c-->",
        ),
        ("<a>&#xD;&gt;<![CDATA[<]]>\"</a>", "<a>&#xD;&gt;&lt;\"</a>"),
        (
            "<p:a c='' xmlns:q='urn:1' q:b='' xmlns:p='urn:2' p:a='' a='' xmlns='urn:0'/>",
            "<p:a xmlns=\"urn:0\" xmlns:p=\"urn:2\" xmlns:q=\"urn:1\" a=\"\" c=\"\" q:b=\"\" p:a=\"\"></p:a>",
        ),
        (
            "<a xmlns='u'><b xmlns='u'><c xmlns=''/></b></a>",
            "<a xmlns=\"u\"><b><c xmlns=\"\"></c></b></a>",
        ),
        (
            "<a xmlns=''><b xmlns:p='u'><p:c xmlns:p='u'/></b></a>",
            "<a><b xmlns:p=\"u\"><p:c></p:c></b></a>",
        ),
    ] {
        assert_eq!(read(text).canonical(), canonical);
    }
}

#[test]
fn attributes_are_set_added_and_removed() {
    let mut document = read("<a xmlns:p='u'  b='1' c='2'><d e='3'/></a>");
    let root = document.root().id();
    let inner = document.root().children().next().unwrap().id();
    document.set_attribute(root, "b", "x").unwrap();
    document.set_attribute(root, "p:f", "y").unwrap();
    document.set_attribute(inner, "g", "z").unwrap();
    assert_eq!(document.remove_attribute(root, "c"), Ok(true));
    assert_eq!(document.remove_attribute(root, "c"), Ok(false));
    assert_eq!(
        document.write(),
        "<a xmlns:p='u'  b='x' p:f=\"y\"><d e='3' g=\"z\"/></a>"
    );
    assert_eq!(document.root().attribute_ns("u", "f"), Some("y"));
}

#[test]
fn an_attribute_is_found_by_its_namespace_whatever_its_prefix() {
    let mut document = read("<a xmlns:p='u' xmlns:q='u' p:b='1'/>");
    let root = document.root().id();
    document.set_attribute(root, "q:b", "2").unwrap();
    assert_eq!(document.write(), "<a xmlns:p='u' xmlns:q='u' p:b='2'/>");
}

#[test]
fn nodes_are_inserted_at_their_places_and_removed() {
    let mut document = read("<a><b/></a>");
    let root = document.root().id();
    let b = document.root().children().next().unwrap().id();
    let element = |name| NewNode::Element { name };
    document
        .insert_child(root, Place::First, element("first"))
        .unwrap();
    document
        .insert_child(root, Place::Last, NewNode::Comment("last"))
        .unwrap();
    let before = document
        .insert_child(root, Place::Before(b), NewNode::Text("<"))
        .unwrap();
    let instruction = NewNode::ProcessingInstruction {
        target: "p",
        data: "q",
    };
    document
        .insert_child(root, Place::After(b), instruction)
        .unwrap();
    let inner = document.insert_child(b, Place::Last, element("c")).unwrap();
    assert_eq!(
        document.write(),
        "<a><first/>&lt;<b><c/></b><?p q?><!--last--></a>"
    );
    assert_eq!(document.parent(inner).unwrap().id(), b);
    document.remove(before).unwrap();
    document.remove(b).unwrap();
    assert_eq!(document.parent(b), None);
    document
        .remove(document.root().nodes().last().unwrap())
        .unwrap();
    document
        .insert_child(root, Place::Last, element("end"))
        .unwrap();
    assert_eq!(document.write(), "<a><first/><?p q?><end/></a>");
    document.set_text(root, "").unwrap();
    assert_eq!(document.write(), "<a></a>");
}

#[test]
fn a_refused_edit_changes_nothing() {
    let text = "<a xmlns:p='u'><!--c--><b/></a>";
    let mut document = read(text);
    let root = document.root().id();
    let comment = document.root().nodes().next().unwrap();
    let refused = |result: Result<(), EditError>| result.unwrap_err();
    assert_eq!(
        refused(document.set_attribute(root, "1", "")),
        EditError::BadName("1".into())
    );
    assert_eq!(
        refused(document.set_attribute(root, "q:x", "")),
        EditError::UnknownPrefix("q".into())
    );
    assert!(matches!(
        refused(document.set_attribute(root, "xmlns:q", "u")),
        EditError::BadName(_)
    ));
    assert!(matches!(
        refused(document.set_attribute(root, "x", "\0")),
        EditError::BadContent(_)
    ));
    assert!(matches!(
        refused(document.set_attribute(comment, "x", "")),
        EditError::WrongNode(_)
    ));
    assert!(matches!(
        refused(document.set_text(comment, "a--b")),
        EditError::BadContent(_)
    ));
    assert_eq!(refused(document.remove(root)), EditError::Root);
    assert!(matches!(
        refused(document.rename(root, "xmlns")),
        EditError::BadName(_)
    ));
    for node in [
        NewNode::Element { name: "a b" },
        NewNode::Comment("x-"),
        NewNode::Comment("\r"),
        NewNode::ProcessingInstruction {
            target: "XML",
            data: "",
        },
        NewNode::ProcessingInstruction {
            target: "p",
            data: "?>",
        },
        NewNode::Text("\u{FFFF}"),
    ] {
        assert!(
            document.insert_child(root, Place::Last, node).is_err(),
            "{node:?}"
        );
    }
    let elsewhere = Place::After(root);
    assert!(
        document
            .insert_child(root, elsewhere, NewNode::Text("x"))
            .is_err()
    );
    assert_eq!(document.write(), text);
}

#[test]
fn a_namespace_is_declared_where_it_means_nothing_else() {
    let mut document = read("<a xmlns:p='u'><b/></a>");
    let root = document.root().id();
    document
        .declare_namespace(root, "reg", "urn:reglament:bpmn:1")
        .unwrap();
    document.declare_namespace(root, "p", "u").unwrap();
    document.set_attribute(root, "reg:x", "1").unwrap();
    assert_eq!(
        document.write(),
        "<a xmlns:p='u' xmlns:reg=\"urn:reglament:bpmn:1\" reg:x=\"1\"><b/></a>"
    );
    for (prefix, namespace) in [("p", "v"), ("xml", "v"), ("q", ""), ("", "v"), ("1", "v")] {
        assert!(
            document.declare_namespace(root, prefix, namespace).is_err(),
            "{prefix}"
        );
    }
    assert_eq!(
        document.root().resolve_prefix("reg"),
        Some("urn:reglament:bpmn:1")
    );
}

#[test]
fn a_default_namespace_that_is_taken_back_is_no_namespace() {
    let mut document = read("<a xmlns='u'><b xmlns=''/></a>");
    let b = document.root().children().next().unwrap();
    assert_eq!((b.namespace(), b.resolve_prefix("")), (None, None));
    let b = b.id();
    assert!(document.declare_namespace(b, "", "v").is_err());
    let c = document
        .insert_child(b, Place::Last, NewNode::Element { name: "c" })
        .unwrap();
    assert_eq!(document.element(c).namespace(), None);
    let root = document.root().id();
    let d = document
        .insert_child(root, Place::Last, NewNode::Element { name: "d" })
        .unwrap();
    assert_eq!(document.element(d).namespace(), Some("u"));
}

#[test]
fn elements_are_walked_in_document_order_within_their_top() {
    let document = read("<a>x<b><c/>y<d><e/></d></b><!--z--><f/></a>");
    let names = |elements: reglament_xml::Elements<'_>| {
        elements
            .map(|element| element.name().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(document.elements()), ["a", "b", "c", "d", "e", "f"]);
    let b = document.root().children().next().unwrap();
    assert_eq!(names(b.descendants()), ["c", "d", "e"]);
    assert_eq!(
        names(b.children().next().unwrap().descendants()),
        Vec::<String>::new()
    );
}

#[test]
fn a_line_is_added_only_where_lines_are() {
    for (before, after) in [
        ("<a><b/></a>", "<a><b/><n/></a>"),
        ("<a>\n\t<b/>\n</a>", "<a>\n\t<b/>\n\t<n/>\n</a>"),
        ("<a>\n  <b/></a>", "<a>\n  <b/><n/></a>"),
        ("<a>\r\n <b/>\r\n</a>", "<a>\r\n <b/>\r\n <n/>\r\n</a>"),
        ("<a/>", "<a><n/></a>"),
    ] {
        let mut document = read(before);
        let root = document.root().id();
        document
            .append_line(root, NewNode::Element { name: "n" })
            .unwrap();
        assert_eq!(document.write(), after);
    }
}
