package dev.daybook.auditui.upstream;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads JSON from one other server. Blocks, so it belongs on a virtual thread; every answer has a
/// deadline and a largest size, because that server may be anybody's.
public final class RestClient implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int LARGEST_ANSWER_BYTES = 16 << 20;

  private final String name;
  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(DEADLINE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /// `name` is what an error calls the server: "the schema registry".
  public RestClient(String name, URI base) {
    this.name = name;
    this.base = base;
  }

  public JsonObject object(String path) throws UpstreamException {
    return read(path, JsonObject.class);
  }

  public JsonArray array(String path) throws UpstreamException {
    return read(path, JsonArray.class);
  }

  /// A path segment: no character of a subject's name may become part of the path's structure.
  public static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private <T> T read(String path, Class<T> shape) throws UpstreamException {
    try {
      var answer = Json.decodeValue(get(path));
      if (shape.isInstance(answer)) {
        return shape.cast(answer);
      }
    } catch (DecodeException notJson) {
      throw wrong(path);
    }
    throw wrong(path);
  }

  private UpstreamException wrong(String path) {
    return new UpstreamException(
        502,
        "%s answered %s with something else than expected: is %s its address?"
            .formatted(name, path, base));
  }

  private String get(String path) throws UpstreamException {
    var request =
        HttpRequest.newBuilder(URI.create(base.toString().replaceAll("/+$", "") + path))
            .header("Accept", "application/json")
            .build();
    var limited =
        HttpResponse.BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER_BYTES);
    var answer = http.sendAsync(request, limited);
    try {
      var response = answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      return checked(path, response.statusCode(), response.body());
    } catch (ExecutionException | TimeoutException unreachable) {
      answer.cancel(true);
      throw new UpstreamException(
          0,
          "%s did not answer at %s: check that it runs and that the address is right"
              .formatted(name, base));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new UpstreamException(0, "%s was not asked: the page is closing".formatted(name));
    }
  }

  private String checked(String path, int status, byte[] body) throws UpstreamException {
    if (status != 200) {
      throw new UpstreamException(
          status, "%s answered %s with status %d".formatted(name, path, status));
    }
    return new String(body, StandardCharsets.UTF_8);
  }
}
