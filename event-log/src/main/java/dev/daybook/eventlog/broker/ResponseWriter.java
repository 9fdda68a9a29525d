package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.partition.Slice;
import dev.daybook.eventlog.protocol.Response;
import dev.daybook.eventlog.time.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Puts responses on the wire, part by part. Owner: the event loop of the connection.
///
/// What lies in a file was verified in the page cache by who planned the read. It is sent in runs of
/// [ColdReader#AHEAD_BYTES], and [copied][CopiedRuns] where that is short. Where the next one has left the cache meanwhile,
/// because a client is slow, the cold reader brings it there again while the one before is on its way, and verifies it again.
/// Nothing more is handed to the socket while four such runs wait there, so a slow client holds little, and a fast one
/// never waits for the next run. What was encoded counts as [ResponseMemory] until then.
final class ResponseWriter {
  private static final long BUSY_SOCKET_BYTES = 256 << 10;
  private static final long MAX_IN_SOCKET_BYTES = 4L * ColdReader.AHEAD_BYTES;

  private final ChannelHandlerContext context;
  private final ColdReader coldReader;
  private final PinnedBytes pinned;
  private final ResponseMemory memory;
  private final CopiedRuns copiedRuns;
  private final LastSent lastSent;
  private final Connection connection;
  private final Deque<Response> responses = new ArrayDeque<>();
  private final Deque<Response.Part> parts = new ArrayDeque<>();
  private @Nullable FileRun run;
  private boolean preparing;
  private boolean flushDue;
  private boolean closed;
  private long unsentBytes;
  private long inSocketBytes;

  ResponseWriter(ChannelHandlerContext context, Broker broker, Connection connection) {
    this.context = context;
    this.coldReader = broker.coldReader();
    this.pinned = broker.pinned();
    this.memory = broker.responses();
    this.copiedRuns = broker.copiedRuns();
    this.lastSent = new LastSent(broker.keptFiles(), Clock.system());
    this.connection = connection;
  }

  void write(Response response) {
    if (closed) {
      response.close();
      return;
    }
    responses.add(response);
    unsentBytes += response.sizeBytes();
    pinned.add(memoryBytes(response.parts()));
    memory.add(response.encodedBytes());
    writeOn();
  }

  /// Bytes of responses that the client has not taken yet.
  long unsentBytes() {
    return unsentBytes;
  }

  /// Bytes of them that were handed to the socket: it is the client's turn.
  long inSocketBytes() {
    return inSocketBytes;
  }

  /// Closes the files that are kept open and for which the client has not come back for a second.
  void rest(long now) {
    lastSent.rest(now);
  }

  /// Drops what was not sent.
  void close() {
    closed = true;
    lastSent.close();
    if (run != null) {
      run.slice().close();
      run = null;
    }
    responses.forEach(response -> parts.addAll(response.parts()));
    responses.clear();
    pinned.remove(memoryBytes(parts));
    memory.remove(Response.encodedBytes(parts));
    parts.forEach(Response.Part::close);
    parts.clear();
  }

  private void writeOn() {
    while (!closed && inSocketBytes < MAX_IN_SOCKET_BYTES && writeNext()) {
      flushSoon();
    }
  }

  /// Hands the next bytes to the socket; false when there are none, or none that are resident.
  private boolean writeNext() {
    if (run != null) {
      return writeRun(run);
    }
    if (parts.isEmpty()) {
      if (responses.isEmpty()) {
        return false;
      }
      parts.addAll(responses.remove().parts());
    }
    switch (parts.remove()) {
      case Response.Part.Encoded(var bytes) -> {
        // In pieces, so that a client who takes them slowly is seen to take them.
        int size = Math.min(bytes.remaining(), ColdReader.AHEAD_BYTES);
        if (size < bytes.remaining()) {
          ByteBuffer rest = bytes.slice(bytes.position() + size, bytes.remaining() - size);
          parts.addFirst(new Response.Part.Encoded(rest));
        }
        hand(
            Unpooled.wrappedBuffer(bytes.slice(bytes.position(), size)),
            size,
            () -> memory.remove(size));
      }
      case Response.Part.Batches(Slice.Memory slice) -> {
        int size = slice.sizeBytes();
        Runnable sent =
            () -> {
              pinned.remove(size);
              slice.close();
            };
        hand(Unpooled.wrappedBuffer(slice.bytes()), size, sent);
      }
      case Response.Part.Batches(Slice.InFile(FileSlice slice)) -> run = new FileRun(slice);
    }
    return true;
  }

  private boolean writeRun(FileRun current) {
    current.doubtOld();
    int ready = current.readyBytes();
    if (ready > 0) {
      SliceRegion region = current.next();
      // Who has this much to take already is not kept waiting by another packet, so a copy would
      // only cost memory.
      ByteBuf copy =
          inSocketBytes > BUSY_SOCKET_BYTES ? null : copiedRuns.copy(region, context.alloc());
      Runnable sent = current.allSent() ? () -> lastSent.keep(current.slice()) : () -> {};
      if (copy == null) {
        hand(region, ready, sent);
      } else {
        hand(copy, ready, () -> taken(ready, sent));
      }
      if (current.allSent()) {
        run = null;
        return true;
      }
    }
    prepare(current);
    return ready > 0 || current.readyBytes() > 0;
  }

  private void taken(int copiedBytes, Runnable sent) {
    copiedRuns.taken(copiedBytes);
    sent.run();
  }

  /// Lets the cold reader bring the next bytes of a run into the page cache and verify them, where they are not at hand any
  /// more. What was promised and can not be kept ends the connection: the client comes again, and is told.
  private void prepare(FileRun current) {
    if (preparing) {
      return;
    }
    int wanted = current.wantedBytes();
    long position = current.wantedPosition();
    if (areAtHand(current.slice(), position, wanted)) {
      current.madeResident(wanted, true);
      return;
    }
    preparing = true;
    coldReader
        .thread()
        .execute(
            () -> {
              try {
                coldReader.read(current.slice(), position, wanted);
                int whole = current.slice().verify(position, wanted);
                boolean canBeSeen = current.slice().file().isResident(position, whole);
                connection.onLoop(() -> prepared(current, whole, canBeSeen));
              } catch (IOException | RuntimeException e) {
                connection.onLoop(() -> connection.hangUp("cannot read what was asked for: " + e));
              }
            });
  }

  private static boolean areAtHand(FileSlice slice, long position, int length) {
    try {
      return slice.isAtHand(position, length);
    } catch (IOException e) {
      return false; // The reader will meet the same fault, and says so.
    }
  }

  private void prepared(FileRun current, int bytes, boolean canBeSeen) {
    preparing = false;
    current.madeResident(bytes, canBeSeen);
    writeOn();
  }

  private void hand(Object bytes, int size, Runnable sent) {
    inSocketBytes += size;
    context
        .write(bytes)
        .addListener(
            result -> {
              sent.run();
              inSocketBytes -= size;
              unsentBytes -= size;
              if (result.isSuccess()) {
                connection.sent();
                writeOn();
              } else {
                var _ = context.close();
              }
            });
  }

  private static long memoryBytes(Collection<Response.Part> parts) {
    long bytes = 0;
    for (Response.Part part : parts) {
      if (part instanceof Response.Part.Batches(Slice.Memory slice)) {
        bytes += slice.sizeBytes();
      }
    }
    return bytes;
  }

  /// One flush for all that is written in this turn of the event loop.
  private void flushSoon() {
    if (!flushDue) {
      flushDue = true;
      context
          .executor()
          .execute(
              () -> {
                flushDue = false;
                context.flush();
              });
    }
  }
}
