package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerConfigTest {

  /// Requests of other kinds than Produce have up to 2 MiB, small ones a budget of their own.
  @ParameterizedTest
  @CsvSource({"1000000, 1000", "2500000, 100000", "20000000, 16777216", "100, 10"})
  void memoryThatNeverPaysForOneRequestIsRefusedByTheSettingsName(long queued, int request) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> config(queued, request));

    assertTrue(refused.getMessage().startsWith("queued.max.bytes (" + queued), refused::getMessage);
  }

  private static BrokerConfig config(long queuedMaxBytes, int requestMaxBytes) {
    BrokerConfig broker = BrokerConfig.loopback("");
    return broker.taking(queuedMaxBytes, requestMaxBytes);
  }
}
