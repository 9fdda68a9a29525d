package dev.daybook.eventlog.broker;

/// How busy the broker is with its clients.
///
/// @param connections there are now
/// @param refused connections that were closed because of their client, or because there were too many
/// @param requestBytes taken from the memory for requests
/// @param responseBytes of answers that clients have not taken yet
public record BrokerFigures(int connections, long refused, long requestBytes, long responseBytes) {}
