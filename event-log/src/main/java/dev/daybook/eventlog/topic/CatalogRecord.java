package dev.daybook.eventlog.topic;

import dev.daybook.eventlog.record.TopicId;
import java.util.Map;

/// A fact about names and ids, kept in the catalogue's partition for ever. The bytes are drawn in this package's
/// package-info.
public sealed interface CatalogRecord {
  record TopicCreated(Topic topic) implements CatalogRecord {}

  /// The topic's settings are these from here on, and no others.
  record TopicConfigured(TopicId id, Map<String, String> given) implements CatalogRecord {
    public TopicConfigured {
      given = Map.copyOf(given);
    }
  }

  /// The topic has so many partitions from here on, more than before.
  record PartitionsAdded(TopicId id, int partitions) implements CatalogRecord {}

  record TopicDeleted(TopicId id) implements CatalogRecord {}

  /// Producer ids below `nextProducerId` may have been handed out and never will be again.
  record ProducerIdsReserved(long nextProducerId) implements CatalogRecord {}

  /// The leader epoch of all partitions rose.
  record EpochRaised(EpochRaise raise) implements CatalogRecord {}
}
