package dev.daybook.eventlog.journal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The force of one entry: the one wait that every acknowledgement rests on.
@Name("dev.daybook.Force")
@Label("Force")
@Category("Daybook")
@Description("An entry of the journal made durable")
@StackTrace(false)
final class ForceEvent extends Event {
  @Label("Entry")
  long sequence;

  @Label("Size")
  @DataAmount
  long sizeBytes;
}
