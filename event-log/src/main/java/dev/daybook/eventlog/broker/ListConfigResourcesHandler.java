package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.Errors;

/// ListConfigResources: who has settings. Topics and the broker do; groups and client metrics have none here.
final class ListConfigResourcesHandler implements Handler {
  private static final Set<Byte> ALL =
      Set.of(
          ConfigResource.Type.TOPIC.id(),
          ConfigResource.Type.BROKER.id(),
          ConfigResource.Type.BROKER_LOGGER.id(),
          ConfigResource.Type.CLIENT_METRICS.id(),
          ConfigResource.Type.GROUP.id());

  private final EventLog log;
  private final BrokerConfig config;

  ListConfigResourcesHandler(EventLog log, BrokerConfig config) {
    this.log = log;
    this.config = config;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    ListConfigResourcesRequestData request = call.message(ListConfigResourcesRequestData.class);
    // Version 0 asks for client metrics only.
    Set<Byte> wanted = new TreeSet<>(call.version() == 0 ? List.of() : request.resourceTypes());
    if (call.version() > 0 && wanted.isEmpty()) {
      wanted.addAll(ALL);
    }
    ListConfigResourcesResponseData response = new ListConfigResourcesResponseData();
    if (!ALL.containsAll(wanted)) {
      return Reply.now(response.setErrorCode(Errors.UNSUPPORTED_VERSION.code()));
    }
    List<ListConfigResourcesResponseData.ConfigResource> resources = new ArrayList<>();
    if (wanted.contains(ConfigResource.Type.TOPIC.id())) {
      log.topics()
          .all()
          .forEach(topic -> resources.add(resource(ConfigResource.Type.TOPIC, topic.name())));
    }
    if (wanted.contains(ConfigResource.Type.BROKER.id())) {
      resources.add(resource(ConfigResource.Type.BROKER, String.valueOf(config.nodeId())));
    }
    return Reply.now(response.setConfigResources(resources));
  }

  private static ListConfigResourcesResponseData.ConfigResource resource(
      ConfigResource.Type type, String name) {
    return new ListConfigResourcesResponseData.ConfigResource()
        .setResourceType(type.id())
        .setResourceName(name);
  }
}
