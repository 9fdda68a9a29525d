/// All file access of event-log passes through here.
///
/// Read [Disk] and [DiskFile], the seam a simulated disk stands in for; then [DurableFiles], the one place
/// that gives, changes and takes away names; then [FileDisk], the machine's own file system, with [PastCache],
/// the way of large runs of a fast stream, [EarlyWrites], which begins to bring others to the disk, and [CachedPages], which knows what lies in the system's cache and has exactly as much read as will
/// be wanted, by [SystemCalls] that the JDK does not offer, as does [IdleMemory], which lends memory to the system; [PatientOpening], which waits while too many files are open; [BadBlocks], which a disk does not give any more; [DiskFull], which tells that from a broken disk, and [Room], who
/// may have some; and [DirectoryLock], which keeps a second process out of a data
/// directory.
@NullMarked
package dev.daybook.eventlog.disk;

import org.jspecify.annotations.NullMarked;
