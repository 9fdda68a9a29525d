/// What is done to a data directory from outside: by commands, mostly while no server uses it.
///
/// [ClosedLog] opens the log of such a directory for one change. [DirectoryCheck] verifies all of it and changes nothing;
/// [CheckReport] is what it found.
@NullMarked
package dev.daybook.eventlog.maintenance;

import org.jspecify.annotations.NullMarked;
