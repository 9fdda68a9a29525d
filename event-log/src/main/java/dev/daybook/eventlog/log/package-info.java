/// One partition's segments and the indexes derived from them.
///
/// Read in this order: [PartitionLog] (all there is to call), [Segment] (one file that grows), [SegmentView] (how it is
/// read), [BatchCursor] (the walk from batch to batch), [SegmentIndex] with [OffsetIndex] and [TimeIndex] (what
/// shortens the walk), [StoredIndex] and [IndexFiles] (how that outlives the process), [SegmentFile] (open while
/// held), [LogDirectory] (names), [LogEnd] (what a checkpoint keeps), [Damage] with [DamagedRange] (what is not there any
/// more), [WholeBatches] (what of it still is).
///
/// ## A partition's directory
///
/// ```text
///  <topic id>-<index>/                      made with the first record
///    00000000000000000000.log               a segment, named by its first offset: record batches, each where the
///    00000000000000000000.index             one before it ends, no header, no footer; the indexes of a segment
///    00000000000000000000.timeindex         are kept when it is sealed, and now and then before
///    00000000000000524288.log               the segment that grows; it ends where the checkpoint says, and
///    …                                      behind that where the journal says
///    00000000000000524288.log.cut-1         bytes that stood behind the journal's end when a recovery came by
///    damage                                 which offsets are damaged; only there when some are or were
/// ```
///
/// How damage to a segment is known: by each batch's own CRC, and by structure: a batch begins at the byte and at
/// the offset where the one before it ends, the first one at the file's name, and a sealed segment ends where the next
/// one's name says (see the `record` package for what a CRC leaves out).
///
/// What was durable and is not there any more is a **hole** in the offsets. It is found by a recovery, by a scrub or by who reads
/// it, and noted in the file `damage`. A log goes on behind a hole in a new segment, which is named by its first offset as
/// all are; so a segment may begin behind where the one before it ends. Damaged bytes stay where they are.
///
/// ## The file of damage
///
/// Big-endian, replaced as a whole. One that is not as drawn counts as damage whose place is not known.
///
/// ```text
///  byte size field
///    0   4   magic                 'DBDM'
///    4   2   format                0
///    6   2   zero
///    8   4   ranges
///   12   4   zero
///   16   …   ranges
///    …   4   crc                   CRC-32C of all bytes before it
///
///  a range
///    0   8   from offset
///    8   8   to offset             behind the last one, 2⁶³-1 when nobody knows
///   16   8   found                 ms since 1970
///   24   2   1 accepted            somebody took the loss: it is a plain gap now; 0 not yet
///   26   2   reason's length
///   28   …   reason                UTF-8
/// ```
///
/// ## An index file
///
/// Big-endian. Both kinds have the same header; the two files of a segment belong together.
///
/// ```text
///  byte size field
///    0   4   magic                 'DBIX'
///    4   2   format                0
///    6   2   kind                  1 offsets (.index), 2 times (.timeindex)
///    8   8   base offset           the segment's
///   16   8   end offset            ┐ what of the segment the entries describe:
///   24   8   end position          ┘ all bytes before this batch's place
///   32   8   youngest timestamp    ┐ the youngest record there, -1 when none has a time,
///   40   8   youngest position     ┘ and the first batch that holds one so young
///   48   4   unindexed bytes       bytes behind the last entry's batch, to go on with
///   52   4   entry count
///   56   4   crc                   CRC-32C of the bytes 0 … 55 and of all entries
///   60   …   entries, ascending
///
///  an entry of .index              a batch begins at (base offset + delta, position)
///    0   4   offset delta
///    4   4   position
///
///  an entry of .timeindex          no record before position is younger than timestamp
///    0   8   timestamp             ms since 1970
///    8   4   position              of a batch
/// ```
///
/// How damage is known: magic, format, kind and base offset are others, the size does not fit the count, the CRC does not
/// match, the two files describe different ends, or more than the segment has. Such an index counts as missing, and
/// is made anew from the segment. An entry that leads to no batch in spite of all that is found out when it is used,
/// since the batch there must be the one that the entry names. No answer depends on an index.
@NullMarked
package dev.daybook.eventlog.log;

import org.jspecify.annotations.NullMarked;
