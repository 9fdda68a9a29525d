package dev.daybook.eventlog.partition;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A checkpoint, from the first segment's force until the journal was trimmed.
@Name("dev.daybook.Checkpoint")
@Label("Checkpoint")
@Category("Daybook")
@Description("Segments forced, their ends named, the journal trimmed")
@StackTrace(false)
final class CheckpointEvent extends Event {
  @Label("Entry")
  long sequence;

  @Label("Partitions")
  int partitions;

  @Label("Freed")
  @DataAmount
  long freedBytes;
}
