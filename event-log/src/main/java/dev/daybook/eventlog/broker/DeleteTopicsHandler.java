package dev.daybook.eventlog.broker;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// DeleteTopics, by name or by id.
final class DeleteTopicsHandler implements Handler {
  private final EventLog log;

  DeleteTopicsHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    DeleteTopicsRequestData request = call.message(DeleteTopicsRequestData.class);
    Map<String, Long> times =
        asked(request).stream().collect(groupingBy(DeleteTopicsHandler::key, counting()));
    List<CompletableFuture<DeletableTopicResult>> results = new ArrayList<>();
    for (DeleteTopicState asked : asked(request)) {
      Long found = times.remove(key(asked));
      if (found != null) {
        results.add(found == 1 ? delete(asked) : refusedTwice(asked));
      }
    }
    return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
        .thenApplyAsync(
            done -> {
              DeleteTopicsResponseData response = new DeleteTopicsResponseData();
              results.forEach(result -> response.responses().add(result.join()));
              return new Reply.Answer(response);
            },
            call.loop());
  }

  /// Older versions name topics in a list of their own.
  private static List<DeleteTopicState> asked(DeleteTopicsRequestData request) {
    return request.topicNames().isEmpty()
        ? request.topics()
        : request.topicNames().stream().map(name -> new DeleteTopicState().setName(name)).toList();
  }

  private static String key(DeleteTopicState asked) {
    return asked.name() == null ? asked.topicId().toString() : "name " + asked.name();
  }

  private static CompletableFuture<DeletableTopicResult> refusedTwice(DeleteTopicState asked) {
    DeletableTopicResult result =
        new DeletableTopicResult().setName(asked.name()).setTopicId(asked.topicId());
    return CompletableFuture.completedFuture(
        refused(result, Errors.INVALID_REQUEST, "The same topic is named twice"));
  }

  private CompletableFuture<DeletableTopicResult> delete(DeleteTopicState asked) {
    String name = asked.name() == null ? "" : asked.name();
    DeletableTopicResult result =
        new DeletableTopicResult().setName(asked.name()).setTopicId(asked.topicId());
    if ((asked.name() == null) == asked.topicId().equals(Uuid.ZERO_UUID)) {
      return CompletableFuture.completedFuture(
          refused(result, Errors.INVALID_REQUEST, "Give either the topic's name or its id"));
    }
    Optional<Topic> known = TopicIds.find(log.topics(), asked.topicId(), name);
    if (known.isEmpty()) {
      return CompletableFuture.completedFuture(
          refused(result, TopicIds.unknown(name), "There is no such topic"));
    }
    Topic topic = known.get();
    result.setName(topic.name()).setTopicId(TopicIds.wire(topic.id()));
    if (topic.internal()) {
      return CompletableFuture.completedFuture(
          refused(
              result,
              Errors.INVALID_REQUEST,
              "Topic '" + topic.name() + "' is internal and stays"));
    }
    return log.deleteTopic(topic.id())
        .thenApply(
            decision ->
                switch (decision) {
                  case CatalogDecision.Accepted accepted -> result;
                  case CatalogDecision.Refused(CatalogDecision.Reason reason, String message) ->
                      refused(result, CatalogErrors.of(reason), message);
                });
  }

  private static DeletableTopicResult refused(
      DeletableTopicResult result, Errors error, String message) {
    return result.setErrorCode(error.code()).setErrorMessage(message);
  }
}
