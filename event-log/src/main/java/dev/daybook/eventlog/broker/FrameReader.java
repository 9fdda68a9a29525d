package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// Cuts a connection's bytes into frames, with one copy of each into memory of exactly its size. Its owner is the
/// connection's event loop.
///
/// Six bytes, length and API, are enough to refuse a frame that is too large, before any room is made for it. Then
/// its bytes are paid for; until they are, and while the connection has enough to do, the socket is paused and the
/// kernel makes the client wait.
final class FrameReader extends ChannelInboundHandlerAdapter {
  private static final int LENGTH_AND_API_BYTES = Integer.BYTES + Short.BYTES;

  private final Connection connection;
  private final RequestMemory memory;
  private final BrokerConfig config;
  private final Deque<ByteBuf> unread = new ArrayDeque<>();
  private final ByteBuffer start = ByteBuffer.allocate(LENGTH_AND_API_BYTES);
  private final FramePool pool;
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
    ByteBuffer target = frame != null ? frame.bytes() : start;
    int limit = target.limit();
    int count = Math.min(bytes.readableBytes(), target.remaining());
    bytes.readBytes(target.limit(target.position() + count));
    target.limit(limit);
    if (!bytes.isReadable()) {
      unread.remove();
      bytes.release();
    }
    if (!target.hasRemaining()) {
      if (frame == null) {
        begin(start.getInt(0), start.getShort(Integer.BYTES));
      } else {
        end(frame);
      }
    }
  }

  private void begin(int length, short api) {
    int most = api == ApiKeys.PRODUCE.id ? config.requestMaxBytes() : config.otherRequestMaxBytes();
    if (length < RequestDecoder.MIN_FRAME_BYTES || length > most) {
      connection.hangUp("a frame of " + length + " bytes for API " + api + "; allowed are " + most);
      return;
    }
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
    made.bytes().putShort(start.getShort(Integer.BYTES));
    frame = made;
    wantedBytes = 0;
    start.clear();
  }

  private void end(Frame whole) {
    frame = null;
    whole.bytes().flip();
    connection.frame(whole);
  }
}
