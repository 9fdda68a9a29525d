package dev.daybook.compatibility.differential;

import java.io.IOException;

/// A server under test.
interface Side extends AutoCloseable {
  String name();

  int port();

  default String bootstrap() {
    return "127.0.0.1:" + port();
  }

  @Override
  void close() throws IOException;
}
