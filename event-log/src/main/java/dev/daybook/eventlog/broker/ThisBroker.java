package dev.daybook.eventlog.broker;

/// What clients are told of this broker, which leads every partition and is the controller, too.
record ThisBroker(int id, String host, int port, String clusterId) {}
