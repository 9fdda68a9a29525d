package dev.daybook.auditui.web;

import dev.daybook.auditui.decode.PayloadDecoder;
import dev.daybook.auditui.log.KafkaClients;
import dev.daybook.auditui.log.Limits;
import dev.daybook.auditui.log.LiveTail;
import dev.daybook.auditui.log.Positions;
import dev.daybook.auditui.log.Refusal;
import dev.daybook.auditui.log.Topics;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The live tail as server-sent events. Each message's id is the position after it, so a browser
/// that lost the connection goes on where it was (`Last-Event-ID`).
final class TailRoute implements AutoCloseable {
  private final Desk desk;
  private final Topics topics;
  private final KafkaClients clients;
  private final PayloadDecoder decoder;
  private final Limits limits;
  private final Set<LiveTail> running = ConcurrentHashMap.newKeySet();

  TailRoute(Desk desk, Topics topics, KafkaClients clients, PayloadDecoder decoder, Limits limits) {
    this.desk = desk;
    this.topics = topics;
    this.clients = clients;
    this.decoder = decoder;
    this.limits = limits;
  }

  void mount(Router router) {
    router.get("/api/topics/:topic/tail").handler(this::follow);
  }

  private void follow(RoutingContext request) {
    var sink = new EventStream(request);
    desk.start(() -> run(request, sink));
  }

  private void run(RoutingContext request, EventStream sink) {
    try {
      var tail = new LiveTail(clients, decoder, limits, question(new Asked(request)));
      running.add(tail);
      try {
        checkPlace();
        sink.onClose(tail::stop);
        tail.run(batch -> sink.offer("events", batch.resume().toString(), json(batch)));
      } finally {
        running.remove(tail);
      }
    } catch (RuntimeException failed) {
      sink.fail(Desk.refusal(failed));
    }
  }

  private LiveTail.Question question(Asked asked) {
    String topic = asked.path("topic");
    var partitions = asked.partitions(topics.readablePartitions(topic));
    String lastSeen = asked.request().request().getHeader("Last-Event-ID");
    var after = lastSeen == null ? asked.positions("after") : Positions.parse(lastSeen);
    return new LiveTail.Question(topic, partitions, after);
  }

  private void checkPlace() {
    if (running.size() > limits.tails()) {
      throw new Refusal(
          503,
          "too-many-tails",
          "%d live tails are open, and that is the most.".formatted(limits.tails()),
          "Close one, or browse instead.");
    }
  }

  private static JsonObject json(LiveTail.Batch batch) {
    var events = new JsonArray();
    batch.events().forEach(event -> events.add(EventJson.row(event)));
    return new JsonObject()
        .put("events", events)
        .put("dropped", batch.dropped())
        .put("coverage", EventJson.coverage(batch.coverage()));
  }

  @Override
  public void close() {
    running.forEach(LiveTail::stop);
  }
}
