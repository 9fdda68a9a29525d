/// The clocks and the scheduler: seams a test can drive. Read [Clock] and [Scheduler]; the machine's own
/// are [Clock#system()] and [SystemScheduler]. What ages and is deleted goes by a [RetentionClock].
@NullMarked
package dev.daybook.eventlog.time;

import org.jspecify.annotations.NullMarked;
