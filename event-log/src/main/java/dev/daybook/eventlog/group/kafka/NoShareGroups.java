package dev.daybook.eventlog.group.kafka;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.util.PartitionMetadataClient;

/// Stands where share groups would ask for end offsets. They are not served, so nobody asks.
final class NoShareGroups implements PartitionMetadataClient {
  @Override
  public Map<TopicPartition, CompletableFuture<OffsetResponse>> listLatestOffsets(
      Set<TopicPartition> partitions) {
    OffsetResponse refusal = new OffsetResponse(-1, Errors.UNSUPPORTED_VERSION);
    return partitions.stream()
        .collect(
            Collectors.toMap(
                Function.identity(), partition -> CompletableFuture.completedFuture(refusal)));
  }

  @Override
  public void close() {}
}
