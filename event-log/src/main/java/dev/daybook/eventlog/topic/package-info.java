/// Names and settings as a pure state machine: [TopicCatalog] decides and returns records; its `replay` is
/// the only way to a new state. Read [Topic], [TopicConfig], [TopicSettings], [TopicCatalog], [CatalogRecord],
/// [ConfigChange];
/// [EpochRaise] and [LeaderEpochs] say how clients learn that something is gone.
///
/// The facts lie in the catalogue's partition, one record a fact, no key, value:
///
/// ```text
///  0        1         2
///  +--------+---------+----------------------------------------------------------------+
///  | kind   | version |  1 topic created:  id 16 | name UTF | partitions i32 | config   |
///  | u8     | u8 (0)  |  2 topic deleted:  id 16                                        |
///  |        |         |  3 producer ids:   next free id i64                             |
///  |        |         |  4 epoch raised:   epoch i32 | reason u8 | at ms i64 | details  |
///  |        |         |                    UTF | count i32 | ends                         |
///  |        |         |  5 topic set:      id 16 | config: all that is given from here on  |
///  |        |         |  6 partitions:     id 16 | how many from here on i32               |
///  +--------+---------+----------------------------------------------------------------+
///  config: count u16, then name UTF and value UTF each.  UTF: length u16, modified UTF-8.
///  reason: 1 restored from a backup, 2 a loss was accepted, 3 an unclean stop (some partitions only).
///  ends:   for each partition there was  shard i32 | topic id 16 | index i32 | offset i64
/// ```
///
/// Numbers are big-endian. Damage is known by the record batch around it. A kind or version that is not known is
/// refused: it was written by a newer Daybook. Kinds 5 and 6 came later than the others; why the format kept its number is
/// told in ADR 15.
@NullMarked
package dev.daybook.eventlog.topic;

import org.jspecify.annotations.NullMarked;
