package dev.daybook.connect.scene;

import java.util.HashMap;
import java.util.Map;

/// Names and configurations that scenes share.
public final class Scene {

  public static final String STRINGS = "org.apache.kafka.connect.storage.StringConverter";

  private Scene() {}

  /// A name no other scene has, also on a log that outlives this run.
  public static String unique(String name) {
    return name + "-" + Long.toString(System.nanoTime(), 36);
  }

  public static Map<String, String> source(String topic) {
    return new HashMap<>(
        Map.of(
            "connector.class",
            ScriptedSource.class.getName(),
            "topic",
            topic,
            "value.converter",
            STRINGS,
            "topic.creation.default.partitions",
            "1",
            "topic.creation.default.replication.factor",
            "1",
            "restart.backoff.ms",
            "50"));
  }

  public static Map<String, String> sink(String topics) {
    return new HashMap<>(
        Map.of(
            "connector.class", ScriptedSink.class.getName(),
            "topics", topics,
            "key.converter", STRINGS,
            "value.converter", STRINGS,
            "restart.backoff.ms", "50"));
  }
}
