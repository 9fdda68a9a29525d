package dev.daybook.server.command;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `daybook topic`: lists, creates, describes and deletes topics.
@Command(
    name = "topic",
    description = "List, create, describe and delete topics.",
    mixinStandardHelpOptions = true)
public final class TopicCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "Say what to do: list, create, describe or delete");
  }

  @Command(name = "list", description = "List the topics.", mixinStandardHelpOptions = true)
  int list(
      @Mixin KafkaOptions kafka,
      @Option(names = "--internal", description = "Show internal topics too.") boolean internal)
      throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      PrintWriter out = spec.commandLine().getOut();
      new TreeSet<>(
              kafka.await(admin.listTopics(new ListTopicsOptions().listInternal(internal)).names()))
          .forEach(out::println);
      out.flush();
    }
    return 0;
  }

  @Command(name = "create", description = "Create a topic.", mixinStandardHelpOptions = true)
  int create(
      @Mixin KafkaOptions kafka,
      @Parameters(paramLabel = "NAME", description = "The topic's name.") String name,
      @Option(
              names = {"-p", "--partitions"},
              paramLabel = "N",
              description = "How many partitions.")
          Integer partitions,
      @Option(
              names = {"-c", "--config"},
              paramLabel = "NAME=VALUE",
              description = "A topic setting; repeatable.")
          Map<String, String> config)
      throws InterruptedException {
    NewTopic topic = new NewTopic(name, Optional.ofNullable(partitions), Optional.empty());
    try (Admin admin = kafka.admin()) {
      kafka.await(
          admin.createTopics(List.of(config == null ? topic : topic.configs(config))).all());
    }
    spec.commandLine().getOut().println("created " + name);
    return 0;
  }

  @Command(
      name = "describe",
      description = "Show a topic's partitions, offsets and settings.",
      mixinStandardHelpOptions = true)
  int describe(
      @Mixin KafkaOptions kafka,
      @Parameters(paramLabel = "NAME", description = "The topic's name.") String name)
      throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (Admin admin = kafka.admin()) {
      TopicDescription topic =
          kafka.await(
              requireNonNull(admin.describeTopics(List.of(name)).topicNameValues().get(name)));
      out.println(name + "  id=" + topic.topicId() + "  partitions=" + topic.partitions().size());
      Map<Integer, ListOffsetsResultInfo> first =
          offsets(kafka, admin, topic, OffsetSpec.earliest());
      Map<Integer, ListOffsetsResultInfo> end = offsets(kafka, admin, topic, OffsetSpec.latest());
      end.forEach(
          (index, info) ->
              out.println(
                  "  partition "
                      + index
                      + "  offsets "
                      + requireNonNull(first.get(index)).offset()
                      + " to "
                      + info.offset()));
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
      for (ConfigEntry entry :
          kafka
              .await(
                  requireNonNull(admin.describeConfigs(List.of(resource)).values().get(resource)))
              .entries()) {
        if (!entry.isDefault()) {
          out.println("  " + entry.name() + "=" + entry.value());
        }
      }
    }
    out.flush();
    return 0;
  }

  @Command(
      name = "delete",
      description = "Delete a topic and all its events.",
      mixinStandardHelpOptions = true)
  int delete(
      @Mixin KafkaOptions kafka,
      @Parameters(paramLabel = "NAME", description = "The topic's name.") String name,
      @Option(
              names = "--yes",
              required = true,
              description = "Say that you mean it: the events are gone for good.")
          boolean yes)
      throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      kafka.await(admin.deleteTopics(List.of(name)).all());
    }
    spec.commandLine().getOut().println("deleted " + name);
    return 0;
  }

  private static Map<Integer, ListOffsetsResultInfo> offsets(
      KafkaOptions kafka, Admin admin, TopicDescription topic, OffsetSpec which)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new LinkedHashMap<>();
    topic
        .partitions()
        .forEach(
            partition -> asked.put(new TopicPartition(topic.name(), partition.partition()), which));
    Map<Integer, ListOffsetsResultInfo> byIndex = new TreeMap<>();
    kafka
        .await(admin.listOffsets(asked).all())
        .forEach((partition, info) -> byIndex.put(partition.partition(), info));
    return byIndex;
  }
}
