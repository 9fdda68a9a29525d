package dev.daybook.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.protocol.ApiKeys;

/// Connections that nobody wants. The silent ones have asked for ApiVersions once. Of the slow ones one half claims a
/// Produce request of 1 MiB and sends a byte of it ten times a second; the other asks to Fetch as fast as it is let, and
/// takes a byte of the answers ten times a second. Who is hung up on comes again.
final class Crowd implements AutoCloseable {
  private static final byte[] HELLO = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, -1, -1};
  private static final int CLAIMED_BYTES = 1 << 20;
  private static final long PERIOD_NS = 100_000_000;

  private final InetSocketAddress broker;
  private final List<SocketChannel> silent = new ArrayList<>();
  private final List<SocketChannel> slow = new ArrayList<>();
  private final ByteBuffer fetch;
  private final Thread drip = Thread.ofPlatform().daemon().unstarted(this::drip);
  private volatile boolean closed;
  private final AtomicInteger cameAgain = new AtomicInteger();

  private Crowd(InetSocketAddress broker, ByteBuffer fetch) {
    this.broker = broker;
    this.fetch = fetch;
  }

  static Crowd join(InetSocketAddress broker, String topic, int silent, int slow)
      throws IOException {
    Crowd crowd = new Crowd(broker, Frames.fetch(topic, new int[] {0}, new long[] {0}, 1 << 20));
    for (int i = 0; i < silent; i++) {
      crowd.silent.add(crowd.connect(ByteBuffer.wrap(HELLO)));
    }
    for (int i = 0; i < slow; i++) {
      crowd.slow.add(crowd.connect(crowd.first(i)));
    }
    crowd.drip.start();
    return crowd;
  }

  /// How it fared, in a line.
  String remaining() {
    long left = silent.stream().filter(Crowd::isOpen).count();
    return "of %d silent connections %d are open; the %d slow ones came again %d times"
        .formatted(silent.size(), left, slow.size(), cameAgain.get());
  }

  @Override
  public void close() throws IOException {
    closed = true;
    try {
      drip.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel channel : silent) {
      channel.close();
    }
    for (SocketChannel channel : slow) {
      channel.close();
    }
  }

  private ByteBuffer first(int number) {
    return number % 2 == 0
        ? ByteBuffer.allocate(6).putInt(CLAIMED_BYTES).putShort(ApiKeys.PRODUCE.id).flip()
        : fetch.duplicate().rewind();
  }

  private SocketChannel connect(ByteBuffer first) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
    channel.connect(broker);
    channel.write(first);
    channel.configureBlocking(false);
    return channel;
  }

  private void drip() {
    while (!closed) {
      for (int i = 0; i < slow.size() && !closed; i++) {
        try {
          one(slow.get(i), i % 2 == 0);
        } catch (IOException e) {
          comeAgain(i);
        }
      }
      LockSupport.parkNanos(PERIOD_NS);
    }
  }

  private void one(SocketChannel channel, boolean sends) throws IOException {
    if (sends) {
      channel.write(ByteBuffer.wrap(new byte[1]));
    } else {
      channel.write(fetch.duplicate().rewind());
    }
    if (channel.read(ByteBuffer.allocate(1)) < 0) {
      throw new IOException("hung up on");
    }
  }

  private void comeAgain(int number) {
    cameAgain.incrementAndGet();
    try {
      slow.get(number).close();
      slow.set(number, connect(first(number)));
    } catch (IOException e) {
      // The next turn tries again.
    }
  }

  private static boolean isOpen(SocketChannel channel) {
    try {
      ByteBuffer answer = ByteBuffer.allocate(4096);
      int bytes = channel.read(answer);
      return bytes >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
