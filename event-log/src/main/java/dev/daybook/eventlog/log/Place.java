package dev.daybook.eventlog.log;

/// Where a batch begins: its base offset, and its position in the segment's file.
record Place(long offset, long position) {}
