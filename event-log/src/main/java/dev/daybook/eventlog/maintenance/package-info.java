/// What is done to a data directory from outside: by commands, mostly while no server uses it.
///
/// [ClosedLog] opens the log of such a directory for one change.
@NullMarked
package dev.daybook.eventlog.maintenance;

import org.jspecify.annotations.NullMarked;
