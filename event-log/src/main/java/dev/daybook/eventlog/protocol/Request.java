package dev.daybook.eventlog.protocol;

import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One request, off the wire.
///
/// @param clientId as the client calls itself; empty when it does not
/// @param elements how many array elements the message holds: what it costs in memory beyond its bytes
/// @param frameBytes the size of the frame it came in
public record Request(
    ApiKeys api,
    short version,
    int correlationId,
    String clientId,
    ApiMessage message,
    int elements,
    int frameBytes) {}
