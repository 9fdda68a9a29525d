package dev.daybook.eventlog.topic;

import java.util.Map;

/// A topic that somebody asks for.
public record NewTopic(String name, int partitions, Map<String, String> config) {
  public NewTopic {
    config = Map.copyOf(config);
  }
}
