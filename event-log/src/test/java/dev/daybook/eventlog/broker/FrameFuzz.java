package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import dev.daybook.eventlog.protocol.ApiRanges;
import dev.daybook.eventlog.protocol.BadFrameException;
import dev.daybook.eventlog.protocol.Request;
import dev.daybook.eventlog.protocol.RequestDecoder;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;

/// Any bytes as a frame: decoding ends with a request or with [BadFrameException], in little memory, and a request that
/// came out is one that a client could have written.
class FrameFuzz {
  private static final long MOST_BYTES = 32L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final List<ApiKeys> APIS = new ArrayList<>(ApiRanges.apis());

  @FuzzTest
  void anyFrame(byte[] frame) {
    decode(ByteBuffer.wrap(frame));
  }

  /// The first two bytes choose an API and a version that are served, so that no luck is needed to get to the message.
  @FuzzTest
  void anyMessage(byte[] bytes) {
    if (bytes.length < 2) {
      return;
    }
    ApiKeys api = APIS.get((bytes[0] & 0xff) % APIS.size());
    ApiRanges.Range range = ApiRanges.range(api);
    int version = range.min() + (bytes[1] & 0xff) % (range.max() - range.min() + 1);
    boolean tagged = api.requestHeaderVersion((short) version) >= 2;
    ByteBuffer frame = ByteBuffer.allocate(9 + (tagged ? 1 : 0) + 1 + bytes.length - 2);
    frame.putShort(api.id).putShort((short) version).putInt(1).putShort((short) -1);
    if (tagged) {
      frame.put((byte) 0);
    }
    frame.put(bytes, 2, bytes.length - 2).flip();
    decode(frame);
  }

  private static void decode(ByteBuffer frame) {
    // The first time classes may be loaded on the way.
    if (bytesTakenBy(frame) > MOST_BYTES) {
      long taken = bytesTakenBy(frame);
      assertTrue(taken < MOST_BYTES, () -> taken + " bytes taken");
    }
    try {
      Request request = RequestDecoder.decode(frame);
      if (ApiRanges.serves(request.api(), request.version())) {
        assertCanBeWrittenAndReadAgain(request);
      }
    } catch (BadFrameException e) {
      // As it should be.
    }
  }

  private static long bytesTakenBy(ByteBuffer frame) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      RequestDecoder.decode(frame.duplicate());
    } catch (BadFrameException e) {
      // As it should be.
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void assertCanBeWrittenAndReadAgain(Request request) {
    ApiMessage again = request.api().messageType.newRequest();
    again.read(
        MessageUtil.toByteBufferAccessor(request.message(), request.version()), request.version());
    assertEquals(request.message(), again);
  }
}
