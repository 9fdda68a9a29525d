package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Debian's python3-confluent-kafka, which is librdkafka, plays the scenes of `tour.py`.
@Tag("ci")
class PythonClientIT {
  private static final Duration PATIENCE = Duration.ofSeconds(600);
  private static final Path TOUR =
      Path.of("src", "test", "resources", "python", "tour.py").toAbsolutePath();

  @TempDir private static Path folder;
  private static Daybook daybook;
  private static String python;

  @BeforeAll
  static void start() throws Exception {
    Optional<String> found =
        Stream.of("/usr/bin/python3", "python3").filter(PythonClientIT::knowsKafka).findFirst();
    String missing = "No python3 has confluent_kafka (Debian: python3-confluent-kafka)";
    if (found.isEmpty() && Boolean.getBoolean("daybook.ci")) {
      fail(missing);
    }
    assumeTrue(found.isPresent(), missing);
    python = found.orElseThrow();
    daybook = Daybook.in(folder.resolve("data"));
  }

  @AfterAll
  static void stop() throws IOException {
    if (daybook != null) {
      daybook.close();
    }
  }

  @ParameterizedTest(name = "confluent-kafka: {0}")
  @ValueSource(strings = {"codecs", "groups", "administration", "transactions"})
  void plays(String scene) throws Exception {
    try (Child child = python(scene)) {
      assertEquals("done", child.succeed(PATIENCE).getLast());
    }
  }

  private static Child python(String scene) throws IOException {
    return Child.start(
        "python-" + scene,
        folder.resolve("out"),
        Map.of(),
        python,
        TOUR.toString(),
        scene,
        daybook.bootstrap(),
        "python-" + scene);
  }

  private static boolean knowsKafka(String python) {
    try {
      return new ProcessBuilder(python, "-c", "import confluent_kafka").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
