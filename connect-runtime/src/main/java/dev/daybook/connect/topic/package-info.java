/// The three compacted topics in which Connect keeps what it must not forget, in Kafka Connect's own record formats.
///
/// ```
/// topic           key                        value (JSON without schema)
/// connect-configs connector-NAME             {"properties":{key:value,…}}          null: deleted
///                 task-NAME-N                {"properties":{…}}                    counts only after its commit
///                 commit-NAME                {"tasks":N}
///                 target-state-NAME          {"state":"PAUSED","state.v2":"STOPPED"}
/// connect-offsets [NAME,{source partition}]  {source offset}                       null: reset
/// connect-status  status-connector-NAME      {"state","trace","worker_id","generation","version"}
///                 status-task-NAME-N         the same
/// ```
///
/// [CompactedTopic] reads one to its end at start and appends to it; whoever owns a topic replays its records into memory.
@NullMarked
package dev.daybook.connect.topic;

import org.jspecify.annotations.NullMarked;
