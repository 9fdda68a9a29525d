package dev.daybook.connect.worker;

import dev.daybook.connect.config.ConnectorSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.connect.errors.ConnectException;

/// Creates the topics a source writes to, as its `topic.creation.GROUP.…` settings say; the first group whose patterns
/// match decides, `default` is the last. A connector without such settings leaves topics to the broker. Used by the
/// task's thread alone.
final class TopicCreation {

  private static final String PREFIX = "topic.creation.";
  private static final Set<String> OWN_KEYS =
      Set.of("replication.factor", "partitions", "include", "exclude");

  private record Group(
      List<Pattern> include,
      List<Pattern> exclude,
      int partitions,
      short replication,
      Map<String, String> settings) {

    boolean matches(String topic) {
      return include.stream().anyMatch(pattern -> pattern.matcher(topic).matches())
          && exclude.stream().noneMatch(pattern -> pattern.matcher(topic).matches());
    }

    NewTopic topic(String name) {
      return new NewTopic(
              name,
              partitions < 1 ? Optional.empty() : Optional.of(partitions),
              replication < 1 ? Optional.empty() : Optional.of(replication))
          .configs(settings);
    }
  }

  private final Admin admin;
  private final List<Group> groups;
  private final Set<String> present = new HashSet<>();

  TopicCreation(Admin admin, ConnectorSettings settings) {
    this.admin = admin;
    this.groups = groups(settings);
  }

  private static List<Group> groups(ConnectorSettings settings) {
    if (settings.raw().keySet().stream().noneMatch(key -> key.startsWith(PREFIX + "default."))) {
      return List.of();
    }
    List<Group> groups = new ArrayList<>();
    settings.topicGroups().forEach(name -> groups.add(group(name, settings.raw(), "")));
    groups.add(group("default", settings.raw(), ".*"));
    return groups;
  }

  private static Group group(String name, Map<String, String> config, String include) {
    String prefix = PREFIX + name + ".";
    Map<String, String> own = new HashMap<>();
    config.forEach(
        (key, value) -> {
          if (key.startsWith(prefix) && !OWN_KEYS.contains(key.substring(prefix.length()))) {
            own.put(key.substring(prefix.length()), value);
          }
        });
    return new Group(
        patterns(config.getOrDefault(prefix + "include", include)),
        patterns(config.getOrDefault(prefix + "exclude", "")),
        number(prefix + "partitions", config),
        (short) number(prefix + "replication.factor", config),
        own);
  }

  private static int number(String key, Map<String, String> config) {
    String value =
        config.getOrDefault(
            key,
            config.getOrDefault(
                key.replaceFirst("^topic\\.creation\\.[^.]+", "topic.creation.default"), "-1"));
    try {
      return Integer.parseInt(value.trim());
    } catch (NumberFormatException e) {
      throw new ConnectException(key + " must be a number, not '" + value + "'", e);
    }
  }

  private static List<Pattern> patterns(String list) {
    return List.of(list.split(",", -1)).stream()
        .map(String::trim)
        .filter(pattern -> !pattern.isEmpty())
        .map(Pattern::compile)
        .toList();
  }

  /// Makes sure `topic` is there. Throws a retriable exception if the cluster cannot say now.
  void ensure(String topic) {
    if (groups.isEmpty() || present.contains(topic)) {
      return;
    }
    Group group =
        groups.stream()
            .filter(candidate -> candidate.matches(topic))
            .findFirst()
            .orElse(groups.getLast());
    try {
      admin.createTopics(List.of(group.topic(topic))).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while creating topic " + topic, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException cause) {
        throw cause;
      }
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new ConnectException(
            "Cannot create topic " + topic + " as topic.creation says: " + e.getMessage(),
            e.getCause());
      }
    }
    present.add(topic);
  }
}
