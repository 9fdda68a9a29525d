package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/// Where the segments of a shard stand after one exact journal entry: what a checkpoint names once the bytes
/// below are forced.
///
/// @param sequence of the last entry that is in the segments
/// @param ends of every partition that has records
/// @param producers the state of idempotent producers, as bytes of a producers file
/// @param deletedTopics topics whose files may be unlinked behind a checkpoint of these marks
record SegmentMarks(
    long sequence,
    Map<PartitionId, LogEnd> ends,
    ByteBuffer producers,
    Set<TopicId> deletedTopics) {}
