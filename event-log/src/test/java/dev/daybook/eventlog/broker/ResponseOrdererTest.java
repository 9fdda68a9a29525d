package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.protocol.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResponseOrdererTest {
  private final List<Integer> sent = new ArrayList<>();
  private final ResponseOrderer orderer =
      new ResponseOrderer(response -> sent.add((int) response.sizeBytes()));

  @Test
  void aResponseWaitsForThoseBeforeIt() {
    ResponseOrderer.Place first = orderer.enter();
    ResponseOrderer.Place second = orderer.enter();
    ResponseOrderer.Place third = orderer.enter();

    orderer.fill(third, response(3));
    orderer.fill(second, response(2));
    assertEquals(List.of(), sent);

    orderer.fill(first, response(1));
    assertEquals(List.of(1, 2, 3), sent);
    assertEquals(0, orderer.waiting());
  }

  @Test
  void aRequestWithoutResponseKeepsItsPlaceUntilItIsDone() {
    ResponseOrderer.Place silent = orderer.enter();
    ResponseOrderer.Place next = orderer.enter();

    orderer.fill(next, response(2));
    assertEquals(List.of(), sent);

    orderer.fill(silent, Optional.empty());
    assertEquals(List.of(2), sent);
  }

  private static Optional<Response> response(int bytes) {
    return Optional.of(
        new Response(List.of(new Response.Part.Encoded(ByteBuffer.allocate(bytes)))));
  }
}
