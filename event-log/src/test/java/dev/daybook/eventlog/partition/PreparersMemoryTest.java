package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.record.Compression;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Batches that become larger on their way lie outside of their requests' memory, and are bounded for themselves.
class PreparersMemoryTest {
  private static final int UNPACKED_BYTES = 100_000;

  @Test
  void whatIsUnpackedAndNotAppendedYetKeepsTheNextOnesOutForAMoment() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition plain = scene.create("plain", Map.of("compression.type", "uncompressed"));
    try (Preparers preparers =
        new Preparers(
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            scene.clock,
            UNPACKED_BYTES)) {
      Preparation.Ready first =
          assertInstanceOf(Preparation.Ready.class, preparers.prepare(plain, packed(scene)).join());
      assertTrue(first.batch().remaining() > UNPACKED_BYTES);

      Preparation.Refused second =
          assertInstanceOf(
              Preparation.Refused.class, preparers.prepare(plain, packed(scene)).join());
      assertEquals(AppendResult.Reason.MEMORY_SHORT, second.reason());

      preparers.doneWith(first.batch().remaining());
      assertInstanceOf(Preparation.Ready.class, preparers.prepare(plain, packed(scene)).join());
    }
  }

  private static ByteBuffer packed(SteppedShard scene) {
    return RecordBatchBuilder.compressed(Compression.GZIP)
        .append(scene.clock.wallMs(), null, ByteBuffer.allocate(UNPACKED_BYTES))
        .build();
  }
}
