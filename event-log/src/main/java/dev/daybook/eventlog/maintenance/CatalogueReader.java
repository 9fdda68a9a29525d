package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.log.LogCheck;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.partition.ShardFiles;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.topic.CatalogCodec;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/// Reads the catalogue of a log that nobody has open, as far as it is whole: to name what is found by its topic. Used by
/// one thread.
final class CatalogueReader {
  private TopicCatalog topics = TopicCatalog.empty();

  private CatalogueReader() {}

  static TopicCatalog read(
      Disk disk, ShardFiles files, Map<PartitionId, LogEnd> ends, JournalItems journal)
      throws IOException {
    CatalogueReader reader = new CatalogueReader();
    LogEnd end = ends.get(PartitionId.CATALOGUE);
    try {
      if (end != null) {
        Path path = files.partitions().resolve(PartitionId.CATALOGUE.directoryName());
        LogCheck.forEachWholeBatch(disk, path, PartitionId.CATALOGUE, end, reader::replay);
      }
      for (ByteBuffer bytes : journal.catalogue()) {
        for (RecordBatch batch : RecordBatches.in(bytes)) {
          reader.replay(batch);
        }
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      // A catalogue with a hole may not fit together; the hole is reported where it is found.
      return reader.topics;
    }
    return reader.topics;
  }

  private void replay(RecordBatch batch) throws IOException {
    for (LogRecord record : RecordReader.read(batch)) {
      ByteBuffer value = Objects.requireNonNull(record.value(), "A catalogue record has a value");
      topics = topics.replay(CatalogCodec.decode(value));
    }
  }
}
