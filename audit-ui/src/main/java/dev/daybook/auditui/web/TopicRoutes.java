package dev.daybook.auditui.web;

import dev.daybook.auditui.decode.PayloadDecoder;
import dev.daybook.auditui.log.Browse;
import dev.daybook.auditui.log.Limits;
import dev.daybook.auditui.log.Positions;
import dev.daybook.auditui.log.Readers;
import dev.daybook.auditui.log.SingleEvent;
import dev.daybook.auditui.log.TopicSummary;
import dev.daybook.auditui.log.Topics;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Topics, their events newest first, and one event.
final class TopicRoutes {
  private static final int USUAL_PAGE = 50;

  private final Desk desk;
  private final Topics topics;
  private final Readers readers;
  private final PayloadDecoder decoder;
  private final Limits limits;

  TopicRoutes(Desk desk, Topics topics, Readers readers, PayloadDecoder decoder, Limits limits) {
    this.desk = desk;
    this.topics = topics;
    this.readers = readers;
    this.decoder = decoder;
    this.limits = limits;
  }

  void mount(Router router) {
    router.get("/api/topics").handler(r -> desk.answer(r, () -> list(new Asked(r))));
    router.get("/api/topics/:topic").handler(r -> desk.answer(r, () -> one(new Asked(r))));
    router
        .get("/api/topics/:topic/events")
        .handler(r -> desk.answer(r, () -> browse(new Asked(r))));
    router
        .getWithRegex("/api/topics/(?<topic>[^/]+)/(?<partition>\\d+)/(?<offset>\\d+)")
        .handler(r -> desk.answer(r, () -> event(new Asked(r))));
  }

  private JsonObject list(Asked asked) {
    var found = new JsonArray();
    topics.list(asked.flag("internal")).forEach(topic -> found.add(summary(topic)));
    return new JsonObject().put("topics", found);
  }

  private JsonObject one(Asked asked) {
    var topic = topics.one(asked.path("topic"));
    var partitions = new JsonArray();
    for (var partition : topic.partitions()) {
      partitions.add(
          new JsonObject()
              .put("partition", partition.index())
              .put("start", Long.toString(partition.start()))
              .put("end", Long.toString(partition.end()))
              .put("sizeBytes", text(partition.sizeBytes()))
              .put("lastTimestampMs", text(partition.lastTimestampMs())));
    }
    var settings = new JsonObject();
    topics.settings(topic.name()).forEach(settings::put);
    return summary(topic).put("partitions", partitions).put("settings", settings);
  }

  private static JsonObject summary(TopicSummary topic) {
    return new JsonObject()
        .put("name", topic.name())
        .put("id", topic.id())
        .put("internal", topic.internal())
        .put("partitionCount", topic.partitions().size())
        .put("offsetsSpan", Long.toString(topic.offsetsSpan()))
        .put("sizeBytes", text(topic.sizeBytes()))
        .put("lastTimestampMs", text(topic.lastTimestampMs()));
  }

  private static @Nullable String text(OptionalLong number) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : null;
  }

  private JsonObject browse(Asked asked) {
    String topic = asked.path("topic");
    var question =
        new Browse.Question(
            topic,
            asked.partitions(topics.readablePartitions(topic)),
            asked.positions("before"),
            asked.moment("until"),
            asked.text("contains"),
            asked.limit(Math.min(USUAL_PAGE, limits.eventsPerPage()), limits.eventsPerPage()));
    var page = readers.read(consumer -> new Browse(consumer, decoder, limits, question).run());
    var events = new JsonArray();
    page.events().forEach(event -> events.add(EventJson.row(event)));
    return new JsonObject()
        .put("events", events)
        .put("older", page.older().map(Positions::toString).orElse(null))
        .put("coverage", EventJson.coverage(page.coverage()));
  }

  private JsonObject event(Asked asked) {
    String topic = asked.path("topic");
    int partition = (int) asked.pathNumber("partition", Integer.MAX_VALUE);
    long offset = asked.pathNumber("offset", Long.MAX_VALUE);
    Asked.checkExists(partition, topics.readablePartitions(topic));
    var found =
        readers.read(
            consumer ->
                new SingleEvent(consumer, decoder, limits)
                    .at(new TopicPartition(topic, partition), offset));
    return new JsonObject()
        .put("event", EventJson.full(found.event()))
        .put("start", Long.toString(found.start()))
        .put("end", Long.toString(found.end()));
  }
}
