/// Apache Kafka's own group coordinator, embedded.
///
/// Read [KafkaGroupCoordinator] first: it answers requests, and starts the rest when the first one comes.
/// Behind it stand
///
/// - [EmbeddedCoordinator]: Kafka's service with everything it wants around it, and its life;
/// - [OffsetsTopic], [OffsetsWriter], [OffsetsLoader]: its state in the log, how it gets there and back;
/// - [TopicPublisher] with [TopicImages]: the topics as Kafka's metadata image, on a thread of its own;
/// - [GroupRequests] and those it calls: what Kafka's broker does around the
///   service for each request.
///
/// Nothing here is a public API of Kafka: the version is pinned, and an upgrade starts at this package.
@NullMarked
package dev.daybook.eventlog.group.kafka;

import org.jspecify.annotations.NullMarked;
