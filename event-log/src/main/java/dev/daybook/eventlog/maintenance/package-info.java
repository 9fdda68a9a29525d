/// What is done to a data directory from outside: by commands, mostly while no server uses it.
///
/// [DataFormat] says what lies in a directory, in two [FormatFile]s. [ClosedLog] opens the log of one for a change. [Backup] makes a backup of
/// a running or a closed log, with a [Manifest] that [Restore] believes. [DirectoryCheck] verifies all of a directory and
/// changes nothing; [CheckReport] is what it found.
@NullMarked
package dev.daybook.eventlog.maintenance;

import org.jspecify.annotations.NullMarked;
