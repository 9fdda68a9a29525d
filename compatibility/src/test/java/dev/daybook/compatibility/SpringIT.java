package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Spring Boot application with listeners, retry topics and dead letters: `foreign/spring`.
@Tag("ci")
class SpringIT {
  private static final Duration PATIENCE = Duration.ofSeconds(600);

  @TempDir private Path folder;

  @Test
  void theOrderDeskInvoicesAndPutsAsideWhatNobodyCanRead() throws Exception {
    try (Daybook daybook = Daybook.in(folder.resolve("data"))) {
      List<String> said =
          ForeignProgram.named("spring")
              .run(
                  folder,
                  PATIENCE,
                  "dev.daybook.foreign.spring.OrderDesk",
                  "--spring.kafka.bootstrap-servers=" + daybook.bootstrap());

      assertEquals("done", said.getLast());
      Records records = daybook.records();
      assertEquals(invoices(), byKey(records.all("invoices")));
      assertEquals(
          List.of("unreadable 0", "unreadable 1", "unreadable 2"),
          records.sortedValues("orders-dlt"));
    }
  }

  private static Map<String, String> invoices() {
    return IntStream.range(0, 300)
        .boxed()
        .collect(Collectors.toMap(i -> "" + i, i -> "invoice over " + i * 100));
  }

  /// Fails on a key that is there twice.
  private static Map<String, String> byKey(List<ConsumerRecord<String, String>> records) {
    return records.stream().collect(Collectors.toMap(ConsumerRecord::key, ConsumerRecord::value));
  }
}
