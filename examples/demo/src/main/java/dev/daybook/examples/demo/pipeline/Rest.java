package dev.daybook.examples.demo.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// JSON over HTTP. A room that is not there yet is asked again.
final class Rest {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String address;

  Rest(String address) {
    this.address = address;
  }

  /// An answer: the HTTP status, and the body if it is JSON.
  record Reply(int status, JsonNode body) {
    boolean isGood() {
      return status / 100 == 2;
    }

    String message() {
      return body.path("message").asText(body.toString());
    }
  }

  Reply get(String path) throws InterruptedException {
    return send(request(path).GET().build());
  }

  Reply post(String path, String mediaType, JsonNode body) throws InterruptedException {
    return send(
        request(path)
            .header("Content-Type", mediaType)
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  Reply put(String path, String mediaType, JsonNode body) throws InterruptedException {
    return send(
        request(path)
            .header("Content-Type", mediaType)
            .PUT(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE);
  }

  private Reply send(HttpRequest request) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 503 || System.nanoTime() > deadline) {
          return new Reply(response.statusCode(), body(response.body()));
        }
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("Nobody answers at " + request.uri() + ": " + e, e);
        }
      }
      Thread.sleep(PAUSE);
    }
  }

  private static JsonNode body(String text) {
    try {
      return text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      return JSON.getNodeFactory().textNode(text);
    }
  }
}
