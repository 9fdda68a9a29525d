package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;

/// DescribeLogDirs: how many bytes each partition has in its segments, all in the one data directory. What is only
/// in the journal yet is not counted.
final class DescribeLogDirsHandler implements Handler {
  private static final long UNKNOWN_BYTES = -1;

  private final EventLog log;

  DescribeLogDirsHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    DescribeLogDirsRequestData request = call.message(DescribeLogDirsRequestData.class);
    DescribeLogDirsResult directory =
        new DescribeLogDirsResult()
            .setLogDir(log.dataDirectory().toString())
            .setTotalBytes(UNKNOWN_BYTES)
            .setUsableBytes(UNKNOWN_BYTES);
    if (request.topics() == null) {
      log.topics().all().forEach(topic -> directory.topics().add(sizes(topic, all(topic))));
    } else {
      for (DescribableLogDirTopic asked : request.topics()) {
        Optional<Topic> topic = log.topics().byName(asked.topic());
        topic
            .map(found -> sizes(found, asked.partitions()))
            .filter(sizes -> !sizes.partitions().isEmpty())
            .ifPresent(directory.topics()::add);
      }
    }
    return Reply.now(new DescribeLogDirsResponseData().setResults(List.of(directory)));
  }

  private DescribeLogDirsTopic sizes(Topic topic, Collection<Integer> indexes) {
    DescribeLogDirsTopic answer = new DescribeLogDirsTopic().setName(topic.name());
    for (int index : indexes) {
      Partition partition =
          index < 0 || index >= topic.partitions() ? null : log.partition(topic.partition(index));
      if (partition != null) {
        answer
            .partitions()
            .add(
                new DescribeLogDirsPartition()
                    .setPartitionIndex(index)
                    .setPartitionSize(partition.sizeBytes()));
      }
    }
    return answer;
  }

  private static List<Integer> all(Topic topic) {
    return IntStream.range(0, topic.partitions()).boxed().toList();
  }
}
