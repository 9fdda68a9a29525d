package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// DescribeConfigs: the settings of topics and of the broker.
final class DescribeConfigsHandler implements Handler {
  private final EventLog log;
  private final BrokerConfig config;

  DescribeConfigsHandler(EventLog log, BrokerConfig config) {
    this.log = log;
    this.config = config;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    DescribeConfigsRequestData request = call.message(DescribeConfigsRequestData.class);
    DescribeConfigsResponseData response = new DescribeConfigsResponseData();
    for (DescribeConfigsResource resource : request.resources()) {
      response.results().add(describe(resource, request));
    }
    return Reply.now(response);
  }

  private DescribeConfigsResult describe(
      DescribeConfigsResource resource, DescribeConfigsRequestData request) {
    ConfigResource.Type type = ConfigResource.Type.forId(resource.resourceType());
    String name = resource.resourceName();
    return switch (type) {
      case TOPIC ->
          log.topics()
              .byName(name)
              .map(topic -> entries(resource, request, ConfigEntry.of(topic), false))
              .orElseGet(() -> refused(resource, TopicIds.missing(name)));
      case BROKER -> {
        if (name.equals(String.valueOf(config.nodeId()))) {
          yield entries(
              resource, request, BrokerSettings.of(config, log.topics().defaults()), true);
        }
        // The defaults for all brokers, of which none can be changed while they run.
        yield name.isEmpty()
            ? entries(resource, request, List.of(), true)
            : refused(
                resource,
                Errors.INVALID_REQUEST,
                "There is no broker '" + name + "'; this one is " + config.nodeId());
      }
      default ->
          refused(
              resource,
              Errors.INVALID_REQUEST,
              "Only topics (2) and brokers (4) have settings here, not resources of type "
                  + resource.resourceType());
    };
  }

  private static DescribeConfigsResult entries(
      DescribeConfigsResource resource,
      DescribeConfigsRequestData request,
      List<ConfigEntry> all,
      boolean readOnly) {
    List<String> keys = resource.configurationKeys();
    return result(resource)
        .setConfigs(
            all.stream()
                .filter(entry -> keys == null || keys.isEmpty() || keys.contains(entry.name()))
                .map(entry -> describe(entry, request, readOnly))
                .toList());
  }

  private static DescribeConfigsResourceResult describe(
      ConfigEntry entry, DescribeConfigsRequestData request, boolean readOnly) {
    return new DescribeConfigsResourceResult()
        .setName(entry.name())
        .setValue(entry.value())
        .setReadOnly(readOnly)
        .setConfigSource(entry.source().code())
        .setConfigType(entry.type().code())
        .setSynonyms(request.includeSynonyms() ? synonyms(entry) : List.of())
        .setDocumentation(request.includeDocumentation() ? entry.about() : null);
  }

  private static List<DescribeConfigsSynonym> synonyms(ConfigEntry entry) {
    return entry.candidates().stream()
        .map(
            candidate ->
                new DescribeConfigsSynonym()
                    .setName(candidate.name())
                    .setValue(candidate.value())
                    .setSource(candidate.source().code()))
        .toList();
  }

  private static DescribeConfigsResult refused(
      DescribeConfigsResource resource, Errors error, String message) {
    return refused(resource, new ApiError(error, message));
  }

  private static DescribeConfigsResult refused(DescribeConfigsResource resource, ApiError error) {
    return result(resource).setErrorCode(error.error().code()).setErrorMessage(error.message());
  }

  private static DescribeConfigsResult result(DescribeConfigsResource resource) {
    return new DescribeConfigsResult()
        .setResourceType(resource.resourceType())
        .setResourceName(resource.resourceName());
  }
}
