package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.Response;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/// Kafka's clients match responses to requests by their order on the connection, but the requests that are under
/// way at once are not done in that order: one waits for a preparer, the next is refused on the spot. So
/// every request gets a place in line when it comes, and a response leaves when all before it have. Owner: the event
/// loop of the connection.
final class ResponseOrderer {
  private final Deque<Place> line = new ArrayDeque<>();
  private final Consumer<Response> wire;

  /// @param wire takes the responses, in order
  ResponseOrderer(Consumer<Response> wire) {
    this.wire = wire;
  }

  /// A place behind all others.
  Place enter() {
    Place place = new Place();
    line.add(place);
    return place;
  }

  /// How many requests wait for their response to leave.
  int waiting() {
    return line.size();
  }

  /// Fills a place; without a response where the client wants none.
  void fill(Place place, Optional<Response> response) {
    place.filled = true;
    place.response = response;
    while (!line.isEmpty()) {
      if (!line.element().filled) {
        return;
      }
      line.remove().response.ifPresent(wire);
    }
  }

  /// Closes what can no longer be sent.
  void close() {
    for (Place place : line) {
      place.response.ifPresent(Response::close);
    }
    line.clear();
  }

  /// A place in line.
  static final class Place {
    private boolean filled;
    private Optional<Response> response = Optional.empty();

    private Place() {}
  }
}
