package dev.daybook.benchmarks;

import java.time.Duration;

/// What a server takes besides its work.
///
/// @param start from the start of the process to the first answer, on an empty data directory
/// @param startCpuSeconds user and system time until then, which other load of the machine hardly changes
/// @param idleBytes physical memory a few seconds after that
/// @param loadedBytes physical memory after the whole round, at the end of a load
/// @param loadedOwnBytes of that, what no file stands behind
/// @param restedBytes physical memory some seconds after that load
/// @param restart from the start of the process to the first answer, after a kill -9 in the middle of its work
/// @param killedWithBytes what the log held then, at least
record Footprint(
    Duration start,
    double startCpuSeconds,
    long idleBytes,
    long loadedBytes,
    long loadedOwnBytes,
    long restedBytes,
    Duration restart,
    long killedWithBytes) {}
