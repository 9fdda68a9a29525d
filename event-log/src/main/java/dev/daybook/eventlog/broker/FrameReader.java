package dev.daybook.eventlog.broker;

import static java.util.Objects.requireNonNull;

import dev.daybook.eventlog.protocol.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// Cuts a connection's bytes into frames, with one copy of each into memory of exactly its size. Its owner is the
/// connection's event loop.
///
/// Six bytes, length and API, are enough to refuse a frame that is too large, before any room is made for it. Of a large
/// one the first bytes must come before it counts: who claims much and sends little holds nothing. Then its bytes are
/// paid for; until they are, and while the connection has enough to do, the socket is paused and the kernel makes the
/// client wait.
final class FrameReader extends ChannelInboundHandlerAdapter {
  private static final int LENGTH_AND_API_BYTES = Integer.BYTES + Short.BYTES;

  /// Of a larger frame, what is kept before it is paid for.
  private static final int UNPAID_BYTES = 4 << 10;

  /// When others wait for memory, a frame that was begun so long ago must come at the pace to arrive within the other.
  private static final long HURRY_AFTER_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long HURRIED_ARRIVAL_NS = TimeUnit.SECONDS.toNanos(5);

  private final Connection connection;
  private final RequestMemory memory;
  private final BrokerConfig config;
  private final Deque<ByteBuf> unread = new ArrayDeque<>();
  private final ByteBuffer start = ByteBuffer.allocate(LENGTH_AND_API_BYTES);
  private final FramePool pool;
  private @Nullable ByteBuffer unpaid;
  private @Nullable Frame frame;
  private int wantedBytes;
  private long begunNs;
  private boolean paused;
  private boolean reading;
  private boolean closed;

  FrameReader(Connection connection, RequestMemory memory, FramePool pool, BrokerConfig config) {
    this.connection = connection;
    this.memory = memory;
    this.pool = pool;
    this.config = config;
  }

  /// Since when the client owes the rest of a frame; empty while it owes none, or is made to wait by us.
  OptionalLong owedSinceNs() {
    boolean owed = !paused && (frame != null || start.position() > 0);
    return owed ? OptionalLong.of(begunNs) : OptionalLong.empty();
  }

  /// Whether others wait for the memory of a frame that comes too slowly.
  boolean holdsUpOthers(long now) {
    if (paused || frame == null || !memory.of(frame.sizeBytes()).isShort()) {
      return false;
    }
    long sinceNs = now - begunNs;
    double due = (double) sinceNs / HURRIED_ARRIVAL_NS * frame.sizeBytes();
    return sinceNs > HURRY_AFTER_NS && frame.bytes().position() < due;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (closed) {
      ((ByteBuf) message).release();
      return;
    }
    unread.add((ByteBuf) message);
    connection.heard();
    readOn();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    close();
    connection.closed();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A reset by the client, mostly; nothing anybody could do about it.
    var _ = context.close();
  }

  /// Goes on with what has been received, as far as connection and memory allow.
  void readOn() {
    if (reading || closed) {
      return;
    }
    reading = true;
    while (mayRead() && !unread.isEmpty()) {
      read(unread.element());
    }
    reading = false;
    pause(!closed && !mayRead());
  }

  private boolean mayRead() {
    return !closed && wantedBytes == 0 && connection.wantsFrames();
  }

  private void pause(boolean now) {
    if (paused && !now) {
      begunNs = System.nanoTime();
    }
    paused = now;
    connection.pauseReading(now);
  }

  /// Stops for good and gives everything back.
  void close() {
    closed = true;
    unread.forEach(ByteBuf::release);
    unread.clear();
    if (frame != null) {
      memory.of(frame.sizeBytes()).giveBack(frame.sizeBytes());
      frame.lease().release();
      frame = null;
    }
  }

  private void read(ByteBuf bytes) {
    if (frame == null && start.position() == 0) {
      begunNs = System.nanoTime();
    }
    ByteBuffer target = target();
    int limit = target.limit();
    int count = Math.min(bytes.readableBytes(), target.remaining());
    bytes.readBytes(target.limit(target.position() + count));
    target.limit(limit);
    if (!bytes.isReadable()) {
      unread.remove();
      bytes.release();
    }
    if (!target.hasRemaining()) {
      full();
    }
  }

  private ByteBuffer target() {
    if (frame != null) {
      return frame.bytes();
    }
    return unpaid != null ? unpaid : start;
  }

  private void full() {
    if (frame != null) {
      end(frame);
    } else if (unpaid != null) {
      pay(start.getInt(0));
    } else {
      begin(start.getInt(0), start.getShort(Integer.BYTES));
    }
  }

  private void begin(int length, short api) {
    int most = api == ApiKeys.PRODUCE.id ? config.requestMaxBytes() : config.otherRequestMaxBytes();
    if (length < RequestDecoder.MIN_FRAME_BYTES || length > most) {
      connection.hangUp(
          Stranger.told(length)
              .orElse("a frame of " + length + " bytes for API " + api + "; allowed are " + most));
      return;
    }
    ByteBuffer first = ByteBuffer.allocate(Math.min(length, UNPAID_BYTES)).putShort(api);
    unpaid = first;
    if (length <= UNPAID_BYTES) {
      pay(length);
    }
  }

  private void pay(int length) {
    wantedBytes = length;
    if (memory.of(length).take(length, () -> connection.onLoop(this::granted))) {
      makeRoom();
    }
  }

  private void granted() {
    if (closed) {
      memory.of(wantedBytes).giveBack(wantedBytes);
      return;
    }
    connection.heard();
    makeRoom();
    readOn();
  }

  private void makeRoom() {
    boolean produce = start.getShort(Integer.BYTES) == ApiKeys.PRODUCE.id;
    Frame made = produce ? pool.take(wantedBytes) : Frame.onHeap(wantedBytes);
    made.bytes().put(requireNonNull(unpaid).flip());
    frame = made;
    unpaid = null;
    wantedBytes = 0;
    start.clear();
  }

  private void end(Frame whole) {
    frame = null;
    whole.bytes().flip();
    connection.frame(whole);
  }
}
