/// What is done to a data directory from outside: by commands, mostly while no server uses it.
///
/// [DataFormat] says what lies in a directory. [ClosedLog] opens the log of one for a change. [Backup] makes a backup of
/// a running or a closed log, with a [Manifest] that [Restore] believes.
@NullMarked
package dev.daybook.eventlog.maintenance;

import org.jspecify.annotations.NullMarked;
