package dev.daybook.eventlog.group;

import java.net.InetAddress;

/// One request of a client.
///
/// @param message the request itself
/// @param version the version of the message's API in which it was asked and must be answered
/// @param clientId as the client calls itself; may be empty
/// @param clientAddress where the client's connection comes from
public record GroupRequest<M>(
    M message, short version, String clientId, InetAddress clientAddress) {}
