package dev.daybook.compatibility.differential;

import dev.daybook.compatibility.Daybook;
import dev.daybook.eventlog.broker.BrokerConfig;
import java.io.IOException;
import java.nio.file.Path;

/// Ours, in this process.
final class DaybookSide implements Side {
  private final Daybook daybook;

  DaybookSide(Path folder) throws IOException {
    daybook = Daybook.in(folder, DaybookSide::withoutAutoCreation);
  }

  private static BrokerConfig withoutAutoCreation(BrokerConfig given) {
    return new BrokerConfig(
        given.host(),
        given.port(),
        given.advertisedHost(),
        given.advertisedPort(),
        given.nodeId(),
        given.clusterId(),
        given.queuedMaxBytes(),
        given.requestMaxBytes(),
        given.otherRequestMaxBytes(),
        given.fetchMaxBytes(),
        given.connections(),
        false,
        given.partitions(),
        given.eventLoops());
  }

  @Override
  public String name() {
    return "Daybook";
  }

  @Override
  public String bootstrap() {
    return daybook.bootstrap();
  }

  @Override
  public int port() {
    return Integer.parseInt(bootstrap().substring(bootstrap().lastIndexOf(':') + 1));
  }

  @Override
  public void close() throws IOException {
    daybook.close();
  }
}
