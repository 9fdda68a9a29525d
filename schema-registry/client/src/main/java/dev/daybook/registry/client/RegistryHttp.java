package dev.daybook.registry.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/// JSON over HTTP to one of several registries. A request that got no answer, or one that says "later", is sent
/// again to the next address after a growing pause: every request of this client may be repeated safely.
final class RegistryHttp implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

  private final List<String> urls;
  private final Retries retries;
  private final HttpClient http;
  private volatile int preferred;

  /// How often a request is sent again, and how long the first and the longest pause before it is.
  record Retries(int max, Duration firstPause, Duration longestPause) {
    Duration pause(int attempt) {
      Duration grown = firstPause.multipliedBy(1L << Math.min(attempt, 20));
      return grown.compareTo(longestPause) < 0 ? grown : longestPause;
    }
  }

  RegistryHttp(List<String> urls, Retries retries) {
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("No address of a schema registry is given.");
    }
    this.urls = urls.stream().map(RegistryHttp::withoutSlash).toList();
    this.retries = retries;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return send("GET", path, null);
  }

  JsonNode post(String path, JsonNode body) {
    return send("POST", path, body);
  }

  private JsonNode send(String method, String path, @Nullable JsonNode body) {
    for (int attempt = 0; ; attempt++) {
      try {
        return sendOnce(method, path, body);
      } catch (RegistryException e) {
        if (!e.retriable() || attempt >= retries.max()) {
          throw e;
        }
        preferred = (preferred + 1) % urls.size();
        sleep(retries.pause(attempt));
      }
    }
  }

  private JsonNode sendOnce(String method, String path, @Nullable JsonNode body) {
    String url = urls.get(preferred);
    try {
      var publisher =
          body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
      var request =
          HttpRequest.newBuilder(URI.create(url + path))
              .timeout(REQUEST_TIMEOUT)
              .header("Accept", MEDIA_TYPE)
              .header("Content-Type", MEDIA_TYPE)
              .method(method, publisher)
              .build();
      return answer(http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new RegistryException(
          "No answer from the schema registry at " + url + ": " + e + ". Is it running?", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static JsonNode answer(HttpResponse<String> response) {
    JsonNode json = parse(response);
    if (response.statusCode() / 100 == 2) {
      return json;
    }
    throw new RegistryException(
        response.statusCode(),
        json.path("error_code").asInt(response.statusCode()),
        json.path("message").asText("HTTP " + response.statusCode())
            + " (schema registry, "
            + response.uri()
            + ")");
  }

  private static JsonNode parse(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      if (response.statusCode() / 100 != 2) {
        return JSON.createObjectNode();
      }
      throw new RegistryException(
          "The answer of " + response.uri() + " is not JSON. Is this a schema registry?", e);
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
