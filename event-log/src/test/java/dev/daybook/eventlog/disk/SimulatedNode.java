package dev.daybook.eventlog.disk;

/// What a name of the simulated disk stands for.
sealed interface SimulatedNode permits SectorFile, SimulatedDirectory {}
