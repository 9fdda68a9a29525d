package dev.daybook.eventlog.protocol;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Frames made to hurt: whatever they hold, decoding ends, either well or with [BadFrameException], and takes no more
/// memory than an honest request of many partitions.
class HostileMessageTest {
  private static final int FRAME_BYTES = 256 << 10;
  private static final long MOST_BYTES = 32L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static List<ApiKeys> apis() {
    return new ArrayList<>(ApiRanges.apis());
  }

  @ParameterizedTest
  @MethodSource("apis")
  void arraysThatAnnounceMoreThanAnybodyNeedsMakeNoRoom(ApiKeys api) {
    ApiRanges.Range range = ApiRanges.range(api);
    for (int version = range.min(); version <= range.max(); version++) {
      // As int32 and as varint, shifted so that the length may stand anywhere.
      for (byte[] pattern :
          List.of(
              new byte[] {0, 3, 13, 64},
              new byte[] {(byte) 0xc1, (byte) 0x9a, 0x0c},
              new byte[] {1},
              new byte[] {2},
              new byte[] {0})) {
        for (int shift = 0; shift < 4; shift++) {
          decodeInLittleMemory(frame(api, version, pattern, shift));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("apis")
  void randomBytesAreDecodedOrRefused(ApiKeys api) {
    long seed = Long.getLong("daybook.seed", 20_261_123);
    Random random = new Random(seed);
    ApiRanges.Range range = ApiRanges.range(api);
    try {
      for (int i = 0; i < 2_000; i++) {
        byte[] body = new byte[random.nextInt(200)];
        random.nextBytes(body);
        for (int at = 0; at < body.length; at++) {
          if (random.nextInt(3) > 0) {
            body[at] = (byte) random.nextInt(4); // Small lengths lead deeper.
          }
        }
        int version = range.min() + random.nextInt(range.max() - range.min() + 1);
        decodeInLittleMemory(frame(api, version, body));
      }
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  @Test
  void whatIsNoRequestIsRefused() {
    assertRefused(ByteBuffer.allocate(0));
    assertRefused(ByteBuffer.allocate(7));
    assertRefused(header(999, 0));
    assertRefused(header(-1, 0));
    assertRefused(header(ApiKeys.FETCH.id, 99));
    assertRefused(header(ApiKeys.FETCH.id, -1));
    assertRefused(header(ApiKeys.SASL_HANDSHAKE.id, 0));
    assertRefused(header(ApiKeys.METADATA.id, 12).limit(9));
  }

  private static void decodeInLittleMemory(ByteBuffer frame) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      RequestDecoder.decode(frame);
    } catch (BadFrameException e) {
      // As it should be.
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken < MOST_BYTES, () -> taken + " bytes taken");
  }

  private static void assertRefused(ByteBuffer frame) {
    assertThrows(BadFrameException.class, () -> RequestDecoder.decode(frame));
  }

  private static ByteBuffer frame(ApiKeys api, int version, byte[] pattern, int shift) {
    byte[] body = new byte[FRAME_BYTES];
    for (int i = shift; i < body.length; i++) {
      body[i] = pattern[(i - shift) % pattern.length];
    }
    return frame(api, version, body);
  }

  private static ByteBuffer frame(ApiKeys api, int version, byte[] body) {
    boolean tagged = api.requestHeaderVersion((short) version) >= 2;
    ByteBuffer frame = ByteBuffer.allocate(11 + body.length);
    frame.put(header(api.id, version));
    if (tagged) {
      frame.put((byte) 0);
    }
    return frame.put(body).flip();
  }

  private static ByteBuffer header(int api, int version) {
    return ByteBuffer.allocate(10)
        .putShort((short) api)
        .putShort((short) version)
        .putInt(1)
        .putShort((short) -1)
        .flip();
  }
}
