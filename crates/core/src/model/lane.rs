//! Lanes (BPMN 2.0.2, 10.8).

view! {
    /// A set of lanes that divides a process or a lane.
    LaneSet(LaneSet | ChildLaneSet) {
        /// The lanes, in document order.
        lanes: all(Lane => Lane),
    }
}

view! {
    /// A lane.
    Lane(Lane) {
        /// The identifiers of the flow nodes in it.
        flow_node_refs: contents(FlowNodeRef),
        /// The lanes inside it.
        child_lane_set: one(ChildLaneSet => LaneSet),
        /// The element that it stands for.
        partition_element_ref: text("partitionElementRef"),
    }
}
