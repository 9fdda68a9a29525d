package dev.daybook.eventlog.journal;

/// Where an entry lies.
record Place(JournalFile file, long position) {}
