/// How far each connector has come. [AckedOffsets] tells what a source task may commit, [OffsetStore] keeps source
/// offsets in their topic, [SinkOffsets] reads and changes the offsets of a sink's consumer group.
@NullMarked
package dev.daybook.connect.offset;

import org.jspecify.annotations.NullMarked;
