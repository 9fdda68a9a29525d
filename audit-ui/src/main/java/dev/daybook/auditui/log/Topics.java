package dev.daybook.auditui.log;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;

/// The topics there are, their bounds, sizes and settings, through Kafka's admin client. Sizes and
/// latest timestamps are asked for in good will: a broker that does not tell them costs a column.
public final class Topics {
  private static final ListOffsetsOptions COMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);

  private final Asking asking;

  public Topics(Asking asking) {
    this.asking = asking;
  }

  public List<TopicSummary> list(boolean withInternal) {
    var names =
        asking.ask(admin -> admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
    var described = asking.ask(admin -> admin.describeTopics(names).allTopicNames());
    var shown = described.values().stream().filter(t -> withInternal || !internal(t)).toList();
    return summaries(shown);
  }

  public TopicSummary one(String topic) {
    return summaries(List.of(describe(topic))).getFirst();
  }

  /// The partitions of a topic whose events may be shown.
  public List<Integer> readablePartitions(String topic) {
    var description = describe(topic);
    if (internal(description)) {
      throw new Refusal(
          403,
          "internal-topic",
          "\"%s\" is an internal topic, and its events are not shown.".formatted(topic),
          "See connectors and schemas on their own pages.");
    }
    return description.partitions().stream().map(TopicPartitionInfo::partition).sorted().toList();
  }

  /// Settings that were given on purpose, by the topic or by the broker, and the clean-up policy.
  public SortedMap<String, String> settings(String topic) {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return asking
        .tryToAsk(admin -> admin.describeConfigs(List.of(resource)).all())
        .map(answer -> answer.get(resource))
        .map(config -> worthShowing(config.entries()))
        .orElseGet(TreeMap::new);
  }

  private static SortedMap<String, String> worthShowing(Collection<ConfigEntry> entries) {
    var shown = new TreeMap<String, String>();
    for (var entry : entries) {
      boolean given = entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
      boolean telling =
          entry.name().startsWith("daybook.") || entry.name().equals("cleanup.policy");
      if ((given || telling) && !entry.isSensitive() && entry.value() != null) {
        shown.put(entry.name(), entry.value());
      }
    }
    return shown;
  }

  private TopicDescription describe(String topic) {
    var described = asking.ask(admin -> admin.describeTopics(List.of(topic)).allTopicNames());
    return described.values().iterator().next();
  }

  private static boolean internal(TopicDescription topic) {
    return Visibility.internal(topic.name(), topic.isInternal());
  }

  private List<TopicSummary> summaries(List<TopicDescription> topics) {
    var partitions = topics.stream().flatMap(Topics::partitions).toList();
    var starts =
        asking.ask(
            admin -> admin.listOffsets(all(partitions, OffsetSpec.earliest()), COMMITTED).all());
    var ends =
        asking.ask(
            admin -> admin.listOffsets(all(partitions, OffsetSpec.latest()), COMMITTED).all());
    var lasts =
        asking
            .tryToAsk(
                admin ->
                    admin.listOffsets(all(partitions, OffsetSpec.maxTimestamp()), COMMITTED).all())
            .orElseGet(Map::of);
    var sizes = sizes();
    Function<TopicPartition, TopicSummary.Partition> summary =
        p ->
            new TopicSummary.Partition(
                p.partition(), offset(starts, p), offset(ends, p), size(sizes, p), time(lasts, p));
    return topics.stream()
        .map(
            topic ->
                new TopicSummary(
                    topic.name(),
                    topic.topicId().toString(),
                    internal(topic),
                    partitions(topic).map(summary).toList()))
        .sorted(Comparator.comparing(TopicSummary::name))
        .toList();
  }

  private static Stream<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(TopicPartitionInfo::partition)
        .sorted()
        .map(partition -> new TopicPartition(topic.name(), partition));
  }

  private static Map<TopicPartition, OffsetSpec> all(
      List<TopicPartition> partitions, OffsetSpec spec) {
    return partitions.stream().collect(Collectors.toMap(Function.identity(), p -> spec));
  }

  private static long offset(Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition p) {
    var info = offsets.get(p);
    return info == null ? 0 : info.offset();
  }

  private static OptionalLong time(
      Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition p) {
    var info = offsets.get(p);
    return info == null || info.timestamp() < 0
        ? OptionalLong.empty()
        : OptionalLong.of(info.timestamp());
  }

  private static OptionalLong size(Map<TopicPartition, Long> sizes, TopicPartition partition) {
    var size = sizes.get(partition);
    return size == null ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /// Copies of a partition hold the same events; the largest is counted, and not their sum.
  private Map<TopicPartition, Long> sizes() {
    var sizes = new HashMap<TopicPartition, Long>();
    var brokers = asking.tryToAsk(admin -> admin.describeCluster().nodes());
    var ids = brokers.stream().flatMap(Collection::stream).map(Node::id).toList();
    asking
        .tryToAsk(admin -> admin.describeLogDirs(ids).allDescriptions())
        .ifPresent(answer -> answer.values().forEach(dirs -> addSizes(sizes, dirs.values())));
    return sizes;
  }

  private static void addSizes(
      Map<TopicPartition, Long> sizes, Collection<LogDirDescription> dirs) {
    for (var dir : dirs) {
      dir.replicaInfos()
          .forEach((partition, replica) -> sizes.merge(partition, replica.size(), Math::max));
    }
  }
}
