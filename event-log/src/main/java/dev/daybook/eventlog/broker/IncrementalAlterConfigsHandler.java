package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.topic.ConfigChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.jspecify.annotations.Nullable;

/// IncrementalAlterConfigs: some settings of topics, the others stay. All changes of a topic are made, or none.
final class IncrementalAlterConfigsHandler implements Handler {
  private final EventLog log;
  private final ConfigAlterations alterations;

  IncrementalAlterConfigsHandler(EventLog log, BrokerConfig config) {
    this.log = log;
    this.alterations = new ConfigAlterations(log, config);
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    IncrementalAlterConfigsRequestData request =
        call.message(IncrementalAlterConfigsRequestData.class);
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
        answers, call.loop(), all -> new IncrementalAlterConfigsResponseData().setResponses(all));
  }

  private CompletableFuture<ApiError> alter(AlterConfigsResource resource, boolean validateOnly) {
    @Nullable String fault = fault(resource);
    if (fault != null) {
      return ConfigAlterations.refused(Errors.INVALID_REQUEST, fault);
    }
    List<ConfigChange> changes =
        resource.configs().stream().map(IncrementalAlterConfigsHandler::change).toList();
    return alterations.alter(
        resource.resourceType(),
        resource.resourceName(),
        topic ->
            validateOnly
                ? CompletableFuture.completedFuture(log.topics().configure(topic.id(), changes))
                : log.configureTopic(topic.id(), changes));
  }

  private static @Nullable String fault(AlterConfigsResource resource) {
    Set<String> seen = new TreeSet<>();
    for (AlterableConfig config : resource.configs()) {
      OpType operation = OpType.forId(config.configOperation());
      if (operation == null) {
        return "Unknown operation " + config.configOperation() + " for " + config.name();
      }
      if (operation != OpType.DELETE && config.value() == null) {
        return "Null value not supported for : " + config.name();
      }
      if (!seen.add(config.name())) {
        return "Error due to duplicate config keys: " + config.name();
      }
    }
    return null;
  }

  private static ConfigChange change(AlterableConfig config) {
    String value = config.value() == null ? "" : config.value();
    return switch (OpType.forId(config.configOperation())) {
      case SET -> new ConfigChange.Assign(config.name(), value);
      case DELETE -> new ConfigChange.Reset(config.name());
      case APPEND -> new ConfigChange.Append(config.name(), value);
      case SUBTRACT -> new ConfigChange.Subtract(config.name(), value);
    };
  }
}
