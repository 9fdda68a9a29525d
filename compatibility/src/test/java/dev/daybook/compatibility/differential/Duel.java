package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// Puts the same request to both sides and compares the answers.
final class Duel implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int LOOKS = 400;
  private static final long BETWEEN_LOOKS_MS = 50;
  private static final long SLOW_MS = 2_000;

  private final Seat kafka;
  private final Seat daybook;
  private final Verdicts verdicts;

  Duel(Side kafka, Side daybook, Verdicts verdicts) throws IOException {
    this.kafka = new Seat(kafka);
    this.daybook = new Seat(daybook);
    this.verdicts = verdicts;
  }

  /// One side, what it calls things, and a connection to it.
  private static final class Seat {
    private final Side side;
    private final Symbols symbols = new Symbols();
    private Wire wire;

    private Seat(Side side) throws IOException {
      this.side = side;
      this.wire = new Wire(side.port());
    }

    private JsonNode ask(Ask ask) throws IOException {
      try {
        ApiMessage response = wire.ask(ask.message(symbols), ask.version());
        return Answer.of(response, ask.version(), symbols);
      } catch (SocketTimeoutException e) {
        return insteadOfAnAnswer("silence");
      } catch (IOException e) {
        return insteadOfAnAnswer("hung up");
      }
    }

    private JsonNode ask(Oddity oddity) throws IOException {
      try {
        return oddity.ask(wire);
      } catch (SocketTimeoutException e) {
        return insteadOfAnAnswer("silence");
      } catch (IOException e) {
        return insteadOfAnAnswer("hung up");
      }
    }

    private JsonNode insteadOfAnAnswer(String what) throws IOException {
      wire.close();
      wire = new Wire(side.port());
      return JSON.objectNode().put("connection", what);
    }
  }

  /// What both serve; that they tell of different APIs is compared, too.
  ApiMenu menu() throws IOException {
    ApiVersionsResponseData theirs = versions(kafka);
    ApiVersionsResponseData ours = versions(daybook);
    verdicts.compare(
        new Ask(ApiKeys.API_VERSIONS, 4, JSON.objectNode()),
        Answer.of(theirs, 4, kafka.symbols),
        Answer.of(ours, 4, daybook.symbols));
    return ApiMenu.common(theirs, ours);
  }

  private static ApiVersionsResponseData versions(Seat seat) throws IOException {
    ApiVersionsRequestData request =
        new ApiVersionsRequestData().setClientSoftwareName("duel").setClientSoftwareVersion("1");
    return (ApiVersionsResponseData) seat.wire.ask(request, 4);
  }

  /// Plays one step. What a server tells of its own doings a little later is asked for again.
  void play(Ask ask) throws IOException, InterruptedException {
    long started = System.nanoTime();
    try {
      ask.message(daybook.symbols);
    } catch (IllegalArgumentException e) {
      verdicts.unspeakable(ask, e);
      return;
    }
    JsonNode theirs = kafka.ask(ask);
    JsonNode ours = daybook.ask(ask);
    for (int look = 0; look < LOOKS && isWorthALook(ask, theirs, ours); look++) {
      Thread.sleep(BETWEEN_LOOKS_MS);
      theirs = kafka.ask(ask);
      ours = daybook.ask(ask);
    }
    verdicts.compare(ask, theirs, ours);
    long ms = (System.nanoTime() - started) / 1_000_000;
    if (ms > SLOW_MS) {
      System.out.println(ask.step() + " v" + ask.version() + " took " + ms + " ms: " + ask.body());
    }
    if (ask.isChangingTopics()) {
      settle();
    }
  }

  /// Plays a request that is none.
  void play(Oddity oddity) throws IOException {
    verdicts.compare(oddity.step(), "", kafka.ask(oddity), daybook.ask(oddity));
  }

  /// Plays a scenario, on both sides at once.
  void play(Scenario scenario) throws InterruptedException {
    Map<Seat, ObjectNode> told = new ConcurrentHashMap<>();
    List<Thread> tellers = new ArrayList<>();
    for (Seat seat : List.of(kafka, daybook)) {
      tellers.add(Thread.ofVirtual().start(() -> told.put(seat, tell(scenario, seat))));
    }
    for (Thread teller : tellers) {
      teller.join();
    }
    verdicts.compare(scenario.name(), "", told.get(kafka), told.get(daybook));
  }

  private static ObjectNode tell(Scenario scenario, Seat seat) {
    try (Story story = new Story(seat.side)) {
      story.act("until its end", () -> scenario.telling().tell(story));
      return story.told();
    }
  }

  private boolean isWorthALook(Ask ask, JsonNode theirs, JsonNode ours) {
    return ask.isReading() && !theirs.has("connection") && !verdicts.areAlike(ask, theirs, ours);
  }

  /// Waits until a request succeeds on both sides: a coordinator that was just made is not there at once.
  void awaitSuccess(Ask ask) throws IOException, InterruptedException {
    for (Seat seat : List.of(kafka, daybook)) {
      String said = "";
      for (int look = 0; look < 6 * LOOKS; look++) {
        said = seat.ask(ask).toString();
        if (!said.contains("_")) {
          break; // No error's name is without one, but NONE.
        }
        Thread.sleep(BETWEEN_LOOKS_MS);
      }
      if (said.contains("_")) {
        throw new IOException(seat.side.name() + " still answers " + said);
      }
    }
  }

  /// Apache Kafka's broker hears of its controller's decisions a moment after the client.
  private void settle() throws IOException, InterruptedException {
    ObjectNode body = JSON.objectNode();
    body.putNull("topics");
    body.put("allowAutoTopicCreation", false).put("includeTopicAuthorizedOperations", false);
    Ask everything = new Ask(ApiKeys.METADATA, 12, body);
    for (int look = 0; look < LOOKS; look++) {
      if (verdicts.areAlike(everything, kafka.ask(everything), daybook.ask(everything))) {
        break;
      }
      Thread.sleep(BETWEEN_LOOKS_MS);
    }
    Thread.sleep(BETWEEN_LOOKS_MS);
  }

  @Override
  public void close() throws IOException {
    kafka.wire.close();
    daybook.wire.close();
  }
}
