package dev.daybook.eventlog.partition;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A round of the appender, from its first decision until its replies left.
@Name("dev.daybook.Append")
@Label("Append")
@Category("Daybook")
@Description("A round of the appender: decided, written to the journal, forced, told")
@StackTrace(false)
final class AppendEvent extends Event {
  @Label("Entry")
  long sequence;

  @Label("Items")
  int items;

  @Label("Size")
  @DataAmount
  long sizeBytes;
}
