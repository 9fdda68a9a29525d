package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Kafka's own client of three generations plays the scenes of `foreign/clients-4.3`.
@Tag("ci")
class JavaClientsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(600);

  @TempDir private static Path folder;
  private static Daybook daybook;

  @BeforeAll
  static void start() throws IOException {
    daybook = Daybook.in(folder.resolve("data"));
  }

  @AfterAll
  static void stop() throws IOException {
    daybook.close();
  }

  @ParameterizedTest(name = "kafka-clients {0}: {1}")
  @CsvSource({
    "2.8.2, codecs", "2.8.2, groups", "2.8.2, administration", "2.8.2, transactions",
    "3.9.2, codecs", "3.9.2, groups", "3.9.2, administration", "3.9.2, transactions",
    "4.3.1, codecs", "4.3.1, groups", "4.3.1, administration", "4.3.1, transactions",
  })
  void plays(String version, String scene) throws Exception {
    String release = version.substring(0, version.lastIndexOf('.'));
    String topic = scene + "-" + version;

    List<String> said =
        ForeignProgram.named("clients-" + release)
            .run(
                folder.resolve("out"),
                PATIENCE,
                "dev.daybook.foreign.clients.Tour",
                scene,
                daybook.bootstrap(),
                topic);

    assertTrue(said.contains("kafka-clients " + version), () -> "who was it? " + said);
    assertEquals("done", said.getLast());
  }
}
