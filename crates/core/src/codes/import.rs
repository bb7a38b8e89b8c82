//! Diagnostics of imports (`RG0339`).

codes! {
    /// An import whose definitions cannot be used.
    IMPORT = "RG0339", "import cannot be used", Some("BPMN 2.0.2, 8.2.2"),
"An `import` of the BPMN namespace brings the processes of another file, so that call activities can call them: `location` is its path from this file, `namespace` its `targetNamespace`. The program is then made of both files, and a call that cannot succeed is still found before a case gets there.

The file must be there and be BPMN, its `targetNamespace` must be the one that is imported, and no id may stand in both files: events, traces and saved cases name elements by their ids. Imports of other kinds (XML Schema, WSDL) are not looked at.";
}
