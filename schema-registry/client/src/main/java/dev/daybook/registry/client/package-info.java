/// What a service or a connector needs to speak Avro contracts: no Confluent jar, only Avro, kafka-clients and
/// Connect's API. JSON is Jackson, which Avro itself brings, so the client adds no lodger of its own.
///
/// A payload is Confluent's wire format, version 0:
///
/// ```
///  offset  size  field
///  0       1     magic, always 0
///  1       4     schema id, big endian
///  5       n     the Avro binary encoding of the value, to the end of the payload
/// ```
///
/// A value whose whole schema is `bytes` stands there raw, without Avro's length in front, as Confluent's
/// serializers write it. A payload is damaged when it is shorter than five bytes, starts with another magic, or
/// leaves bytes over after the value. A null payload is a tombstone and never framed.
///
/// Read in this order: [dev.daybook.registry.client.RegistryClient],
/// [dev.daybook.registry.client.AvroSerializer], [dev.daybook.registry.client.AvroDeserializer],
/// [dev.daybook.registry.client.AvroConverter].
@NullMarked
package dev.daybook.registry.client;

import org.jspecify.annotations.NullMarked;
