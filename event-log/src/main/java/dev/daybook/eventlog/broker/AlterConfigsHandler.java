package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// AlterConfigs, as older clients ask: all settings of topics at once. What is not named has its default again.
final class AlterConfigsHandler implements Handler {
  private final EventLog log;
  private final ConfigAlterations alterations;

  AlterConfigsHandler(EventLog log, BrokerConfig config) {
    this.log = log;
    this.alterations = new ConfigAlterations(log, config);
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    AlterConfigsRequestData request = call.message(AlterConfigsRequestData.class);
    List<CompletableFuture<AlterConfigsResourceResponse>> answers = new ArrayList<>();
    for (AlterConfigsResource resource : request.resources()) {
      answers.add(
          alter(resource, request.validateOnly())
              .thenApply(
                  error ->
                      new AlterConfigsResourceResponse()
                          .setResourceType(resource.resourceType())
                          .setResourceName(resource.resourceName())
                          .setErrorCode(error.error().code())
                          .setErrorMessage(error.message())));
    }
    return Reply.whenAll(
        answers, call.loop(), all -> new AlterConfigsResponseData().setResponses(all));
  }

  private CompletableFuture<ApiError> alter(AlterConfigsResource resource, boolean validateOnly) {
    Map<String, String> given = new TreeMap<>();
    for (AlterableConfig config : resource.configs()) {
      if (config.value() == null) {
        return ConfigAlterations.refused(
            Errors.INVALID_REQUEST, "Null value not supported for : " + config.name());
      }
      given.put(config.name(), config.value());
    }
    return alterations.alter(
        resource.resourceType(),
        resource.resourceName(),
        topic ->
            validateOnly
                ? CompletableFuture.completedFuture(log.topics().configureAnew(topic.id(), given))
                : log.configureTopicAnew(topic.id(), given));
  }
}
