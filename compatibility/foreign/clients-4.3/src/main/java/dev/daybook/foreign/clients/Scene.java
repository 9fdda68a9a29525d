package dev.daybook.foreign.clients;

/// Something a user of the client would do, with its own expectations.
interface Scene {
  /// @param topic the name for the scene's topic, and the start of all its other names
  void play(Cluster cluster, String topic) throws Exception;
}
