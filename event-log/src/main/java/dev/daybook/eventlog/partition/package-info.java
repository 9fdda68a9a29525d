/// A live partition and its owners: the room where order is decided and made durable.
///
/// A shard ([Shard]) has one journal and these owners, each stepped by one thread of its own:
///
/// - [Appender] takes what is to be appended, decides (offsets, idempotence, rolls, names), writes the
///   decisions of one round as one journal entry, forces it, and only then tells anybody;
/// - [SegmentWriter] follows behind and brings durable entries into segments, in large runs: the one road
///   into a segment, taken by recovery as well;
/// - [Checkpointer] forces those segments now and then, names the place in the checkpoint, lets the journal
///   forget what lies before it, and unlinks what no checkpoint names any more ([Leftovers]);
/// - [Scrub] reads sealed segments from end to end in the [Background], proves them in their footers, and finds rot.
/// - [Cleaner] compacts the logs of topics that want that, in the background ([CleanedMarks] tells how far it has come):
///   it writes new segments beside the logs, the checkpointer names them, the segment writer shows them to readers.
/// - [Retention] looks for segments that are too old or too many and asks the appender to raise the log's start.
/// - [ProducerExpiry] looks for producers that are idle for long and asks the appender to forget them.
///
/// [Recovery] runs before any of them: it brings segments up to the journal's end. [Partition] is what readers
/// see, from any thread; what they want done comes in at the [Intake]. Read in this order: [AppendResult], [Appender], [AppendState], [ProducerState],
/// [Transactions], [SegmentWriter], [Checkpointer], [Scrub], [Recovery], [Partition], [Tail], [FetchWaiters].
@NullMarked
package dev.daybook.eventlog.partition;

import org.jspecify.annotations.NullMarked;
