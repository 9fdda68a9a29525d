package dev.daybook.eventlog.disk;

import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// What of a file lies in the system's cache, and what should: questions that the JDK cannot put to the system. Any
/// thread may ask.
///
/// On Linux the file is mapped once, when somebody first asks, and further than it reaches, so that it may grow; nothing is
/// ever read through that mapping, so it takes addresses and no memory. A question is one call then (`mincore`), and a
/// wish is one (`madvise`). Elsewhere, and while the system refuses (to map a file it must be opened once more, and a crowd may
/// have taken all there is to open), the file is mapped for the length of each question. That is right, and dear: each unmapping
/// stops all other processors for a moment.
///
/// The system looks each page up, 0.1 us for one: so what was found a moment ago is not asked again. A fetch is planned, then
/// sent run by run, and the same bytes are in question each time.
///
/// `cachestat` would need no mapping, but counts pages that are still on their way from the disk.
final class CachedPages implements AutoCloseable {
  /// More than a segment can have.
  private static final long MAPPED_BYTES = 3L << 30;

  /// Far shorter than the system keeps what it was just asked for.
  private static final long SURE_NS = TimeUnit.MILLISECONDS.toNanos(20);

  /// An answer is kept for each of these that it touches, by place: several readers come to a file.
  private static final int PLACE_BITS = 20;

  private static final int PLACES = 16;

  /// What the system refused may be granted after this.
  static final long REFUSED_NS = TimeUnit.SECONDS.toNanos(1);

  private final Path path;
  private final FileChannel channel;
  private final Clock clock;
  private final AtomicReferenceArray<@Nullable Found> found = new AtomicReferenceArray<>(PLACES);

  /// Where the mapping begins; none before there is one.
  private volatile long address = SystemCalls.NONE;

  private boolean closed;
  private boolean refused;
  private long refusedAtNs;

  CachedPages(Path path, FileChannel channel, Clock clock) {
    this.path = path;
    this.channel = channel;
    this.clock = clock;
  }

  /// Whether all these bytes of the file are in memory, or were a moment ago.
  boolean hold(long position, long length) throws IOException {
    long nowNs = clock.monotonicNs();
    Found before = found.get(place(position));
    if (before != null && before.covers(position, position + length, nowNs)) {
      return true;
    }
    if (!areFound(position, length)) {
      return false;
    }
    Found now = new Found(position, position + length, nowNs);
    for (long at = position >> PLACE_BITS; at <= (now.to - 1) >> PLACE_BITS; at++) {
      found.set((int) at % PLACES, now);
    }
    return true;
  }

  private boolean areFound(long position, long length) throws IOException {
    long mapped = position + length <= MAPPED_BYTES ? address() : SystemCalls.NONE;
    if (mapped != SystemCalls.NONE) {
      return SystemCalls.FOUND.orElseThrow().areResident(mapped, position, length);
    }
    if (position + length > channel.size()) {
      return false; // A mapping behind the end would lengthen the file.
    }
    try (Arena arena = Arena.ofConfined()) {
      return channel.map(MapMode.READ_ONLY, position, length, arena).isLoaded();
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      return false; // The system maps no more, and does not say.
    }
  }

  private static int place(long position) {
    return (int) (position >> PLACE_BITS) % PLACES;
  }

  /// Begins to read these bytes and no others, where the system knows how to be told; does not wait for them.
  void wish(long position, long length) throws IOException {
    long end = Math.min(position + length, channel.size());
    long mapped = end <= MAPPED_BYTES ? address() : SystemCalls.NONE;
    if (mapped != SystemCalls.NONE && position < end) {
      SystemCalls.FOUND.orElseThrow().wish(mapped, position, end - position);
    }
  }

  private long address() {
    return address != SystemCalls.NONE ? address : map();
  }

  private synchronized long map() {
    if (address == SystemCalls.NONE && !closed && !isRefused()) {
      address = SystemCalls.FOUND.orElseThrow().map(path, MAPPED_BYTES);
      refused = address == SystemCalls.NONE;
      refusedAtNs = clock.monotonicNs();
    }
    return address;
  }

  private boolean isRefused() {
    return SystemCalls.FOUND.isEmpty()
        || (refused && clock.monotonicNs() - refusedAtNs < REFUSED_NS);
  }

  /// For tests: whether a question is one call.
  boolean isMapped() {
    return address != SystemCalls.NONE;
  }

  /// Who asks beside it, of a file that he does not hold, is told something about nothing, and that is all.
  @Override
  public synchronized void close() {
    closed = true;
    long mapped = address;
    address = SystemCalls.NONE;
    if (mapped != SystemCalls.NONE) {
      SystemCalls.FOUND.orElseThrow().unmap(mapped, MAPPED_BYTES);
    }
  }

  /// Bytes that were in memory at a time.
  private record Found(long from, long to, long atNs) {
    boolean covers(long first, long end, long nowNs) {
      return from <= first && end <= to && nowNs - atNs < SURE_NS;
    }
  }
}
