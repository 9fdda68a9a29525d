/// Sales per region and minute, as one writes it with Kafka Streams.
package dev.daybook.foreign.streams;
