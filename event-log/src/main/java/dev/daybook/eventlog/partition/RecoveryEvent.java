package dev.daybook.eventlog.partition;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The opening of a shard: its journal verified and replayed, its first checkpoint made.
@Name("dev.daybook.Recovery")
@Label("Recovery")
@Category("Daybook")
@Description(
    "The journal verified and brought into the segments, before anybody may read or append")
@StackTrace(false)
final class RecoveryEvent extends Event {
  @Label("Entries")
  long entries;

  @Label("Partitions")
  int partitions;
}
