package dev.daybook.eventlog.partition;

import java.io.IOException;

/// Somebody who owns state and does its work in steps. In production one thread steps it for ever; a test
/// steps all owners on one thread, in any order it likes.
interface Owner {
  /// Does what there is to do now, at most one bounded round of it.
  ///
  /// @return how much was done; 0 means: sleep until something is put in, or for [#idleNs()]
  int doWork() throws IOException;

  /// How long the owner may sleep when nothing wakes it, in nanoseconds.
  long idleNs();
}
