/// One partition's segments and the indexes derived from them.
///
/// Read in this order: [PartitionLog] (all there is to call), [SegmentList] (which segments a log has), [Segment] (one file
/// that grows), [SegmentView] (how it is read), [LogWalk] (all of it, past what is damaged), [BehindEnd] (what a recovery may find), [SegmentTimes] with [TimeSearch]
/// (when records are of), [ColdBytes] (what may be handed out as it lies in memory), [BatchCursor] (the walk
/// from batch to batch), [SegmentIndex] with [OffsetIndex] and [TimeIndex] (what shortens the walk), [StoredIndex] and [IndexFiles] (how that outlives the process),
/// [SegmentFile] (open while held), [TransactionIndex] with [SegmentTransactions] and [AbortedSearch] (which transactions
/// were aborted), [SegmentFooter] with [ContentProof] and [SealedContent] (what a sealed segment ends with), [LogDirectory]
/// (names), [LogEnd] (what a checkpoint keeps), [FoundLog] (a directory without one), [Damage] with [DamagedRange] (what is not there any more),
/// [WholeBatches] (what of it still is), [SealedSegment] with [SegmentScan] (reading one from end to end). Then compaction:
/// [Compaction] with [CompactionRequest] (the three walks), [CleaningRules] (what stays), [KeyOffsets], [TransactionScan], [CleanedFile],
/// [Replacement] and [SegmentName] (how one segment takes the place of others).
///
/// ## A partition's directory
///
/// ```text
///  <topic id>-<index>/                      made with the first record
///    00000000000000000000.log               a segment, named by its first offset: record batches, each where the
///    00000000000000000000.index             one before it ends, no header; a footer when it is sealed; the indexes
///    00000000000000000000.timeindex         of a segment are kept when it is sealed, and now and then before;
///    00000000000000000000.txnindex          this one only when it is sealed
///    00000000000000524288.log               the segment that grows; it ends where the checkpoint says, and
///    …                                      behind that where the journal says
///    00000000000000524288.log.cut-1         bytes that stood behind the journal's end when a recovery came by
///    damage                                 which offsets are damaged; only there when some are or were
///    00000000000000000000-00000000000000524288-1.log
///                                           a segment that compaction made of others, with its indexes: from its first
///                                           offset, to the next segment's, of which generation
/// ```
///
/// A segment that compaction made **replaces** every one of a lower generation whose first offset lies in its range. So names alone
/// tell which segments are in use: whatever moment a crash has chosen, it is the old ones or the new one, and each is whole,
/// for it was written elsewhere and forced, footer and proof included, before it got its name, and the name is forced before
/// an old one is unlinked. The others wait to be unlinked. Sealed segments are never changed but by a proof, so a reader, a
/// scrub or a backup keeps what it holds. Compaction takes only segments that a durable checkpoint counts as sealed: the
/// journal never writes there again.
///
/// A segment that lies wholly below the log's start is out of use: its files wait there to be unlinked, or came back
/// when power failed before that was durable. They are of no use to anybody, and any of them may be missing.
///
/// How damage to a segment is known: by each batch's own CRC, and by structure: a batch begins at the byte and at
/// the offset where the one before it ends, the first one at the file's name, and a sealed segment ends where the next
/// one's name says (see the `record` package for what a CRC leaves out, and for what stands in the place of records that
/// compaction removed). The hash in its footer covers all of it. What comes from the disk is looked at in this way each time
/// before it is handed out, whoever wrote it. What the disk does not give any more reads as zeros ([dev.daybook.eventlog.disk.BadBlocks]),
/// which are no batch, no footer and no index.
///
/// ## A sealed segment's footer
///
/// Big-endian, 128 bytes behind the last batch. Two parts, each with a CRC of its own:
///
/// ```text
///  byte size field                 the seal: written when the segment is sealed
///    0   4   magic                 'DBSF'
///    4   2   format                1
///    6   2   zero
///    8  24   partition             shard 4, topic id 16, index 4
///   32   8   base offset           the segment's
///   40   8   next offset           the next segment's base offset
///   48   8   content bytes         the size of all batches: where this footer begins
///   56   4   crc                   CRC-32C of the bytes 0 … 55
///
///                                  the proof: zeros until all batches were read and found whole
///   60  32   hash                  SHA-256 of the content bytes
///   92   8   batches
///  100   8   records
///  108   8   oldest timestamp      the earliest base timestamp of a batch, -1 when none has one
///  116   8   youngest timestamp    the latest max timestamp of a batch, -1 when none has one
///  124   4   crc                   CRC-32C of the bytes 56 … 123, so of the seal too
/// ```
///
/// **Why nobody mistakes where the batches end.** The segment writer writes the seal in the same step that seals, and the
/// checkpointer forces it with the last batches; only then can a checkpoint count the segment as sealed. So of a segment
/// that is opened as sealed, the last 128 bytes are its footer, whatever its records look like; a record can only imitate
/// a footer in front of the real one. Stopped before that checkpoint, the segment is opened as one that grows: what lies
/// behind the checkpoint's place is written over by the journal, which knows of the same seal, and a seal torn by then
/// is written once more. It is saved aside like any bytes that the journal does not know only when it is not of this
/// segment. Should the seal of a sealed segment be damaged in spite of all that, the batches tell where they end:
/// they go on from the index's end, offset by offset, to the next segment's name.
///
/// **The proof is written later**, in place, by the one background owner that reads whole segments; so that hashing never
/// stands in the way of an append. It is written only to segments that a durable checkpoint counts as sealed, and only
/// after every batch was found whole. A proof torn by a crash does not match its CRC, is no proof, and is made again:
/// from the same batches comes the same. Nothing else in such a file ever changes. So who wants to share a sealed
/// segment's bytes with another name (a hard link) takes those with a proof; without one the file is yet to be written.
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
///    4   2   format                1
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
///    4   2   format                1
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
/// A transaction index, `.txnindex`, is of a whole sealed segment, and has a header of its own:
///
/// ```text
///  byte size field
///    0   4   magic                 'DBTX'
///    4   2   format                1
///    6   2   zero
///    8   8   base offset           the segment's
///   16   8   end offset            the next segment's base offset
///   24   4   aborted               transactions whose abort marker lies in the segment
///   28   4   open                  transactions that are open at its end
///   32   4   crc                   CRC-32C of the bytes 0 … 31 and of all entries
///   36   …   32 bytes each         producer id 8, first offset 8, the marker's offset 8, last stable offset
///                                  behind the marker 8; in the order of the markers
///    …   …   16 bytes each         producer id 8, first offset 8; in the order of the ids
/// ```
///
/// A transaction may begin in one segment and end in another. So who makes the index of a segment anew begins with what is
/// open at the end of the one before it, whose index is made anew first when that is missing, too. Segments written
/// before there were transactions have no such file: it is made when a reader of committed records first asks.
///
/// How damage is known: magic, format, kind and base offset are others, the size does not fit the count, the CRC does not
/// match, the two files describe different ends, or more than the segment has. Such an index counts as missing, and
/// is made anew from the segment. An entry that leads to no batch in spite of all that is found out when it is used,
/// since the batch there must be the one that the entry names. No answer depends on an index.
@NullMarked
package dev.daybook.eventlog.log;

import org.jspecify.annotations.NullMarked;
