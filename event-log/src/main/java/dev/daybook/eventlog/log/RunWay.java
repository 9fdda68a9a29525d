package dev.daybook.eventlog.log;

/// Which way a run of batches goes into its segment. What stands there, and when it is durable, is the same either way.
public enum RunWay {
  /// Through the system's cache: who reads it soon finds it in memory, and it need not be verified there.
  THROUGH_CACHE,

  /// Past it, where the system can and the run is large: nothing of others has to leave the memory for it, and to make room there
  /// is the dearest part of writing. Who reads it reads the disk.
  PAST_CACHE
}
