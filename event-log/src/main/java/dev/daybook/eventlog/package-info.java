/// The in-process face of the event log.
@NullMarked
package dev.daybook.eventlog;

import org.jspecify.annotations.NullMarked;
