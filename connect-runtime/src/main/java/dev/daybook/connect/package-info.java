/// Hosts connectors written against Kafka's connect-api. Start with [ConnectRuntime] and [ConnectConfig]; the rooms:
/// `plugin` (finding and isolating plug-ins), `config` (keys, validation, secrets), `topic` (the three compacted
/// topics), `offset` (source and sink offsets), `worker` (the task loops), `control` (what should run and what does),
/// `rest` (Kafka Connect's REST API).
@NullMarked
package dev.daybook.connect;

import org.jspecify.annotations.NullMarked;
