package dev.daybook.eventlog.broker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Who speaks another protocol than Kafka's, told by the first four bytes, which a Kafka client would have sent as the
/// length of a frame. All of them are lengths that nobody may send.
final class Stranger {
  private static final List<String> HTTP =
      List.of("GET ", "HEAD", "POST", "PUT ", "DELE", "OPTI", "PATC", "CONN", "TRAC", "PRI ");
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR_VERSION = 3;

  private Stranger() {}

  /// What they seem to want, as a reason to hang up.
  static Optional<String> told(int length) {
    String text =
        new String(
            ByteBuffer.allocate(Integer.BYTES).putInt(length).array(), StandardCharsets.ISO_8859_1);
    if (HTTP.contains(text)) {
      return Optional.of("an HTTP request on the Kafka port; the page has another one");
    }
    if (length >>> 24 == TLS_HANDSHAKE && (length >>> 16 & 0xff) == TLS_MAJOR_VERSION) {
      return Optional.of(
          "a TLS handshake on the Kafka port, which speaks plain text; set the client's security.protocol=PLAINTEXT");
    }
    return text.equals("SSH-") ? Optional.of("an SSH client on the Kafka port") : Optional.empty();
  }
}
