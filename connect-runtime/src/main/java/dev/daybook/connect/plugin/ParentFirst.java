package dev.daybook.connect.plugin;

import java.util.List;

/// Which classes a plug-in must share with the runtime: the JDK's, Kafka's interfaces and SLF4J. Everything else a
/// plug-in may bring in its own version, and so may it bring the implementations that Kafka ships as plug-ins.
final class ParentFirst {

  private static final List<String> SHARED =
      List.of(
          "java.",
          "javax.",
          "jdk.",
          "sun.",
          "com.sun.",
          "org.ietf.jgss.",
          "org.omg.",
          "org.w3c.dom.",
          "org.xml.sax.",
          "org.slf4j.",
          "org.apache.kafka.");

  private static final List<String> OWN =
      List.of(
          "org.apache.kafka.connect.transforms.",
          "org.apache.kafka.connect.json.",
          "org.apache.kafka.connect.file.",
          "org.apache.kafka.connect.mirror.",
          "org.apache.kafka.connect.mirror-client.",
          "org.apache.kafka.connect.converters.",
          "org.apache.kafka.connect.storage.StringConverter",
          "org.apache.kafka.connect.storage.SimpleHeaderConverter",
          "org.apache.kafka.common.config.provider.");

  private static final List<String> CONTRACTS =
      List.of(
          "org.apache.kafka.connect.transforms.Transformation",
          "org.apache.kafka.connect.transforms.predicates.Predicate",
          "org.apache.kafka.common.config.provider.ConfigProvider");

  private ParentFirst() {}

  static boolean matches(String className) {
    if (SHARED.stream().noneMatch(className::startsWith)) {
      return false;
    }
    return CONTRACTS.contains(className) || OWN.stream().noneMatch(className::startsWith);
  }
}
