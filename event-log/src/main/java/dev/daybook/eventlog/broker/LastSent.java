package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The slices that a client was sent last, one of each file, kept so that these files stay open: who has got one is
/// likely to ask for what follows. Owner: the event loop of the connection.
///
/// A file for which it has not come back for a second goes, however busy the client is with others: it may be deleted by
/// now, and takes its room on the disk as long as anybody has it open.
final class LastSent {
  private static final int MAX_FILES = 8;
  private static final long REST_NS = TimeUnit.SECONDS.toNanos(1);

  private final KeptFiles files;
  private final Clock clock;

  /// That which was sent longest ago comes first.
  private final Deque<Kept> slices = new ArrayDeque<>();

  private boolean closed;

  LastSent(KeptFiles files, Clock clock) {
    this.files = files;
    this.clock = clock;
  }

  /// Takes a slice that was sent, and closes it sooner or later.
  void keep(FileSlice slice) {
    if (closed) {
      slice.close();
      return;
    }
    if (replaced(slice)) {
      return;
    }
    if (!files.mayKeep()) {
      slice.close();
      return;
    }
    add(slice);
    if (slices.size() > MAX_FILES) {
      files.close(List.of(slices.remove().slice()));
    }
  }

  /// The slice before this one of the same file need not be kept beside it. To close that one waits for nothing, and wakes
  /// nobody, since the file stays open.
  private boolean replaced(FileSlice slice) {
    for (Iterator<Kept> kept = slices.iterator(); kept.hasNext(); ) {
      FileSlice before = kept.next().slice();
      if (before.file().equals(slice.file())) {
        kept.remove();
        add(slice);
        before.close();
        return true;
      }
    }
    return false;
  }

  private void add(FileSlice slice) {
    slices.add(new Kept(slice, clock.monotonicNs()));
  }

  /// Closes the files for which the client has not come back for a second.
  void rest(long nowNs) {
    List<FileSlice> old = new ArrayList<>();
    while (!slices.isEmpty() && nowNs - slices.element().sentNs() > REST_NS) {
      old.add(slices.remove().slice());
    }
    files.close(old);
  }

  /// Closes all, and from now on what comes at once.
  void close() {
    closed = true;
    files.close(slices.stream().map(Kept::slice).toList());
    slices.clear();
  }

  private record Kept(FileSlice slice, long sentNs) {}
}
