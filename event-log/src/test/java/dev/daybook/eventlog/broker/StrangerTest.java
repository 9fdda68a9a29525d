package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrangerTest {
  @ParameterizedTest
  @CsvSource({
    "GET /topics HTTP/1.1, HTTP",
    "POST / HTTP/1.1, HTTP",
    "PRI * HTTP/2.0, HTTP",
    "SSH-2.0-OpenSSH_9.2, SSH"
  })
  void tellsWhoSpeaksAnotherProtocol(String firstLine, String protocol) {
    assertTrue(
        told(firstLine.getBytes(StandardCharsets.US_ASCII)).orElseThrow().contains(protocol));
  }

  @Test
  void tellsAClientThatWantsTlsWhatToSet() {
    for (byte minor = 0; minor <= 4; minor++) {
      assertTrue(
          told(new byte[] {0x16, 3, minor, 2})
              .orElseThrow()
              .contains("security.protocol=PLAINTEXT"));
    }
  }

  @Test
  void takesWhatKafkasClientsSendForWhatItIs() {
    for (int length : new int[] {-1, 0, 8, 100, 1 << 20, 16 << 20, 100 << 20}) {
      assertEquals(Optional.empty(), Stranger.told(length));
    }
  }

  private static Optional<String> told(byte[] bytes) {
    return Stranger.told(ByteBuffer.wrap(bytes).getInt());
  }
}
