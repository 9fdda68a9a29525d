package dev.daybook.connect;

import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import dev.daybook.connect.topic.CompactedTopic;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The stop comes while the worker loads: its thread is interrupted, in the middle of a client of Kafka's.
class StopWhileLoadingTest {

  /// Meets the interrupt where the worker begins to read its topics, in the way in which Kafka's clients tell of it.
  public static final class Stopped implements MetricsReporter {
    @Override
    public void configure(Map<String, ?> configs) {
      if ("connect-reader".equals(configs.get("client.id"))) {
        throw new InterruptException("interrupted, for the test");
      }
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}
  }

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    root().addAppender(logged);
  }

  @AfterEach
  void listenNoMore() {
    root().detachAppender(logged);
    var _ = Thread.interrupted();
  }

  @Test
  void noStackTraceIsWritten() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (TestLog log = TestLog.start()) {
      ConnectConfig config =
          TestWorker.config(log.bootstrapServers(), unique("stopped"))
              .withClientSettings(Map.of("metric.reporters", Stopped.class.getName()));
      assertThrows(RuntimeException.class, () -> LoadedWorker.load(vertx, config));
      assertTrue(Thread.interrupted(), "whoever loads must hear of the stop");
    } finally {
      var _ = Thread.interrupted();
      vertx.close().await();
    }
    assertNoStackTrace();
  }

  @Test
  void noneIsWrittenInTheMiddleOfATopicEither() throws Exception {
    try (TestLog log = TestLog.start()) {
      Map<String, Object> settings = Map.of("bootstrap.servers", log.bootstrapServers());
      try (Admin admin = Admin.create(settings);
          var producer =
              new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
        CompactedTopic topic = new CompactedTopic(unique("stopped"), 1, producer);
        topic.create(admin);
        topic.append(new byte[] {1}, new byte[] {2}).join();
        topic.readToEnd(settings, record -> Thread.currentThread().interrupt());
        assertTrue(Thread.interrupted(), "whoever reads must hear of the stop");
      }
    }
    assertNoStackTrace();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private void assertNoStackTrace() {
    assertEquals(
        List.of(),
        logged.list.stream()
            .filter(event -> event.getThrowableProxy() != null)
            .map(ILoggingEvent::getFormattedMessage)
            .toList());
  }
}
