package dev.daybook.registry;

import java.io.IOException;
import java.nio.file.Path;

/// A log and a registry in a process of their own, to be killed. Prints the registry's address when it is ready and
/// then waits for its end.
final class RegistryProcess {
  private RegistryProcess() {}

  public static void main(String[] args) throws Exception {
    try (var log = new RunningLog(Path.of(args[0]));
        var registry = new RunningRegistry(SchemaRegistryConfig.of(log.bootstrap()))) {
      registry.awaitReady();
      System.out.println("ready " + registry.url());
      System.out.flush();
      waitForEver();
    }
  }

  private static void waitForEver() throws IOException {
    int read = System.in.read();
    while (read >= 0) {
      read = System.in.read();
    }
  }
}
