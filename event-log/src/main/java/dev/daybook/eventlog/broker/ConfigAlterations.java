package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.Topic;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// What the two requests that change settings have in common: whose settings they are. Those of topics can be changed at
/// run time; the server's own come from its config file and stay as they are until it starts again.
final class ConfigAlterations {
  private final EventLog log;
  private final BrokerConfig config;

  ConfigAlterations(EventLog log, BrokerConfig config) {
    this.log = log;
    this.config = config;
  }

  /// Changes the settings of a resource, if they are a topic's.
  ///
  /// @param change what to do with the topic
  CompletableFuture<ApiError> alter(
      byte type, String name, Function<Topic, CompletableFuture<CatalogDecision>> change) {
    return switch (ConfigResource.Type.forId(type)) {
      case TOPIC -> alterTopic(name, change);
      case BROKER -> refused(Errors.INVALID_REQUEST, brokerMessage(name));
      default ->
          refused(
              Errors.INVALID_REQUEST,
              "Only the settings of topics (2) can be altered here, not those of resources of type "
                  + type);
    };
  }

  static CompletableFuture<ApiError> refused(Errors error, String message) {
    return CompletableFuture.completedFuture(new ApiError(error, message));
  }

  private CompletableFuture<ApiError> alterTopic(
      String name, Function<Topic, CompletableFuture<CatalogDecision>> change) {
    if (name.isEmpty()) {
      return refused(
          Errors.INVALID_REQUEST,
          "Default topic resources are not allowed; defaults for topics stand in the server's config file");
    }
    Optional<Topic> topic = log.topics().byName(name);
    return topic.isPresent()
        ? change.apply(topic.get()).thenApply(CatalogErrors::of)
        : CompletableFuture.completedFuture(TopicIds.missing(name));
  }

  private String brokerMessage(String name) {
    return name.isEmpty() || name.equals(String.valueOf(config.nodeId()))
        ? "The broker's settings are fixed while it runs: set them in its config file (start --config FILE) and start it again"
        : "There is no broker '" + name + "'; this one is " + config.nodeId();
  }
}
