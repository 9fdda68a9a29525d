/// A record batch's bytes: Kafka's message format v2, the one format that is sent, kept in the journal, kept
/// in a segment and sent again, unchanged but for two fields that the log assigns.
///
/// Read in this order: [RecordBatch] (one batch where it lies), [BatchCheck] (whether it is whole),
/// [RecordBatches] (one after the other), [RecordReader] (the records inside), [LogRecord] and
/// [RecordHeader], [RecordBatchBuilder] (makes one), [KeptRecords] and [EmptyBatch] (what compaction leaves of one),
/// [Compression] and [OutputCap]. [PartitionId] and [TopicId] name where a batch belongs; [TransactionMarker] is what a
/// control batch says.
///
/// ## A batch
///
/// All numbers are big-endian; the signed ones are two's complement.
///
/// ```text
///  byte size field
///    0   8   base offset             ─┐ the offset of the first record        ┐
///    8   4   length                   │ bytes from byte 12 to the batch's end │ outside the CRC:
///   12   4   partition leader epoch  ─┘ the first and the last of these three │ set by the log, in
///                                       are assigned by the log              │ place, when it
///   16   1   magic                      2                                     │ appends
///   17   4   crc                        CRC-32C of the bytes 21 … end         ┘
///  ── what the CRC covers ─────────────────────────────────────────────────────
///   21   2   attributes                 see below
///   23   4   last offset delta          last record's offset − base offset
///   27   8   base timestamp             ms since 1970; the first record's time
///   35   8   max timestamp              ms; the youngest record's time, -1 when none has one
///   43   8   producer id                -1 when the producer is not idempotent
///   51   2   producer epoch             -1 when the producer is not idempotent
///   53   4   base sequence              first record's number within producer and partition, or -1
///   57   4   record count               last offset delta + 1, as producers send it; fewer, or 0, when compacted
///   61   …   records                    `record count` of them, one block if compressed
///
///  attributes, from the lowest bit
///    0-2  compression       0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd
///    3    timestamp type    0 the producer's time, 1 the log's: then every record's time is max timestamp
///    4    transactional
///    5    control           the records are markers written by the log, not data
///    6    delete horizon    set by compaction: base timestamp says when tombstones may go
///    7-15 unused, 0
/// ```
///
/// ## A record
///
/// `varint` and `varlong` are zigzag numbers (0, -1, 1, -2 … become 0, 1, 2, 3 …) in groups of seven bits, the
/// lowest group first, the highest bit of a byte saying that another one follows: at most 5 and 10 bytes.
///
/// ```text
///  varint   length               bytes of all that follows in this record
///  1 byte   attributes           unused, 0
///  varlong  timestamp delta      + base timestamp = the record's time
///  varint   offset delta         + base offset = the record's offset
///  varint   key length           -1: no key (null)
///  …        key
///  varint   value length         -1: no value (null, a tombstone on a compacted topic)
///  …        value
///  varint   header count         then for each header:
///    varint   key length         never -1
///    …        key                UTF-8
///    varint   value length       -1: no value (null)
///    …        value
/// ```
///
/// Compression covers the records only, all of them as one stream: gzip (RFC 1952), snappy (xerial's framing, or one
/// bare block as librdkafka sends it), LZ4 (the standard frame, independent blocks), zstd (RFC 8878).
///
/// ## What compaction leaves of a batch
///
/// Base offset, last offset delta, leader epoch, producer, sequence and the kept records' deltas stay as they were; the
/// record count and the max timestamp are those of the kept records. A batch of which no record is kept, but which is its
/// producer's last, stays as an **empty batch**: a header with record count 0. So do offsets of which nothing else is left:
/// one empty batch without a producer, without times, spans those of neighbours with the same leader epoch. So batches carry
/// on without a gap also where records are gone, and a batch that is missing is always damage. Kafka's clients know empty
/// batches; those without a producer are left out in front of what a fetch returns.
///
/// ## How damage is known
///
/// [RecordBatch#check()] finds, in this order: fewer bytes than a header or than `length` says, another magic,
/// an unknown compression, a count that is not last offset delta + 1 or not positive (in a segment, [RecordBatch#checkStored()]:
/// a count that is larger or negative), a CRC that does not match. The
/// fields before the CRC's range are covered by their surroundings: in a log a base offset is that where the batch before
/// it ends, and a length lands on the next header. What is inside a compressed block is known only by opening it:
/// [RecordReader] then finds records that run over, stop short, are too many or too few, or grow beyond the
/// [OutputCap].
@NullMarked
package dev.daybook.eventlog.record;

import org.jspecify.annotations.NullMarked;
