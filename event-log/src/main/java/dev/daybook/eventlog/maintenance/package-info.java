/// What is done to a data directory from outside: by commands, mostly while no server uses it.
///
/// [DataDirectory] takes a directory for a log, [DataFormat] says what lies in it, in two [FormatFile]s. [ClosedLog] opens the log of one for a change. [Backup] makes a backup of
/// a running or a closed log, which [SnapshotCheck] has verified, with a [Manifest] that [Restore] believes. [DirectoryCheck] verifies all of a directory and
/// changes nothing; [CheckReport] is what it found.
@NullMarked
package dev.daybook.eventlog.maintenance;

import org.jspecify.annotations.NullMarked;
