//! Data objects, stores and properties (BPMN 2.0.2, 10.4.1).

view! {
    /// A data object.
    DataObject(DataObject) {
        /// What kind of data it holds.
        item_subject_ref: text("itemSubjectRef"),
        /// Whether it holds a list.
        is_collection: boolean("isCollection", false),
    }
}

view! {
    /// A place where a data object is shown.
    DataObjectReference(DataObjectReference) {
        /// The data object.
        data_object_ref: text("dataObjectRef"),
    }
}

view! {
    /// A data store: data that outlives the process.
    DataStore(DataStore) {
        /// How many items it can hold.
        capacity: integer("capacity"),
        /// Whether it can hold any number.
        is_unlimited: boolean("isUnlimited", true),
    }
}

view! {
    /// A place where a data store is shown.
    DataStoreReference(DataStoreReference) {
        /// The data store.
        data_store_ref: text("dataStoreRef"),
    }
}

view! {
    /// A property of a process, an activity or an event: data that is not drawn.
    Property(Property) {
        /// What kind of data it holds.
        item_subject_ref: text("itemSubjectRef"),
    }
}
