/// Kafka's wire: from a frame's bytes to a request, from a response to bytes and file ranges.
///
/// A frame, both ways: its length (int32, itself not counted), a header, the message.
/// ```
/// request header   0 api key int16 | 2 version int16 | 4 correlation id int32 | 8 client id: int16 length, bytes
///                  (-1: null) | from the flexible versions on: tagged fields
/// response header  0 correlation id int32 | from the flexible versions on: tagged fields (never for ApiVersions)
/// ```
/// Messages are the generated ones of kafka-clients, in every version they know. Record batches stay opaque in
/// both directions: [BoundedReader] hands the bytes of a Produce request over as a slice of its frame, and
/// [PartWriter] takes the batches of a Fetch response as they lie in memory or in a file.
///
/// Reading order: [ApiRanges], [Request], [RequestDecoder], [BoundedReader], [Response], [ResponseEncoder].
@NullMarked
package dev.daybook.eventlog.protocol;

import org.jspecify.annotations.NullMarked;
