/// Names and settings as a pure state machine: [TopicCatalog] decides and returns records; its `replay` is
/// the only way to a new state. Read [Topic], [TopicConfig], [TopicSettings], [TopicCatalog], [CatalogRecord].
///
/// The facts lie in the catalogue's partition, one record a fact, no key, value:
///
/// ```text
///  0        1         2
///  +--------+---------+----------------------------------------------------------------+
///  | kind   | version |  1 topic created:  id 16 | name UTF | partitions i32 | config   |
///  | u8     | u8 (0)  |  2 topic deleted:  id 16                                        |
///  |        |         |  3 producer ids:   next free id i64                             |
///  +--------+---------+----------------------------------------------------------------+
///  config: count u16, then name UTF and value UTF each.  UTF: length u16, modified UTF-8.
/// ```
///
/// Numbers are big-endian. Damage is known by the record batch around it. A kind or version that is not known is
/// refused: it was written by a newer Daybook.
@NullMarked
package dev.daybook.eventlog.topic;

import org.jspecify.annotations.NullMarked;
